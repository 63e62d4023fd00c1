"""Changes under the default policy, and what `on_delete` makes of them."""

from __future__ import annotations

from change_cases import (
    ABSENT,
    CFG,
    CONFIG,
    DAY_1,
    DAY_2,
    DAYS_TOLD,
    DEF,
    DEFINITION,
    DELETED,
    GONE,
    NAMED,
    OBJECTIVE,
    OBJECTIVE_TOLD,
    OTHER_IMAGE,
    OTHER_IMAGE_TOLD,
    RANGES,
    STATIC,
    UNKNOWN,
    UPDATED,
    WIDER,
    WIDER_RANGE,
    Case,
    again,
    eta,
    told,
)

__all__ = ["CHANGES_BY_DEFAULT"]

DELETED_FIRST = (
    "  first nightly (Completed) is deleted, as the new job takes its name; if SageMaker refuses the new one, neither "
    "is there",
    GONE.replace("on_delete='retain' keeps", "another name and on_delete='retain' keep"),
)

CHANGES_BY_DEFAULT = {
    "nothing edited is nothing to do": Case({}, "none"),
    "an edited tag is changed in place": Case(
        {"tags": {"team": "risk"}},
        "update",
        [UPDATED, told("tags[team]", "tags[team] can be edited in place: ml → risk")],
    ),
    "a tag taken away is taken away in place": Case(
        {"tags": ABSENT}, "update", [UPDATED, told("tags[team]", "tags[team] can be edited in place: ml → not set")]
    ),
    "an option is changed in place": Case(
        {"onDelete": "retain"},
        "update",
        [UPDATED, told("on_delete", "on_delete only guides the provider: not set → retain")],
    ),
    "the same number, spelled otherwise, is no change": Case(
        {f"{STATIC}.depth": "0.10"}, "none", old={f"{STATIC}.depth": "0.1"}
    ),
    "a default, written out, is no change": Case({f"{CONFIG}.trainingJobEarlyStoppingType": "Off"}, "none"),
    "a wider range needs a new job": Case(WIDER, "replace", [again(), WIDER_RANGE, *DELETED]),
    "another tuned hyperparameter needs a new job": Case(
        {RANGES: {**eta(), "integerParameterRanges": [{"name": "depth", "minValue": 1, "maxValue": 9}]}},
        "replace",
        [
            again(),
            told(
                f"{CFG}.parameter_ranges.integer_parameter_ranges",
                "integer_parameter_ranges is immutable: not set → 1 item",
            ),
            *DELETED,
        ],
    ),
    "another strategy needs a new job": Case(
        {f"{CONFIG}.strategy": "Random"},
        "replace",
        [again(), told(f"{CFG}.strategy", "strategy is immutable: Bayesian → Random"), *DELETED],
    ),
    "another direction of the objective needs a new job": Case(
        OBJECTIVE,
        "replace",
        [
            again(),
            OBJECTIVE_TOLD,
            *DELETED,
        ],
    ),
    "more trials need a new job, all of them": Case(
        {f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": 50},
        "replace",
        [
            again(50, "50 instance-hours and $6.40 at most"),
            told(
                f"{CFG}.resource_limits.max_number_of_training_jobs", "max_number_of_training_jobs is immutable: 2 → 50"
            ),
            *DELETED,
        ],
    ),
    "fewer trials need a new job": Case(
        {f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": 1},
        "replace",
        [
            again(1, "1 instance-hour and $0.13 at most"),
            told(
                f"{CFG}.resource_limits.max_number_of_training_jobs", "max_number_of_training_jobs is immutable: 2 → 1"
            ),
            *DELETED,
        ],
    ),
    "without a limit of trials nobody knows what they cost": Case(
        {f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": ABSENT},
        "replace",
        [
            "to be replaced: no known bound of hours or cost",
            told(
                f"{CFG}.resource_limits.max_number_of_training_jobs",
                "max_number_of_training_jobs is immutable: 2 → not set",
            ),
            *DELETED,
        ],
        both={"autotune": {"mode": "Enabled"}},
    ),
    "larger instances cost more": Case(
        {f"{DEFINITION}.resourceConfig.instanceType": "ml.m5.xlarge"},
        "replace",
        [
            again(2, "2 instance-hours and $0.52 at most"),
            told(f"{DEF}.resource_config.instance_type", "instance_type is immutable: ml.m5.large → ml.m5.xlarge"),
            *DELETED,
        ],
    ),
    "instances without a known price cost what nobody knows": Case(
        {f"{DEFINITION}.resourceConfig.instanceType": "ml.g5.xlarge"},
        "replace",
        [
            again(2, "2 instance-hours at most"),
            told(f"{DEF}.resource_config.instance_type", "instance_type is immutable: ml.m5.large → ml.g5.xlarge"),
            *DELETED,
        ],
    ),
    "more instances and more time multiply": Case(
        {f"{DEFINITION}.resourceConfig.instanceCount": 2, f"{DEFINITION}.stoppingCondition.maxRuntimeInSeconds": 7200},
        "replace",
        [
            again(2, "8 instance-hours and $1.03 at most"),
            told(f"{DEF}.resource_config.instance_count", "instance_count is immutable: 1 → 2"),
            told(
                f"{DEF}.stopping_condition.max_runtime_in_seconds", "max_runtime_in_seconds is immutable: 3600 → 7200"
            ),
            *DELETED,
        ],
    ),
    "another image needs a new job": Case(
        OTHER_IMAGE,
        "replace",
        [
            again(),
            OTHER_IMAGE_TOLD,
            *DELETED,
        ],
    ),
    "other data need a new job": Case(
        DAY_2,
        "replace",
        [
            again(),
            DAYS_TOLD,
            *DELETED,
        ],
        old=DAY_1,
    ),
    "a secret is not told when it changes": Case(
        {f"{DEFINITION}.environment": {"API_TOKEN": "hush-hush-43"}},
        "replace",
        [again(), told(f"{DEF}.environment[API_TOKEN]", "environment[API_TOKEN] is immutable: [secret]"), *DELETED],
    ),
    "a secret is not told when it goes": Case(
        {f"{DEFINITION}.environment": ABSENT},
        "replace",
        [again(), told(f"{DEF}.environment[API_TOKEN]", "environment[API_TOKEN] is immutable: [secret]"), *DELETED],
    ),
    "a job that was running when last seen may be stopped": Case(
        WIDER,
        "replace",
        [
            again(),
            WIDER_RANGE,
            "  once the new job is accepted, {old} is stopped if it still runs, and is deleted",
            GONE,
        ],
        status="InProgress",
    ),
    "a running job is left running by retain": Case(
        WIDER,
        "replace",
        [again(), WIDER_RANGE, "  {old} stays, and runs on if it still runs (on_delete='retain')"],
        both={"onDelete": "retain"},
        status="InProgress",
    ),
    "a running job is stopped and kept by stop": Case(
        WIDER,
        "replace",
        [again(), WIDER_RANGE, "  {old} is stopped if it still runs, and stays (on_delete='stop')"],
        both={"onDelete": "stop"},
        status="InProgress",
    ),
    "a job that has ended is kept by retain": Case(
        WIDER,
        "replace",
        [again(), WIDER_RANGE, "  {old} (Completed) stays (on_delete='retain')"],
        both={"onDelete": "retain"},
    ),
    "the policy that counts is the one declared now": Case(
        {**WIDER, "onDelete": "retain"},
        "replace",
        [
            again(),
            WIDER_RANGE,
            told("on_delete", "on_delete only guides the provider: not set → retain"),
            "  {old} (Completed) stays (on_delete='retain')",
        ],
    ),
    "a name of one's own is free only without the old job": Case(
        {**WIDER},
        "replace",
        [
            again(),
            WIDER_RANGE,
            *DELETED_FIRST,
        ],
        both=NAMED,
    ),
    "another name is another job": Case(
        {"hyperParameterTuningJobName": "weekly"},
        "replace",
        [
            again(),
            told(
                "hyper_parameter_tuning_job_name",
                "hyper_parameter_tuning_job_name is the job's identity: nightly → weekly",
            ),
            "  once the new job is accepted, nightly (Completed) is deleted",
            GONE,
        ],
        old=NAMED,
    ),
    "a name cannot be kept by the old job and given to the new one": Case(
        {**WIDER},
        "refuse",
        [
            "nightly cannot be replaced",
            WIDER_RANGE,
            told(
                "hyper_parameter_tuning_job_name",
                "nightly keeps its name, as on_delete='retain' does not delete it; choose another name",
            ),
        ],
        both={**NAMED, "onDelete": "retain"},
    ),
    "another region needs a new job": Case(
        {},
        "replace",
        [
            again(2, "2 instance-hours at most"),
            told(
                "region",
                "region cannot change: a tuning job stays in the region it was created in: eu-west-1 → us-east-1",
            ),
            *DELETED,
        ],
        region="us-east-1",
    ),
    "a value that is not known until up may need a new job": Case(
        {f"{DEFINITION}.roleArn": UNKNOWN},
        "replace",
        [again(), told(f"{DEF}.role_arn", "role_arn is immutable: not known until up; may change"), *DELETED],
    ),
    "a number that is not known until up bounds nothing": Case(
        {f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": UNKNOWN},
        "replace",
        [
            "to be replaced: no known bound of hours or cost",
            told(
                f"{CFG}.resource_limits.max_number_of_training_jobs",
                "max_number_of_training_jobs is immutable: not known until up; may change",
            ),
            *DELETED,
        ],
    ),
    "of ten changes eight are told": Case(
        {f"{STATIC}.a{n}": "2" for n in range(10)},
        "replace",
        [
            again(),
            told(f"{DEF}.static_hyper_parameters[a0]", "static_hyper_parameters[a0] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a1]", "static_hyper_parameters[a1] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a2]", "static_hyper_parameters[a2] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a3]", "static_hyper_parameters[a3] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a4]", "static_hyper_parameters[a4] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a5]", "static_hyper_parameters[a5] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a6]", "static_hyper_parameters[a6] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a7]", "static_hyper_parameters[a7] is immutable: 1 → 2"),
            "  and 2 more changes",
            *DELETED,
        ],
        old={f"{STATIC}.a{n}": "1" for n in range(10)},
    ),
}
