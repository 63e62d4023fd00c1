"""Bytes by kind and key in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Shelf"]

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS items (
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, UNIQUE (kind, key)
);
"""


class Shelf:
    """Safe to share between threads: a transaction keeps the others out, and may hold further ones."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is put and removed in the block is on disk together at the outermost block's end, or not at all.

        An error in the block undoes nothing: who put something has acted on it.
        """
        with self._lock:
            if self._depth == 0:
                self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._database.execute("COMMIT")

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep a value, in the place of the one it replaces or after all others."""
        with self.transaction():
            self._database.execute(
                "INSERT INTO items (kind, key, value) VALUES (?, ?, ?) "
                "ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
                (kind, key, value),
            )

    def get(self, kind: str, key: str) -> bytes:
        with self._lock:
            row = self._database.execute("SELECT value FROM items WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def keys(self, kind: str) -> list[str]:
        with self._lock:
            return [row[0] for row in self._database.execute("SELECT key FROM items WHERE kind = ?", (kind,))]

    def items(self, kind: str) -> list[tuple[str, bytes]]:
        """Keys and values in the order in which the keys came."""
        with self._lock:
            rows = self._database.execute("SELECT key, value FROM items WHERE kind = ? ORDER BY place", (kind,))
            return [(key, bytes(value)) for key, value in rows]

    def remove(self, kind: str, key: str) -> None:
        with self.transaction():
            self._database.execute("DELETE FROM items WHERE kind = ? AND key = ?", (kind, key))

    def remove_all(self, kind: str) -> None:
        with self.transaction():
            self._database.execute("DELETE FROM items WHERE kind = ?", (kind,))

    def close(self) -> None:
        with self._lock:
            self._database.close()
