"""A mock of an asynchronous image-generation gateway.

`MockGateway` runs it inside your tests, `create_app` hands it to a server of yours, and the
command `mockgateway serve` runs it for any program. `Masquerade` puts it where programs look that were
written for the live gateway.
"""

from mockgateway._version import __version__
from mockgateway.runtime import CannotListen, Masquerade, MockGateway, create_app
from mockgateway.settings import BadSetting, Settings
from mockgateway.store import StoreRefused

__all__ = [
    "BadSetting",
    "CannotListen",
    "Masquerade",
    "MockGateway",
    "Settings",
    "StoreRefused",
    "__version__",
    "create_app",
]
