"""A dynamic resource for the engine's tests: a file in the folder BOX_CLOUD.

Inputs: size (a change replaces), tags (a change updates), fixed=True (a replacement deletes first), bad (the check
refuses it), fail ("create", "update" or "delete": that call raises), slow (seconds that a create takes), secret.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

_KEPT = ("size", "tags", "fixed", "fail", "secret", "source", "slow")


class BoxProvider(ResourceProvider):
    serialize_as_secret_always = False

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        _note("check with olds" if olds else "check without olds", news)
        failures = []
        if news.get("bad"):
            failures = [CheckFailure("bad", "a box is never bad"), CheckFailure("", "nor is it worse")]
        return CheckResult(news, failures)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        if news.get("fail") == "diff":
            raise RuntimeError(f"{news['name']} may not change")
        changed = [key for key in _KEPT if olds.get(key) != news.get(key)]
        replaces = [key for key in changed if key in ("size", "source")]
        return DiffResult(bool(changed), replaces, [], bool(news.get("fixed")))

    def create(self, props: dict[str, Any]) -> CreateResult:
        _note("create", props)
        time.sleep(float(props.get("slow") or 0))
        if props.get("fail") == "create":
            raise RuntimeError(f"no room for {props['name']}")
        box_id = f"{props['name']}-{uuid.uuid4().hex[:6]}"
        _path(box_id).write_text(json.dumps(_own(props)))
        return CreateResult(box_id, {**props, "made": f"made of {box_id}"})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        if not _path(id_).exists():
            return ReadResult(None, {})
        found = json.loads(_path(id_).read_text())
        inputs = {key: value for key, value in {**props, **found}.items() if key not in ("made", "__provider")}
        return ReadResult(id_, {**props, **found}, inputs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        _note("update", news)
        if news.get("fail") == "update":
            raise RuntimeError(f"{news['name']} stays as it is")
        _path(id_).write_text(json.dumps(_own(news)))
        return UpdateResult({**news, "made": olds["made"]})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        _note("delete", props)
        if props.get("fail") == "delete":
            raise RuntimeError(f"{props['name']} does not go")
        _path(id_).unlink(missing_ok=True)


class Box(Resource):
    made: pulumi.Output[str]
    secret: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        outputs = {"made": None, "secret": None, "tags": None}
        super().__init__(BoxProvider(), name, {**outputs, "name": name, "size": 1, **props}, opts)


class Case(pulumi.ComponentResource):
    """A component with one box in it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__("test:index:Case", name, {}, opts)
        self.box = Box(f"{name}-box", pulumi.ResourceOptions(parent=self), **props)
        self.register_outputs({"made": self.box.made})


def _own(props: dict[str, Any]) -> dict[str, Any]:
    return {"name": props["name"], **{key: props[key] for key in _KEPT if props.get(key) is not None}}


def _path(box_id: str) -> Path:
    return Path(os.environ["BOX_CLOUD"]) / f"{box_id}.box"


def _note(verb: str, props: dict[str, Any]) -> None:
    with (Path(os.environ["BOX_CLOUD"]) / "calls.log").open("a") as log:
        log.write(f"{verb} {props['name']}\n")
