from __future__ import annotations

from dataclasses import dataclass

import pytest
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.lifecycle import update_tags, with_default_tags
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, written_tags


@dataclass(frozen=True)
class Case:
    before: dict[str, str]
    after: dict[str, str]
    calls: list[str]


CASES = {
    "equal tags need no call": Case({"team": "ml"}, {"team": "ml"}, []),
    "a new tag is one AddTags": Case({}, {"team": "ml", "env": "dev"}, ["AddTags"]),
    "an edited tag is one AddTags": Case({"team": "ml"}, {"team": "risk"}, ["AddTags"]),
    "a removed tag is one DeleteTags": Case({"team": "ml", "env": "dev"}, {"team": "ml"}, ["DeleteTags"]),
    "a renamed tag is deleted first, for a job holds 50 at most": Case(
        {"team": "ml", "old": "1"}, {"team": "ml", "new": "1"}, ["DeleteTags", "AddTags"]
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tags_are_updated_with_the_fewest_calls(aws: MemoryGateway, case: Case) -> None:
    arn = aws.create(request("churn", tags={**case.before, OWNER_TAG: "shop/dev/churn"}))
    aws.calls.clear()
    update_tags(arn, case.before, case.after, aws)
    assert aws.calls == case.calls
    assert {tag["Key"]: tag["Value"] for tag in aws.list_tags(arn)} == {**case.after, OWNER_TAG: "shop/dev/churn"}


def test_a_declared_tag_wins_over_a_default() -> None:
    native = {"tags": {"team": "risk"}, "autotune": {"mode": "Enabled"}}
    merged = with_default_tags(native, {"team": "ml", "env": "dev"})
    assert merged == {"tags": {"team": "risk", "env": "dev"}, "autotune": {"mode": "Enabled"}}
    assert native["tags"] == {"team": "risk"}


def test_too_many_tags_are_told_before_any_call() -> None:
    tags = {f"key-{number}": "" for number in range(49)}
    with pytest.raises(SpecError, match="48 are left") as raised:
        written_tags(declared(tags=tags).to_native()["tags"], "shop/dev/churn", "token")
    assert raised.value.problems[0].path == "tags"


OWNERS = {
    "an ordinary owner is written as it is": ("shop/dev/churn", "shop/dev/churn"),
    "other characters are replaced, and a digest tells such owners apart": ("shop/dev/a&b", "shop/dev/a-b-"),
}


@pytest.mark.parametrize(("owner", "beginning"), OWNERS.values(), ids=OWNERS)
def test_the_owner_fits_into_a_tag(owner: str, beginning: str) -> None:
    assert written_tags({}, owner, "token")[OWNER_TAG].startswith(beginning)
    assert len(written_tags({}, owner * 40, "token")[OWNER_TAG]) <= 256


def test_owners_that_are_cleaned_alike_stay_apart() -> None:
    assert written_tags({}, "shop/dev/a&b", "t") != written_tags({}, "shop/dev/a%b", "t")
