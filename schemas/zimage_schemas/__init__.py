"""The gateway contract as data."""
