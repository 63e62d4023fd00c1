"""What a watch costs at a service: the requests that it really sends."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fakes.clock import FakeClock
from fakes.services import SERVICES
from sagemaker_tuning.gateway import Gateway
from sagemaker_tuning.watch import Watch


def requests_of(gateway: Any) -> Counter[str]:
    """Counts every request that the gateway sends from now on."""
    assert isinstance(gateway, Gateway)
    sent: Counter[str] = Counter()
    gateway._client.meta.events.register("before-call.sagemaker", lambda model, **_: sent.update([model.name]))
    return sent


def test_a_look_at_a_hundred_jobs_is_one_request() -> None:
    names = [f"churn-{number}" for number in range(100)]
    with SERVICES["sandbox"]() as service:
        for name in (*names, "younger-1", "younger-2"):
            service.create(name)
        sent = requests_of(service.gateway)
        watch = Watch(names, service.gateway, say=print, clock=FakeClock())
        for _ in range(4):
            progress = watch.look()
        assert list(progress) == names
        unseen_at_first = 2  # the younger ones are on the first page, and so two of the hundred are not
        allowed = unseen_at_first + len(watch.ended)
        assert sent["ListHyperParameterTuningJobs"] == 4
        assert sent["DescribeHyperParameterTuningJob"] <= allowed
        assert set(sent) <= {"ListHyperParameterTuningJobs", "DescribeHyperParameterTuningJob"}
