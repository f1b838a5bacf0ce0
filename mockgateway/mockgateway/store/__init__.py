"""Where jobs are kept."""

from mockgateway.store.opening import IN_MEMORY, StoreRefused
from mockgateway.store.outbox import SQLiteOutbox
from mockgateway.store.sqlite import SQLiteStore

__all__ = ["IN_MEMORY", "SQLiteOutbox", "SQLiteStore", "StoreRefused"]
