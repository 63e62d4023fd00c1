"""Whatever SageMaker would take can be estimated and looked over, also where values are not known yet."""

from __future__ import annotations

import copy
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from sagemaker_tuning.cost import Ceilings, Prices, estimate
from sagemaker_tuning.preflight import preflight
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.shapes import INSTANCE_TYPES
from sagemaker_tuning.unknown import UNKNOWN
from strategies import specs

REGION = "us-east-1"
PRICES = Prices("the test's prices", {REGION: dict.fromkeys(INSTANCE_TYPES, 1.0)})

QUICK = settings(max_examples=40, deadline=None)


def native(request: dict[str, Any]) -> dict[str, Any]:
    return TuningJobSpec.from_api(request).to_native()


@QUICK
@given(specs())
def test_at_a_dollar_an_hour_the_cost_is_the_hours(request: dict[str, Any]) -> None:
    found = estimate(native(request), PRICES, REGION)
    if found.max_cost_usd is None:
        assert found.unknown
    else:
        assert found.max_cost_usd == pytest.approx(found.max_instance_hours)
    assert found.arithmetic


@QUICK
@given(specs(), st.floats(min_value=0.01, max_value=1e9))
def test_a_ceiling_never_passes_silently(request: dict[str, Any], ceiling: float) -> None:
    found = estimate(native(request), PRICES, REGION)
    verdict = Ceilings(max_cost_usd=ceiling).check(found)
    assert verdict.warnings == ()
    is_over = found.max_cost_usd is None or found.max_cost_usd > ceiling + 1e-6
    assert bool(verdict.problems) == is_over


@QUICK
@given(specs(), st.data())
def test_an_unknown_block_hides_nothing_and_crashes_nothing(request: dict[str, Any], data: st.DataObject) -> None:
    job = native(request)
    known = {finding.id for finding in preflight(job)}
    path = data.draw(st.sampled_from(sorted(_blocks(job))), label="unknown")
    partly = _with_unknown(job, path)
    assert {finding.id for finding in preflight(partly)} <= known
    found = estimate(partly, PRICES, REGION)
    verdict = Ceilings(max_instance_hours=1e-9).check(found)
    assert verdict.problems or verdict.warnings or found.max_instance_hours == 0  # SageMaker's model allows 0 instances


def _blocks(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else ()
    below = [step for key, child in children for step in _blocks(child, (*path, key))]
    return [path, *below] if path else below


def _with_unknown(job: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    partly = copy.deepcopy(job)
    *parents, last = path
    node: Any = partly
    for step in parents:
        node = node[step]
    node[last] = UNKNOWN
    return partly
