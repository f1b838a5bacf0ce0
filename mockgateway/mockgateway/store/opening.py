"""Opening a store file, and the words for when that fails."""

import sqlite3
from pathlib import Path

IN_MEMORY = ":memory:"
SCHEMA_VERSION = "1"


class StoreRefused(Exception):
    """The store cannot be used; the message says why and what to do."""


def connect(path: str) -> sqlite3.Connection:
    """Open a connection whose transactions are begun by hand; raises StoreRefused."""
    folder = Path(path).parent
    if path != IN_MEMORY and not folder.is_dir():
        raise StoreRefused(f"{path} cannot be opened: there is no folder {folder}")
    try:
        return sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreRefused(reason(path, error)) from error


def reason(path: str, error: sqlite3.Error) -> str:
    """Say why a file cannot be used, and what to do."""
    if "locked" in str(error):
        return (
            f"{path} is in use by another process, and a store file serves one: "
            "stop that process, or name another file"
        )
    if "not a database" in str(error):
        return f"{path} is not a store of mockgateway; name another file"
    return f"{path} cannot be used: {error}"
