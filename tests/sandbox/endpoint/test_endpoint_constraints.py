"""Each constraint that botocore's model states for a request served here, broken one at a time."""

from __future__ import annotations

import json

import pytest
from model_requests import Breach, breaches, input_shape, shapes_below, sound
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.operations import OPERATIONS
from sagemaker_sandbox.endpoint.protocol import read_request

BREACHES = {
    f"{operation} {breach.path}: {breach.opening}{breach.sentence[:45]}": (operation, breach)
    for operation in OPERATIONS
    for breach in breaches(sound(input_shape(operation), is_full=True), input_shape(operation))
}


@pytest.mark.parametrize(("operation", "breach"), BREACHES.values(), ids=BREACHES)
def test_a_broken_constraint_is_a_validation_exception_that_names_it(operation: str, breach: Breach) -> None:
    with pytest.raises(ServiceError) as raised:
        read_request(operation, json.dumps(breach.value).encode())
    assert raised.value.code == "ValidationException"
    said = [
        text.partition(f" at '{breach.path}' failed to satisfy constraint: ")[2] for text in _violations(raised.value)
    ]
    assert any(text.startswith(breach.opening or breach.sentence) and breach.sentence in text for text in said), said


def _violations(error: ServiceError) -> list[str]:
    number, _, texts = error.message.partition(" detected: ")
    violations = texts.split("; Value ")
    assert number == f"{len(violations)} validation error{'s' * (len(violations) > 1)}"
    return violations


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("is_full", [True, False], ids=["all members", "required members only"])
def test_a_request_that_breaks_nothing_is_read(operation: str, is_full: bool) -> None:
    request = sound(input_shape(operation), is_full=is_full)
    assert set(read_request(operation, json.dumps(request).encode())) == set(request)


def test_the_model_states_no_other_kind_of_constraint() -> None:
    kinds = {
        kind for operation in OPERATIONS for shape in shapes_below(input_shape(operation)) for kind in shape.metadata
    }
    assert kinds == {"required", "min", "max", "pattern", "enum"}
