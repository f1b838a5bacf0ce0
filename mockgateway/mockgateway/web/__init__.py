"""The mock over HTTP: parse, ask the domain, render."""

from mockgateway.web.app import create_wsgi_app

__all__ = ["create_wsgi_app"]
