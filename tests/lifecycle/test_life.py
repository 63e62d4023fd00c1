"""A job's whole life, in memory and in the sandbox: what is created is read, tagged and deleted without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.services import SERVICES, Service
from sagemaker_tuning.lifecycle import Options, create, delete, read, update_tags
from sagemaker_tuning.planning import plan
from sagemaker_tuning.spec import TuningJobSpec


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Any:
    with SERVICES[request.param]() as service:
        yield service


def test_from_create_to_delete(service: Service) -> None:
    said: list[str] = []
    spec = TuningJobSpec.from_api(service.request("churn", {"team": "ml"}))
    created = create(spec, Options(), service.gateway, owner="shop/dev/churn", clock=service.clock, say=said.append)
    assert created.observed is not None
    assert plan(spec, created.observed, rewrites=created.rewrites).action == "none"

    update_tags(created.arn, {"team": "ml"}, {"team": "risk"}, service.gateway)
    found = read(
        "churn",
        service.gateway,
        declared=created.declared,
        rewrites=created.rewrites,
        identity=created.observed.identity,
    )
    assert found is not None
    assert found.identity_drift is None
    assert found.effective == {**created.declared, "tags": {"team": "risk"}}

    delete(created.observed.identity, Options(), service.gateway, clock=service.clock, say=said.append)
    assert read("churn", service.gateway) is None
    assert said == ["stopping churn before its record can be deleted"]
