"""Ctrl-C in a command that waits: it leaves, says what goes on without it, and exits as a shell expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

__all__ = ["leaving_on_interrupt"]

_EXIT_CODE = 130  # 128 + SIGINT


@contextmanager
def leaving_on_interrupt(message: str) -> Iterator[None]:
    """Turn a Ctrl-C inside into the message and exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"\n{message}", err=True)
        raise typer.Exit(_EXIT_CODE) from None
