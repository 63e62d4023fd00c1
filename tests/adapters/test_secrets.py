"""Text that others wrote about a job, with the job's secrets taken out."""

from __future__ import annotations

from typing import Any

import pytest
from adapter_jobs import JOB, SECRET, job
from sagemaker_tuning.adapters.dynamic.properties import Inputs
from sagemaker_tuning.adapters.dynamic.secrets import Teller
from sagemaker_tuning.errors import InvalidRequest

TEXTS = {
    "a secret": (f"Value '{SECRET}' failed to satisfy constraint", "Value '[secret]' failed to satisfy constraint"),
    "every secret": (f"{SECRET}: {SECRET}", "[secret]: [secret]"),
    "a word that contains one": (f"x{SECRET}x", "x[secret]x"),
    "nothing secret": ("Rate exceeded", "Rate exceeded"),
}


@pytest.mark.parametrize(("text", "shown"), TEXTS.values(), ids=TEXTS)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert Teller(Inputs.of(JOB)).mask(text) == shown


def test_a_secret_block_hides_each_of_its_values() -> None:
    block: Any = {"A": "first-one", "B": "second"}
    inputs = Inputs.of(
        job(trainingJobDefinition__environment=block) | {"__secretPaths": [["training_job_definition", "environment"]]}
    )
    assert Teller(inputs).mask("first-one and second") == "[secret] and [secret]"


def test_a_short_secret_is_masked_as_a_word_only() -> None:
    inputs = Inputs.of(job(trainingJobDefinition__environment={"API_TOKEN": "on"}))
    assert Teller(inputs).mask("on condition") == "[secret] condition"


def test_the_message_of_a_refusal_is_masked_and_keeps_its_code() -> None:
    with pytest.raises(InvalidRequest) as refused, Teller(Inputs.of(JOB)).masked_errors():
        raise InvalidRequest(f"Value '{SECRET}' is refused", code="ValidationException")
    assert str(refused.value) == "Value '[secret]' is refused"
    assert refused.value.code == "ValidationException"


def test_a_line_begins_with_the_resources_name(capsys: pytest.CaptureFixture[str]) -> None:
    Teller(Inputs.of(JOB))(f"waiting for {SECRET}")
    assert capsys.readouterr().out == "churn: waiting for [secret]\n"


def test_further_lines_are_indented_below_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    Teller(Inputs.of(JOB))(f"it is wrong.\nMend {SECRET}.\n  indented already")
    assert capsys.readouterr().out == "churn: it is wrong.\n  Mend [secret].\n  indented already\n"
