"""Where stacks live: Pulumi's file backend, with the layout that the Pulumi CLI reads and writes.

    .pulumi/meta.yaml
    .pulumi/stacks/<project>/<stack>.json           the state; .json.bak is the one before it
    .pulumi/history/<project>/<stack>/…             one record and one state per finished operation
    .pulumi/backups/<project>/<stack>/…             the state before each operation
    .pulumi/locks/…                                 the CLI's lock files, and one file lock of this engine per stack

A file lock of this engine ends with the process, however that ends; a lock file of the CLI stays until `pulumi cancel`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from filelock import FileLock, Timeout

from sagemaker_sandbox.engine.errors import EngineError, StackNotFound
from sagemaker_sandbox.engine.project import Project
from sagemaker_sandbox.engine.state import VERSION, check_version

ORGANIZATION = "organization"  # the name that the file backend gives to its only organization


class FileBackend:
    """The stacks of one project in one folder."""

    def __init__(self, url: str, project: Project) -> None:
        self.url = url
        self.project = project
        self._root = _folder_of(url) / ".pulumi"
        self._stacks = self._root / "stacks" / project.name

    # ---------------------------------------------------------------------------------------------------- states

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._stacks.glob("*.json"))

    def path(self, stack: str) -> Path:
        return self._stacks / f"{stack}.json"

    def exists(self, stack: str) -> bool:
        return self.path(stack).exists()

    def refuse_existing(self, stack: str) -> None:
        if self.exists(stack):
            raise EngineError(f"stack '{ORGANIZATION}/{self.project.name}/{stack}' already exists")

    def create(self, stack: str, deployment_text: str) -> None:
        self.refuse_existing(stack)
        self._root.mkdir(parents=True, exist_ok=True)
        meta = self._root / "meta.yaml"
        if not meta.exists():
            meta.write_text("version: 1\n")
        self.write(stack, deployment_text)

    def remove(self, stack: str) -> None:
        for path in (self.path(stack), self.path(stack).with_suffix(".json.bak")):
            path.unlink(missing_ok=True)
        for folder in ("history", "backups"):
            shutil.rmtree(self._root / folder / self.project.name / stack, ignore_errors=True)

    def read(self, stack: str) -> dict[str, Any]:
        """The inner object of the stack's deployment. Errors: StackNotFound; EngineError if it cannot be read."""
        path = self.path(stack)
        try:
            document = json.loads(path.read_text())
        except FileNotFoundError:
            raise StackNotFound(f"no stack named '{stack}' found") from None
        except ValueError as error:
            raise EngineError(f"{path}: is not valid JSON ({error}); the state before it is in {path}.bak") from error
        check_version(document, str(path))
        return dict((document.get("checkpoint") or {}).get("latest") or {})

    def write(self, stack: str, deployment_text: str) -> None:
        """Replace the state in one move: a reader, or a kill at any moment, sees the old one or the new one."""
        path = self.path(stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        name = f"{ORGANIZATION}/{self.project.name}/{stack}"
        text = f'{{"version":{VERSION},"checkpoint":{{"stack":{json.dumps(name)},"latest":{deployment_text}}}}}'
        partial = path.with_suffix(".json.tmp")
        partial.write_text(text)
        os.replace(partial, path)

    def back_up(self, stack: str) -> None:
        """Keep the present state beside the one that an operation is about to write."""
        folder = self._root / "backups" / self.project.name / stack
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.path(stack), folder / f"{stack}.{time.time_ns()}.json")
        shutil.copyfile(self.path(stack), self.path(stack).with_suffix(".json.bak"))

    def record(self, stack: str, record: dict[str, Any]) -> None:
        """Add a finished operation to the stack's history."""
        folder = self._root / "history" / self.project.name / stack
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"{stack}-{time.time_ns()}"
        (folder / f"{stem}.history.json").write_text(json.dumps(record, indent=4))
        shutil.copyfile(self.path(stack), folder / f"{stem}.checkpoint.json")

    # ----------------------------------------------------------------------------------------------------- locks

    @contextmanager
    def locked(self, stack: str) -> Iterator[None]:
        """Hold the stack for one operation. Errors: EngineError if another process holds it."""
        self._refuse_cli_lock(stack)
        path = self._root / "locks" / "local-engine" / self.project.name / f"{stack}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise EngineError(
                f"the stack is currently locked: another process updates {self.project.name}/{stack} in {self.url}; "
                "wait for it to end"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _refuse_cli_lock(self, stack: str) -> None:
        folder = self._root / "locks" / ORGANIZATION / self.project.name / stack
        if files := sorted(folder.glob("*.json")):
            raise EngineError(
                f"the stack is currently locked by {len(files)} lock(s). Either wait for the other process(es) to end "
                f"or delete the lock file with `pulumi cancel`.\n  {files[0]}"
            )


class SelectedStack:
    """Which stack of a project is current, per backend; kept where the Pulumi CLI keeps it."""

    def __init__(self, project: Project, backend_url: str) -> None:
        home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
        digest = hashlib.sha1(str(project.root / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
        self._path = home / "workspaces" / f"{project.name}-{digest}-workspace.json"
        self._project = project
        self._url = backend_url

    def get(self) -> str | None:
        """The current stack; PULUMI_STACK goes before what was selected."""
        if name := os.environ.get("PULUMI_STACK"):
            return name
        if not self._path.exists():
            return None
        name = (json.loads(self._path.read_text()).get("stacks") or {}).get(self._url)
        return name.rsplit("/", 1)[-1] if name else None

    def set(self, stack: str | None) -> None:
        document = json.loads(self._path.read_text()) if self._path.exists() else {}
        stacks = {key: value for key, value in (document.get("stacks") or {}).items() if key != self._url}
        if stack:
            stacks[self._url] = f"{ORGANIZATION}/{self._project.name}/{stack}"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps({**document, "stacks": stacks}, indent=4))


def backend_url() -> str:
    """The backend that the environment names; without PULUMI_BACKEND_URL, the home folder."""
    return os.environ.get("PULUMI_BACKEND_URL") or "file://~"


def _folder_of(url: str) -> Path:
    if not url.startswith("file://"):
        raise EngineError(
            f"PULUMI_BACKEND_URL: {url!r} is not a file:// URL; the local engine keeps state in files only"
        )
    parsed = urlparse(url)
    return Path(unquote(parsed.netloc + parsed.path)).expanduser()
