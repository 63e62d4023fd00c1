"""The HTTP server, which can also break a connection: what a network does, and WSGI has no word for."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any, NoReturn

from cheroot.wsgi import Gateway_10, Server

__all__ = ["LocalServer", "break_connection"]

_HOST = "127.0.0.1"  # and no other: a sandbox lets anybody run programs
_THREADS = 24
_BACKLOG = 128
_STOP_SECONDS = 1
_CONNECTION = "sagemaker_sandbox.connection"


class LocalServer(Server):
    """Serves a WSGI application on the loopback interface."""

    def __init__(self, port: int, application: Any) -> None:
        super().__init__(
            (_HOST, port),
            application,
            numthreads=_THREADS,
            request_queue_size=_BACKLOG,
            shutdown_timeout=_STOP_SECONDS,
        )
        self.gateway = _Gateway

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.bind_addr[1]}"


def break_connection(environ: dict[str, Any]) -> NoReturn:
    """End the client's connection with a TCP reset instead of an answer."""
    connection = environ[_CONNECTION]
    connection.linger = True  # cheroot's word for: leave the socket alone
    no_goodbye = struct.pack("ii", 1, 0)
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_goodbye)
    connection.socket.close()
    # cheroot takes this from the application as a connection that the client has left.
    raise ConnectionResetError(errno.ECONNRESET, "reset by a fault rule")


class _Gateway(Gateway_10):
    def get_environ(self) -> Any:  # cheroot's base class declares nothing
        environ = super().get_environ()  # type: ignore[no-untyped-call]  # cheroot's
        return {**environ, _CONNECTION: self.req.conn}
