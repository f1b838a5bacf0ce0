"""Where jobs are kept."""

from mockgateway.store.sqlite import SQLiteStore, StoreRefused

__all__ = ["SQLiteStore", "StoreRefused"]
