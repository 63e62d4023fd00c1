"""Something done again and again beside other work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["repeating"]


@contextmanager
def repeating(action: Callable[[], None], every_seconds: float) -> Iterator[None]:
    """Call `action` from a thread, for as long as the block runs; never at the same time as its end."""
    is_over = threading.Event()

    def repeat() -> None:
        while not is_over.wait(every_seconds):
            action()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
