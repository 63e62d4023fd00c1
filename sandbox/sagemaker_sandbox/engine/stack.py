"""A stack: its project, its place in the backend, its configuration and its key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sagemaker_sandbox.engine.backend import ORGANIZATION, FileBackend
from sagemaker_sandbox.engine.errors import StackNotFound, StepFailed
from sagemaker_sandbox.engine.project import Project, StackConfig
from sagemaker_sandbox.engine.properties import Properties
from sagemaker_sandbox.engine.secrets import Crypter, passphrase
from sagemaker_sandbox.engine.state import Deployment, DeploymentWriter, deployment_from_json


@dataclass(frozen=True)
class Stack:
    """One stack of a backend. Frozen: what it reads, it reads anew each time, except its key."""

    name: str
    backend: FileBackend

    @property
    def project(self) -> Project:
        return self.backend.project

    @cached_property
    def config(self) -> StackConfig:
        return StackConfig(self.project, self.name)

    @cached_property
    def crypter(self) -> Crypter:
        return self.config.crypter()

    @classmethod
    def create(cls, name: str, backend: FileBackend) -> Stack:
        """A new, empty stack. Errors: EngineError if it exists."""
        stack = cls(name, backend)
        backend.refuse_existing(name)
        backend.create(name, DeploymentWriter(stack.crypter).deployment(Deployment()))
        return stack

    @classmethod
    def open(cls, name: str, backend: FileBackend) -> Stack:
        if not backend.exists(name):
            raise StackNotFound(f"no stack named '{name}' found")
        return cls(name, backend)

    def read(self) -> tuple[Deployment, DeploymentWriter]:
        """The recorded state, and a writer that keeps what does not change as it is."""
        writer = DeploymentWriter(self.crypter)
        return writer.read(self._document()), writer

    def _document(self) -> dict[str, Any]:
        return self.backend.read(self.name)

    def write(self, text: str) -> None:
        self.backend.write(self.name, text)

    @contextmanager
    def operation(self, kind: str, message: str) -> Iterator[dict[str, Any]]:
        """Hold the lock, keep a backup, and record the operation in the history when it ends.

        The caller puts `result` and `resourceChanges` into the yielded record.
        """
        with self.backend.locked(self.name):
            self.backend.back_up(self.name)
            record: dict[str, Any] = {
                "kind": kind,
                "startTime": int(time.time()),
                "message": message,
                "environment": {"exec.kind": "local-engine"},
                "config": {},
                "version": 0,
                "result": "failed",
            }
            try:
                yield record
            finally:
                record["endTime"] = int(time.time())
                self.backend.record(self.name, record)

    def outputs_of(self, name: str) -> Properties:
        """The outputs of another stack of the backend, as a stack reference names it."""
        parts = name.split("/")
        project = parts[-2] if len(parts) > 1 else self.project.name
        if len(parts) > 3 or (len(parts) == 3 and parts[0] != ORGANIZATION):
            raise StepFailed(f"stack reference {name!r}: write it as '{ORGANIZATION}/<project>/<stack>'")
        backend = FileBackend(self.backend.url, Project(project, self.project.root))
        document = backend.read(parts[-1])
        salt = ((document.get("secrets_providers") or {}).get("state") or {}).get("salt")
        crypter = Crypter.from_salt(passphrase(), salt) if salt else self.crypter
        root = deployment_from_json(document, crypter.decrypt).stack
        return root.outputs if root else {}
