"""The package `pulumi` that every engine brings along: references to other stacks of the same backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sagemaker_sandbox.engine.errors import StepFailed
from sagemaker_sandbox.engine.properties import Properties, contains_secrets, equal
from sagemaker_sandbox.engine.provider import DIFF_NONE, DIFF_SOME, CheckFailure, Diff, Outcome

STACK_REFERENCE = "pulumi:pulumi:StackReference"


class BuiltinProvider:
    """Serves pulumi:pulumi:StackReference.

    stack_outputs: gives the outputs of a stack by its name, `stack`, `project/stack` or `organization/project/stack`.
    """

    def __init__(self, stack_outputs: Callable[[str], Properties]) -> None:
        self._stack_outputs = stack_outputs

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool
    ) -> tuple[Properties, list[CheckFailure]]:
        if f"::{STACK_REFERENCE}::" not in urn:
            return news, [CheckFailure("", f"the local engine knows {STACK_REFERENCE} of the package pulumi only")]
        return news, [] if "name" in news else [CheckFailure("name", "missing required property 'name'")]

    def diff(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        unknowns: bool,
        ignore_changes: Sequence[str],
    ) -> Diff:
        if equal(old_inputs.get("name"), news.get("name")):
            return Diff(DIFF_NONE)
        return Diff(DIFF_SOME, replaces=["name"])

    def create(self, urn: str, news: Properties, *, preview: bool, timeout: float) -> Outcome:
        return Outcome("" if preview else str(news["name"]), self._state(str(news["name"])))

    def update(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Outcome:
        raise StepFailed("a stack reference cannot be updated; its name is all there is to it")

    def read(
        self, urn: str, resource_id: str, inputs: Properties, state: Properties, *, timeout: float
    ) -> Outcome | None:
        return Outcome(resource_id, self._state(resource_id), inputs)

    def delete(self, urn: str, resource_id: str, inputs: Properties, outputs: Properties, *, timeout: float) -> None:
        """Nothing was created, so there is nothing to delete."""

    def invoke(self, token: str, arguments: Properties, *, preview: bool) -> tuple[Properties, list[CheckFailure]]:
        if token != "pulumi:pulumi:readStackReference":
            raise StepFailed(f"the local engine does not know the function {token}")
        return self._state(str(arguments["name"])), []

    def _state(self, name: str) -> Properties:
        outputs = self._stack_outputs(name)
        secret_names = sorted(key for key, value in outputs.items() if contains_secrets(value))
        return {"name": name, "outputs": outputs, "secretOutputNames": secret_names}
