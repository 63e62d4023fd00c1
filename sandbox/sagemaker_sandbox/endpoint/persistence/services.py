"""moto's services on disk: after each request that may change something, what it changed is written.

S3 objects are written one by one, so that a new object costs its own size and not that of all others. Every other
service is written whole; all that a sandbox holds of one is small.
"""

from __future__ import annotations

import io
import logging
import pickle
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeKey, s3_backends
from moto.s3.utils import _VersionedKeyStore

from sagemaker_sandbox.endpoint.calls import name_call

from .shelf import Shelf

__all__ = ["KeptServices"]

_BACKEND, _OBJECT = "backend", "object"
_READS = ("Get", "List", "Describe", "Head", "BatchGet", "AssumeRole", "Lookup", "Filter")
# Log lines come many at a time, and no job is lost with the last of them.
_SECONDS_BETWEEN = {"logs": 5.0}

_log = logging.getLogger(__name__)

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class KeptServices:
    """moto's WSGI application, whose state is on a shelf. moto keeps its state for the whole process."""

    def __init__(self, application: WsgiApp, shelf: Shelf) -> None:
        self._application = application
        self._shelf = shelf
        self._lock = threading.Lock()
        self._names: WeakKeyDictionary[FakeKey, str] = WeakKeyDictionary()  # of the objects on the shelf
        self._due: dict[str, float] = {}
        self._lost: set[str] = set()

    def load(self) -> None:
        """Put the kept state into moto."""
        objects: dict[str, FakeKey] = {}

        def find(name: str) -> FakeKey:
            if name not in objects:
                objects[name] = _Unpickler(io.BytesIO(self._shelf.get(_OBJECT, name)), find).load()
                self._names[objects[name]] = name
            return objects[name]

        for place, value in self._shelf.items(_BACKEND):
            service, account, region = place.split("/")
            backends: Any = get_backend(service)  # type: ignore[call-overload]  # its names are literals
            dict.__setitem__(backends[account], region, _Unpickler(io.BytesIO(value), find).load())
        for account, partitions in s3_backends.items():
            for partition, backend in partitions.items():
                s3_backends.bucket_accounts.update(dict.fromkeys(backend.buckets, (partition, account)))
        for name in set(self._shelf.keys(_OBJECT)) - set(objects):
            self._shelf.remove(_OBJECT, name)  # deleted or replaced in the process before

    def close(self) -> None:
        """Write what was put off."""
        with self._lock:
            for service in self._due:
                self._save(service)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        service, operation = name_call(environ)
        if operation.startswith(_READS):
            return self._application(environ, start_response)
        started: list[tuple[Any, ...]] = []
        with self._lock:
            body = b"".join(self._application(environ, lambda *answer: started.append(answer)))
            if service == "s3":
                self._forget_object(environ.get("PATH_INFO", ""))
            self._save_in_time(service)
        start_response(*started[-1])
        return [body]

    def _save_in_time(self, service: str) -> None:
        now = time.monotonic()
        if now >= self._due.get(service, 0.0):
            self._save(service)
            if service in _SECONDS_BETWEEN:
                self._due[service] = now + _SECONDS_BETWEEN[service]

    def _save(self, service: str) -> None:
        """Write a service's backends; all services' for one that moto knows by another name."""
        in_use: list[BackendDict[Any]] = list(BackendDict._instances)  # type: ignore[misc]  # of all services
        chosen = [backends for backends in in_use if backends.service_name == service] or in_use
        with self._shelf.transaction():
            for backends in chosen:
                for account, region, backend in list(backends.iter_backends()):
                    self._write(f"{backends.service_name}/{account}/{region}", backend)

    def _write(self, place: str, backend: Any) -> None:
        buffer = io.BytesIO()
        try:
            _Pickler(buffer, self._name).dump(backend)
        except (TypeError, pickle.PicklingError, AttributeError) as error:
            if place not in self._lost:
                self._lost.add(place)
                _log.warning("%s is not kept: what it holds is gone after a restart (%s)", place, error)
            return
        self._shelf.put(_BACKEND, place, buffer.getvalue())

    def _name(self, item: FakeKey) -> str:
        """The name under which an object is on the shelf, from now on at the latest."""
        if item not in self._names:
            name = uuid.uuid4().hex
            buffer = io.BytesIO()
            _Pickler(buffer, self._name, whole=item).dump(item)
            self._shelf.put(_OBJECT, name, buffer.getvalue())
            self._names[item] = name
        return self._names[item]

    def _forget_object(self, path: str) -> None:
        """An object that a request names may have changed in place: its tags, its lock, its storage class."""
        bucket_name, _, key = unquote(path).lstrip("/").partition("/")
        bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(bucket_name)
        for item in bucket.keys.getlist(key, []) if bucket and key else ():
            self._names.pop(item, None)


class _Pickler(pickle.Pickler):
    """Leaves S3 objects out, but for the `whole` one, and writes their names instead."""

    def __init__(self, file: io.BytesIO, name: Callable[[FakeKey], str], whole: FakeKey | None = None) -> None:
        super().__init__(file)
        self._name = name
        self._whole = whole

    def reducer_override(self, item: Any) -> Any:
        # As a dict it would be pickled with the last version of each object only.
        return (_versioned, (list(item.lists()),)) if type(item) is _VersionedKeyStore else NotImplemented

    def persistent_id(self, item: Any) -> str | None:
        return self._name(item) if type(item) is FakeKey and item is not self._whole else None


def _versioned(versions: list[tuple[str, list[Any]]]) -> _VersionedKeyStore:
    store = _VersionedKeyStore()
    for key, of_key in versions:
        store.setlist(key, of_key)
    return store


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, find: Callable[[str], FakeKey]) -> None:
        super().__init__(file)
        self._find = find

    def persistent_load(self, name: str) -> FakeKey:
        return self._find(name)
