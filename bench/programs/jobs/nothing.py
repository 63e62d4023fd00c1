"""The floor: a dynamic resource that takes any inputs and does nothing with them."""

from __future__ import annotations

from typing import Any

import pulumi.dynamic


class NothingProvider(pulumi.dynamic.ResourceProvider):
    serialize_as_secret_always = False  # as the provider of tuning jobs, which has no secret in it either

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        return pulumi.dynamic.CreateResult("nothing", props)


class Nothing(pulumi.dynamic.Resource):
    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__(NothingProvider(), name, inputs)
