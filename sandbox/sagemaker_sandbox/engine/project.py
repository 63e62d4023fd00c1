"""Pulumi.yaml, and the configuration of a stack in Pulumi.<stack>.yaml."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.secrets import Crypter, passphrase


@dataclass(frozen=True)
class Project:
    """What Pulumi.yaml says; paths are absolute."""

    name: str
    root: Path
    main: str = ""
    runtime_options: Mapping[str, Any] = field(default_factory=dict)
    plugin_paths: Mapping[str, Path] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def program(self) -> Path:
        """The folder or the file that is run."""
        return (self.root / self.main).resolve()

    @property
    def program_folder(self) -> Path:
        return self.program if self.program.is_dir() else self.program.parent

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project of a folder: the nearest Pulumi.yaml there or above. Errors: EngineError if there is none."""
        for folder in (start.resolve(), *start.resolve().parents):
            for name in ("Pulumi.yaml", "Pulumi.yml"):
                if (folder / name).is_file():
                    return cls.load(folder / name)
        raise EngineError(f"no Pulumi.yaml project file found in {start} or a folder above it")

    @classmethod
    def load(cls, path: Path) -> Project:
        document = _read_yaml(path)
        runtime = document.get("runtime") or {}
        runtime = {"name": runtime} if isinstance(runtime, str) else runtime
        if not document.get("name"):
            raise EngineError(f"{path}: name: is missing; a project needs a name")
        if runtime.get("name") != "python":
            raise EngineError(
                f"{path}: runtime: {runtime.get('name')!r} cannot be run; the local engine runs python programs only"
            )
        plugins = (document.get("plugins") or {}).get("providers") or ()
        return cls(
            name=document["name"],
            root=path.parent,
            main=document.get("main") or "",
            runtime_options=runtime.get("options") or {},
            plugin_paths={item["name"]: (path.parent / item["path"]).resolve() for item in plugins if item.get("path")},
            config=document.get("config") or {},
        )

    def default_config(self) -> dict[str, Any]:
        """The values that Pulumi.yaml gives to every stack, by full key."""
        values = {}
        for key, entry in self.config.items():
            value = entry.get("value", entry.get("default")) if isinstance(entry, dict) else entry
            if value is not None:
                values[full_key(key, self.name)] = value
        return values


def full_key(key: str, project: str) -> str:
    """`size` belongs to the project: `project:size`."""
    return key if ":" in key else f"{project}:{key}"


class StackConfig:
    """The settings of one stack. Values are plain; secure ones are decrypted on demand."""

    def __init__(self, project: Project, stack: str) -> None:
        self._project = project
        self.path = project.root / f"Pulumi.{stack}.yaml"
        self._document = _read_yaml(self.path) if self.path.exists() else {}
        self._values: dict[str, Any] = self._document.get("config") or {}

    @property
    def entries(self) -> Mapping[str, Any]:
        """Values as the file has them (`{"secure": ciphertext}` for a secret), with the project's defaults."""
        own = {full_key(key, self._project.name): value for key, value in self._values.items()}
        return {**self._project.default_config(), **own}

    def crypter(self) -> Crypter:
        """The stack's crypter; the first use gives the stack its salt and saves it."""
        if salt := self._document.get("encryptionsalt"):
            return Crypter.from_salt(passphrase(), salt)
        for key in ("secretsprovider", "encryptedkey"):
            if key in self._document:
                raise EngineError(f"{self.path}: {key}: the local engine knows the passphrase secrets provider only")
        crypter = Crypter.new(passphrase())
        self._document = {"encryptionsalt": crypter.salt, **self._document}
        self.save()
        return crypter

    def set(self, key: str, value: str, *, secret: bool) -> None:
        stored: Any = {"secure": self.crypter().encrypt(value)} if secret else value
        self._values[full_key(key, self._project.name)] = stored

    def remove(self, key: str) -> None:
        self._values.pop(full_key(key, self._project.name), None)
        self._values.pop(key, None)

    def save(self) -> None:
        document = {key: value for key, value in self._document.items() if key != "config"}
        if self._values:
            document["config"] = self._values
        partial = self.path.with_suffix(".yaml.tmp")
        partial.write_text(yaml.safe_dump(document, sort_keys=False) if document else "{}\n")
        os.replace(partial, self.path)

    def decrypted(self) -> dict[str, tuple[str, bool]]:
        """Every value as the text that a program sees, and whether it is a secret."""
        return {key: self._text(value) for key, value in self.entries.items()}

    def _text(self, value: Any) -> tuple[str, bool]:
        secrets = 0

        def plain(item: Any) -> Any:
            nonlocal secrets
            if isinstance(item, dict) and item.keys() == {"secure"}:
                secrets += 1
                return self.crypter().decrypt(item["secure"])
            if isinstance(item, dict):
                return {key: plain(member) for key, member in item.items()}
            return [plain(member) for member in item] if isinstance(item, list) else item

        revealed = plain(value)
        if isinstance(revealed, (dict, list, bool)):
            revealed = json.dumps(revealed, separators=(",", ":"), ensure_ascii=False)
        return str(revealed), bool(secrets)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise EngineError(f"{path}: is not valid YAML: {error}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise EngineError(f"{path}: holds a {type(document).__name__}; a mapping is needed")
    return document
