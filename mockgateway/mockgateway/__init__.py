"""A mock of an asynchronous image-generation gateway."""

__version__ = "0.1.0.dev0"
