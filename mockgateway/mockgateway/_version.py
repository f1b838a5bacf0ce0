"""The version: here alone, so that it is read without asking the installed distribution."""

__version__ = "0.1.0.dev0"
