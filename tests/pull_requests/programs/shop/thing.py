"""Something in the stack that is no tuning job: a dynamic resource that is nowhere."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult


class ThingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=olds["size"] != news["size"])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("thing", {**props, "made": f"made of {props['size']:g}"})

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult({**news, "made": f"made of {news['size']:g}"})


class Thing(Resource):
    made: pulumi.Output[str]

    def __init__(self, name: str, size: int) -> None:
        super().__init__(ThingProvider(), name, {"size": size, "made": None})
