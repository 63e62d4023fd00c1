from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.unknown import UNKNOWN, Unknown, is_unknown
from spec_jobs import single
from strategies import specs
from wrong_specs import WRONG_SPECS


def test_there_is_one_unknown() -> None:
    assert Unknown() is UNKNOWN
    assert copy.deepcopy({"a": UNKNOWN})["a"] is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert is_unknown(UNKNOWN)
    assert not is_unknown(None)


def _places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, item in entries:
        yield (*at, step)
        yield from _places(item, (*at, step))


def _put(tree: Any, at: tuple[Any, ...], value: Any) -> None:
    for step in at[:-1]:
        tree = tree[step]
    tree[at[-1]] = value


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs(), st.data())
def test_anything_may_be_unknown(request_: dict[str, Any], data: st.DataObject) -> None:
    native = TuningJobSpec.from_api(request_).to_native()
    at = data.draw(st.sampled_from(list(_places(native))))
    _put(native, at, UNKNOWN)
    spec = TuningJobSpec.from_native(native)
    assert spec.to_native() == native
    assert TuningJobSpec.from_pulumi(spec.to_pulumi()) == spec
    value = spec.to_native()
    for step in at:
        value = value[step]
    assert value is UNKNOWN


@pytest.mark.parametrize("at", list(_places(single())), ids=str)
def test_an_unknown_hides_no_other_error(at: tuple[Any, ...]) -> None:
    job = single()
    job["hyper_parameter_tuning_job_name" if at[0] != "hyper_parameter_tuning_job_name" else "autotune"] = 5
    _put(job, at, UNKNOWN)
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_native(job)
    assert len(raised.value.problems) == 1


def test_a_wrong_spec_with_an_unknown_anywhere_does_not_crash() -> None:
    for wrong in WRONG_SPECS.values():
        for at in _places(wrong.base()):
            job = wrong.base()
            _put(job, at, UNKNOWN)
            TuningJobSpec.from_native(job)


class TestSecrets:
    PATH = "training_job_definition.environment[TOKEN]"

    def _problems(self, job: dict[str, Any], *secret_paths: str) -> str:
        with pytest.raises(SpecError) as raised:
            TuningJobSpec.from_native(job, secret_paths=secret_paths)
        return str(raised.value)

    @pytest.mark.parametrize("secret", [PATH, "training_job_definition.environment", "training_job_definition"])
    def test_a_wrong_secret_is_masked(self, secret: str) -> None:
        job = single()
        job["training_job_definition"]["environment"] = {"TOKEN": "hush" * 200}
        text = self._problems(job, secret)
        assert "hush" not in text
        assert f"{self.PATH}: [secret] has 800 characters" in text

    def test_what_holds_a_secret_is_masked(self) -> None:
        job = single()
        job["training_job_definition"]["environment"] = [{"TOKEN": "hush"}]
        text = self._problems(job, self.PATH)
        assert "hush" not in text
        assert "training_job_definition.environment: [secret] is a list" in text

    def test_a_secret_of_a_similar_name_masks_nothing_else(self) -> None:
        job = single()
        job["training_job_definition"]["environment"] = {"TOKEN": "hush", "TOKENS": 5}
        assert "environment[TOKENS]: 5 is a number" in self._problems(job, self.PATH)

    def test_rules_tell_nothing_of_a_secret(self) -> None:
        job = single()
        ranges = job["hyper_parameter_tuning_job_config"]["parameter_ranges"]
        ranges["continuous_parameter_ranges"][0]["min_value"] = "0.6"
        path = "hyper_parameter_tuning_job_config.parameter_ranges.continuous_parameter_ranges[eta].min_value"
        assert "is more than `max_value`" in self._problems(job)
        assert TuningJobSpec.from_native(job, secret_paths=[path]).to_native() == job
