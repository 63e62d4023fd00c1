"""A base spec, one edit, and the whole plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest
from plan_documents import ARN, PLURAL_REQUEST, REQUEST, echo, edited
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.observed import Identity, normalize
from sagemaker_tuning.planning import Change, Plan, plan, plan_from_state
from sagemaker_tuning.planning.reasons import FORM_CHANGE
from sagemaker_tuning.unknown import UNKNOWN

OBSERVED = normalize(echo(REQUEST), [{"Key": "team", "Value": "ml"}])
BASE = OBSERVED.spec
RANGES = "hyper_parameter_tuning_job_config.parameter_ranges"
CREATED = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)


def replace(path: str, before: Any, after: Any, reason: str) -> Change:
    return Change(path, before, after, "replace", reason)


def update(path: str, before: Any, after: Any, reason: str) -> Change:
    return Change(path, before, after, "update", reason)


@dataclass(frozen=True)
class Case:
    """`edits` are made to the declared document; `options` go to plan."""

    edits: Mapping[str, Any]
    changes: Sequence[Change]
    options: Mapping[str, Any] = field(default_factory=dict)


CASES = {
    "nothing edited is nothing to do": Case({}, []),
    "an edited tag is updated in place": Case(
        {"tags.team": "risk"}, [update("tags[team]", "ml", "risk", "tags[team] can be edited in place: ml → risk")]
    ),
    "a new tag is added in place": Case(
        {"tags.owner": "ann"}, [update("tags[owner]", None, "ann", "tags[owner] can be edited in place: not set → ann")]
    ),
    "a removed tag is taken away in place": Case(
        {"tags": {}}, [update("tags[team]", "ml", None, "tags[team] can be edited in place: ml → not set")]
    ),
    "another strategy is another job": Case(
        {"hyper_parameter_tuning_job_config.strategy": "Hyperband"},
        [
            replace(
                "hyper_parameter_tuning_job_config.strategy",
                "Bayesian",
                "Hyperband",
                "strategy is immutable: Bayesian → Hyperband",
            )
        ],
    ),
    "an edited bound is named with its parameter": Case(
        {f"{RANGES}.continuous_parameter_ranges[0].max_value": "0.9"},
        [
            replace(
                f"{RANGES}.continuous_parameter_ranges[eta].max_value",
                "0.5",
                "0.9",
                "max_value of continuous_parameter_ranges[eta] bounds the search, and is immutable: 0.5 → 0.9",
            )
        ],
    ),
    "a parameter that is no longer tuned is named as a whole": Case(
        {
            f"{RANGES}.continuous_parameter_ranges": BASE["hyper_parameter_tuning_job_config"]["parameter_ranges"][
                "continuous_parameter_ranges"
            ][:1]
        },
        [
            replace(
                f"{RANGES}.continuous_parameter_ranges[gamma]",
                {"name": "gamma", "min_value": "0", "max_value": "5", "scaling_type": "Auto"},
                None,
                "continuous_parameter_ranges[gamma] is immutable: {max_value, min_value, name, scaling_type} → not set",
            )
        ],
    ),
    "a removed hyperparameter is a change": Case(
        {"training_job_definition.static_hyper_parameters": {"eval_metric": "auc", "num_round": "100"}},
        [
            replace(
                "training_job_definition.static_hyper_parameters[subsample]",
                "0.8",
                None,
                "static_hyper_parameters[subsample] is immutable: 0.8 → not set",
            )
        ],
    ),
    "a default is named where it stands against a value": Case(
        {"training_job_definition.enable_managed_spot_training": True},
        [
            replace(
                "training_job_definition.enable_managed_spot_training",
                None,
                True,
                "enable_managed_spot_training is immutable: false (the default) → true",
            )
        ],
    ),
    "a set is shown as a whole": Case(
        {"training_job_definition.vpc_config.subnets": ["subnet-1"]},
        [
            replace(
                "training_job_definition.vpc_config.subnets",
                ["subnet-1", "subnet-2"],
                ["subnet-1"],
                "subnets is immutable: subnet-1, subnet-2 → subnet-1",
            )
        ],
    ),
    "a replacement outweighs an update": Case(
        {"hyper_parameter_tuning_job_config.random_seed": 7, "tags.team": "risk"},
        [
            replace("hyper_parameter_tuning_job_config.random_seed", None, 7, "random_seed is immutable: not set → 7"),
            update("tags[team]", "ml", "risk", "tags[team] can be edited in place: ml → risk"),
        ],
    ),
    "an unknown value may change": Case(
        {"training_job_definition.role_arn": UNKNOWN},
        [
            replace(
                "training_job_definition.role_arn",
                "arn:aws:iam::123456789012:role/sagemaker",
                UNKNOWN,
                "role_arn is immutable: not known until up; may change",
            )
        ],
    ),
    "an unknown tag may change in place": Case(
        {"tags.team": UNKNOWN},
        [update("tags[team]", "ml", UNKNOWN, "tags[team] can be edited in place: not known until up; may change")],
    ),
    "an unknown structure is one change": Case(
        {"training_job_definition.vpc_config": UNKNOWN},
        [
            replace(
                "training_job_definition.vpc_config",
                {"security_group_ids": ["sg-1", "sg-2"], "subnets": ["subnet-1", "subnet-2"]},
                UNKNOWN,
                "vpc_config is immutable: not known until up; may change",
            )
        ],
    ),
    "a set with an unknown member may change": Case(
        {"training_job_definition.vpc_config.subnets": ["subnet-1", UNKNOWN]},
        [
            replace(
                "training_job_definition.vpc_config.subnets",
                ["subnet-1", "subnet-2"],
                ["subnet-1", UNKNOWN],
                "subnets is immutable: not known until up; may change",
            )
        ],
    ),
    "an unknown hides no other change": Case(
        {
            "training_job_definition.role_arn": UNKNOWN,
            "training_job_definition.stopping_condition.max_runtime_in_seconds": 60,
        },
        [
            replace(
                "training_job_definition.role_arn",
                "arn:aws:iam::123456789012:role/sagemaker",
                UNKNOWN,
                "role_arn is immutable: not known until up; may change",
            ),
            replace(
                "training_job_definition.stopping_condition.max_runtime_in_seconds",
                3600,
                60,
                "max_runtime_in_seconds is immutable: 3600 → 60",
            ),
        ],
    ),
    "a secret is shown nowhere": Case(
        {"training_job_definition.static_hyper_parameters.subsample": "0.7"},
        [
            replace(
                "training_job_definition.static_hyper_parameters[subsample]",
                "[secret]",
                "[secret]",
                "static_hyper_parameters[subsample] is immutable: [secret]",
            )
        ],
        {"secret_paths": ["training_job_definition.static_hyper_parameters[subsample]"]},
    ),
    "everything under a secret is secret": Case(
        {"training_job_definition.static_hyper_parameters.subsample": "0.7"},
        [
            replace(
                "training_job_definition.static_hyper_parameters[subsample]",
                "[secret]",
                "[secret]",
                "static_hyper_parameters[subsample] is immutable: [secret]",
            )
        ],
        {"secret_paths": ["training_job_definition"]},
    ),
    "a structure with a secret in it is secret": Case(
        {"training_job_definition.vpc_config": {}},
        [
            replace(
                "training_job_definition.vpc_config.security_group_ids",
                ["sg-1", "sg-2"],
                None,
                "security_group_ids is immutable: sg-1, sg-2 → not set",
            ),
            replace("training_job_definition.vpc_config.subnets", "[secret]", None, "subnets is immutable: [secret]"),
        ],
        {"secret_paths": ["training_job_definition.vpc_config.subnets"]},
    ),
    "a status can ask for another run": Case(
        {},
        [
            replace(
                "status",
                "InProgress",
                None,
                "the job's status is InProgress, and rerun_on asks to run such a job again",
            )
        ],
        {"replace_on_status": ["InProgress"]},
    ),
    "another status does not": Case({}, [], {"replace_on_status": ["Failed"]}),
    "the same identity is no drift": Case({}, [], {"identity": Identity("churn", ARN, CREATED)}),
    "a job of the same name that was created later is drift": Case(
        {},
        [
            replace(
                "creation_time",
                "2026-11-01T12:00:00+00:00",
                "2026-10-01T12:00:00+00:00",
                "drift: another job has taken the name churn; ours was created 2026-10-01T12:00:00+00:00, "
                "this one 2026-11-01T12:00:00+00:00",
            )
        ],
        {"identity": Identity("churn", ARN, CREATED.replace(month=10))},
    ),
    "a job of another account is drift": Case(
        {},
        [
            replace(
                "arn",
                ARN,
                ARN.replace("123456789012", "210987654321"),
                f"drift: {ARN} is not the job of this resource, which is {ARN.replace('123456789012', '210987654321')}",
            )
        ],
        {"identity": Identity("churn", ARN.replace("123456789012", "210987654321"), CREATED)},
    ),
    "an ARN that differs by case only is the same job": Case(
        {}, [], {"identity": Identity("Churn", ARN.replace("churn", "Churn"), CREATED)}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_plan(case):
    changes = tuple(case.changes)
    assert plan(edited(BASE, case.edits), OBSERVED, **case.options) == Plan.of(changes)


def test_a_plan_is_as_strong_as_its_strongest_change():
    tag = update("tags[team]", "ml", "risk", "")
    strategy = replace("hyper_parameter_tuning_job_config.strategy", "Bayesian", "Grid", "")
    assert [Plan.of(changes).action for changes in ([], [tag], [tag, strategy])] == ["none", "update", "replace"]


def test_a_plan_as_data_has_exactly_the_documented_keys():
    document = plan(edited(BASE, {"tags.team": "risk"}), OBSERVED).to_dict()
    assert list(document) == ["action", "changes"]
    assert list(document["changes"][0]) == ["path", "before", "after", "action", "reason"]


def test_another_form_is_named_as_such():
    decision = plan(normalize(echo(PLURAL_REQUEST)).spec, OBSERVED)
    reasons = {change.path: change.reason for change in decision.changes}
    assert reasons["training_job_definition"] == reasons["training_job_definitions"] == FORM_CHANGE
    assert decision.action == "replace"


def test_an_item_whose_name_is_unknown_may_be_any_of_the_job():
    ranges = BASE["hyper_parameter_tuning_job_config"]["parameter_ranges"]["continuous_parameter_ranges"]
    declared = edited(
        BASE,
        {f"{RANGES}.continuous_parameter_ranges": [ranges[0] | {"max_value": "0.9"}, ranges[1] | {"name": UNKNOWN}]},
    )
    assert [(change.path, change.after) for change in plan(declared, OBSERVED).changes] == [
        (f"{RANGES}.continuous_parameter_ranges", UNKNOWN),
        (f"{RANGES}.continuous_parameter_ranges[eta].max_value", "0.9"),
    ]


def test_a_property_that_does_not_exist_is_the_users_error():
    with pytest.raises(SpecError, match=r"training_job_definition\.rolearn.*not a property"):
        plan(edited(BASE, {"training_job_definition.rolearn": "x"}), OBSERVED)


def test_a_member_that_only_a_newer_service_has_is_not_compared():
    described = echo(
        REQUEST, {"TrainingJobDefinition.FromTheFuture": {"Mode": "On"}, "HyperParameterTuningJobConfig.New": 1}
    )
    assert plan({**BASE, "tags": {}}, described, tags=[]).action == "none"


RECORDED = BASE


def test_state_that_says_the_same_is_nothing_to_do():
    assert plan_from_state(BASE, RECORDED).action == "none"


def test_a_property_removed_from_the_program_is_a_change_against_state():
    recorded = edited(RECORDED, {"training_job_definition.retry_strategy": {"maximum_retry_attempts": 3}})
    assert plan(BASE, normalize(echo(REQUEST, {"TrainingJobDefinition.RetryStrategy": {"MaximumRetryAttempts": 3}}))).action == "none"  # fmt: skip  # noqa: E501
    (change,) = plan_from_state(BASE, recorded).changes
    assert (change.path, change.action) == ("training_job_definition.retry_strategy", "replace")


def test_a_default_spelled_out_is_no_change_against_state():
    declared = edited(BASE, {"training_job_definition.enable_managed_spot_training": False})
    assert plan_from_state(declared, RECORDED).action == "none"
    assert plan_from_state(BASE, declared).action == "none"


def test_options_are_updates_that_touch_no_job():
    decision = plan_from_state(
        BASE, RECORDED, options={"on_delete": "retain"}, recorded_options={"on_delete": "delete"}
    )
    assert decision == Plan.of(
        [update("on_delete", "delete", "retain", "on_delete only guides the provider: delete → retain")]
    )


def test_another_region_is_another_job():
    decision = plan_from_state(BASE, RECORDED, region="eu-west-1", recorded_region="us-east-1")
    assert [(change.path, change.before, change.after, change.action) for change in decision.changes] == [
        ("region", "us-east-1", "eu-west-1", "replace")
    ]


def test_the_recorded_status_can_ask_for_another_run():
    decision = plan_from_state(BASE, RECORDED, status="Failed", replace_on_status=("Failed",))
    assert [change.path for change in decision.changes] == ["status"]
