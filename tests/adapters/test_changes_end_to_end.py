"""Changes out of the tables, by the provider in its host against jobs that exist: told, and then carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import grpc
import pytest
from adapter_jobs import wait_for_status
from change_cases import PRICES, Case
from changes_by_default import CHANGES_BY_DEFAULT
from changes_from_previous import CHANGES_FROM_PREVIOUS
from changes_from_warm_starts import CHANGES_FROM_WARM_STARTS
from changes_under_policies import CHANGES_UNDER_POLICIES
from dynamic_host import DynamicHost, unmarked
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

CHANGES = CHANGES_BY_DEFAULT | CHANGES_UNDER_POLICIES | CHANGES_FROM_WARM_STARTS | CHANGES_FROM_PREVIOUS
NONE = provider_pb2.DiffResponse.DIFF_NONE

KEPT = (
    "the policy that counts is the one declared now",
    "a running job is stopped and kept by stop",
)
DELETED = (
    "a wider range needs a new job",
    "a name of one's own is free only without the old job",
    "a secret is not told when it changes",
    "reject lets a new token pass, and all that comes with it",
    "ignore lets a new token pass, and all that comes with it",
    "previous begins anew where the rules forbid the parent",
)
CHILDREN = {
    "a wider range goes on from the same data and algorithm": "IdenticalDataAndAlgorithm",
    "another image is a transfer": "TransferLearning",
    "a job that makes room by its name can be a parent": "IdenticalDataAndAlgorithm",
    "previous goes on from the job that is replaced": "IdenticalDataAndAlgorithm",
}
REFUSED = (
    "a name cannot be kept by the old job and given to the new one",
    "reject refuses a wider range",
    "another environment is not allowed, and not told",
    "a hyperparameter keeps its type",
    "previous is refused where no job could be one",
)


@pytest.fixture(scope="module")
def host(aws: Mapping[str, str], providers: Mapping[str, str]) -> Iterator[DynamicHost]:
    with DynamicHost(providers["job"], {"sagemaker-tuning:prices": str(PRICES)}, aws) as shared:
        yield shared


class Life:
    """One resource: the job that it begins with, and a change of it."""

    def __init__(self, host: DynamicHost, sagemaker: Any, case: Case, owner: str) -> None:
        self._host, self._sagemaker, self._case = host, sagemaker, case
        self._owner = {"__owner": f"shop/dev-{abs(hash(owner))}/churn"}
        self.inputs = self._checked(case.old_job)
        self.name, self.state = host.create(self.inputs)
        if case.status == "Completed":
            wait_for_status(sagemaker, self.name, "Completed")
            _, self.state, _ = host.read(self.name, self.state)
        self.news = self._checked(case.new_job, self.inputs)
        host.new_lines(0)

    def diff(self) -> provider_pb2.DiffResponse:
        answer = self._host.diff(self.name, self.state, self.news)
        first, *further = self._case.told(self.name)
        assert self._host.new_lines(len(further) + 1) == [f"churn: {first}", *further]
        return answer

    def replace(self) -> tuple[str, dict[str, Any]]:
        """What the engine does about a replacement: the new name and state."""
        answer = self.diff()
        assert list(answer.replaces)
        inputs = self._checked(self._case.new_job)
        if answer.deleteBeforeReplace:
            self._host.delete(self.name, self.state)
            created = self._host.create(inputs)
        else:
            created = self._host.create(inputs)
            self._host.delete(self.name, self.state)
        self._is_at_rest(*created, self._checked(self._case.new_job, inputs))
        return created

    def _is_at_rest(self, name: str, state: dict[str, Any], news: dict[str, Any]) -> None:
        """Nothing is left to do, before and after a refresh."""
        self._host.new_lines(0)
        assert self._host.diff(name, state, news).changes == NONE
        _, refreshed, inputs = self._host.read(name, state)
        assert unmarked(inputs) == self._checked(self._case.new_job, unmarked(inputs))
        assert self._host.diff(name, refreshed, news).changes == NONE
        assert self._host.new_lines(0) == []

    def _checked(self, job: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
        inputs, failures = self._host.check(job | self._owner, olds=olds)
        assert failures == []
        return inputs


@pytest.fixture
def life(host: DynamicHost, sagemaker: Any, request: pytest.FixtureRequest) -> Life:
    name = request.node.callspec.params["name"]
    return Life(host, sagemaker, CHANGES[name], name)


def jobs(sagemaker: Any) -> set[str]:
    listed = sagemaker.list_hyper_parameter_tuning_jobs(MaxResults=100)["HyperParameterTuningJobSummaries"]
    return {job["HyperParameterTuningJobName"] for job in listed}


def described(sagemaker: Any, name: str) -> dict[str, Any]:
    return sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


@pytest.mark.parametrize("name", DELETED)
def test_a_replacement_is_as_it_was_told(life: Life, sagemaker: Any, name: str) -> None:
    before = described(sagemaker, life.name)
    new, _ = life.replace()
    assert jobs(sagemaker) == {new}
    assert described(sagemaker, new)["CreationTime"] > before["CreationTime"]
    assert "WarmStartConfig" not in described(sagemaker, new)


@pytest.mark.parametrize("name", KEPT)
def test_a_job_that_is_to_stay_stays(life: Life, sagemaker: Any, name: str) -> None:
    new, _ = life.replace()
    assert jobs(sagemaker) == {life.name, new}


@pytest.mark.parametrize("name", CHILDREN)
def test_a_child_starts_from_the_job_that_it_replaces(life: Life, sagemaker: Any, name: str) -> None:
    new, state = life.replace()
    assert jobs(sagemaker) == {new}
    assert described(sagemaker, new)["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": life.name}],
        "WarmStartType": CHILDREN[name],
    }
    assert state["warmStartParents"] == [life.name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_one_plain_message_and_nothing_happens(
    host: DynamicHost, life: Life, sagemaker: Any, name: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        host.diff(life.name, life.state, life.news)
    assert refused.value.details().splitlines() == CHANGES[name].told(life.name)
    assert jobs(sagemaker) == {life.name}


@pytest.mark.parametrize("name", ["ignore still changes the tag"])
def test_what_is_ignored_is_there_again_under_another_policy(
    host: DynamicHost, life: Life, sagemaker: Any, name: str
) -> None:
    assert list(life.diff().replaces) == []
    updated = host.update(life.name, life.state, life.news)
    ranges = updated["hyperParameterTuningJobConfig"]["parameterRanges"]["continuousParameterRanges"]
    assert ranges == [{"name": "eta", "minValue": "0", "maxValue": "0.5"}]
    assert updated["tags"] == {"team": "risk"}
    token = updated["trainingJobDefinition"]["environment"]["API_TOKEN"]
    assert rpc.is_rpc_secret(token), "what was secret stays so, whatever the ignored change says"
    news, _ = host.check(life.news | {"onChange": "replace"}, olds=life.news)
    assert list(host.diff(life.name, unmarked(updated), news).replaces) == ["hyperParameterTuningJobConfig"]
    assert jobs(sagemaker) == {life.name}
