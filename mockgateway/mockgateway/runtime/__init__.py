"""The running mock: its parts put together, in this process or as a server."""

from mockgateway.runtime.assembly import create_app
from mockgateway.runtime.inprocess import MockGateway
from mockgateway.runtime.masquerade import Masquerade
from mockgateway.runtime.server import CannotListen

__all__ = ["CannotListen", "Masquerade", "MockGateway", "create_app"]
