"""The pure core against general tools on the same documents: plan against DeepDiff, validation against botocore's.

DeepDiff ignores order, as plan does where the API has no order; it knows no defaults, no rewrites and no reasons.
botocore checks shapes alone, and none of the rules between fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from deepdiff import DeepDiff
from sagemaker_tuning import TuningJobSpec, plan

from bench.documents import LARGEST, USUAL, Document, describe, with_another_range
from bench.figures import Figure
from bench.timing import milliseconds_in_turn

__all__ = ["measure"]

_TOPIC = "plan and validation over general tools"
_PLAN_CEILING = 0.5
_DOCUMENTS = {"a usual job": USUAL, "the largest job": LARGEST}


def measure(runs: int) -> Iterator[Figure]:
    for name, request in _DOCUMENTS.items():
        yield _plan(f"plan of {name}, unchanged", request, describe(request), runs)
        yield _plan(f"plan of {name}, one change", request, describe(with_another_range(request)), runs)
    for name, request in _DOCUMENTS.items():
        yield _validation(f"validation of {name}", request, runs)


def _plan(name: str, request: Document, described: Document, runs: int) -> Figure:
    spec = TuningJobSpec.from_api(request)
    observed = {key: described[key] for key in request}
    is_changed = observed != request
    # Both have to find what there is, else their times say nothing.
    assert len(plan(spec, described).changes) == is_changed
    assert bool(DeepDiff(request, observed, ignore_order=True)) == is_changed
    values, floors = milliseconds_in_turn(
        lambda: plan(spec, described), lambda: DeepDiff(request, observed, ignore_order=True), runs
    )
    return Figure(_TOPIC, name, values, "DeepDiff, order ignored", floors, "ms", ceiling=_PLAN_CEILING)


def _validation(name: str, request: Document, runs: int) -> Figure:
    service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    shape = service.shape_for("CreateHyperParameterTuningJobRequest")
    assert not ParamValidator().validate(request, shape).has_errors()
    values, floors = milliseconds_in_turn(
        lambda: TuningJobSpec.from_api(request), lambda: ParamValidator().validate(request, shape), runs
    )
    return Figure(_TOPIC, name, values, "botocore's ParamValidator", floors, "ms")
