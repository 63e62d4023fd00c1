"""Changes under `on_change="warm_start"`: the new job is a child of the old one, or there is none."""

from __future__ import annotations

from change_cases import (
    CFG,
    CONFIG,
    DAY_1,
    DAY_2,
    DAYS_TOLD,
    DEF,
    DEFINITION,
    DELETED,
    GOES_FIRST,
    GONE,
    IDENTICAL,
    NAMED,
    OBJECTIVE,
    OBJECTIVE_RULE,
    OBJECTIVE_TOLD,
    OTHER_IMAGE,
    OTHER_IMAGE_TOLD,
    RANGES,
    STATIC,
    STILL_RUNS,
    UNKNOWN,
    UPDATED,
    WIDER,
    WIDER_RANGE,
    Case,
    again,
    channel,
    eta,
    told,
)
from sagemaker_tuning.observed import MISSING

__all__ = ["CHANGES_FROM_WARM_STARTS"]

W = {"onChange": "warm_start"}
NO_START = "cannot go on from {old} (on_change='warm_start')"
WITHOUT = "  For a new job that begins without what {old} has learned, do without on_change='warm_start'"
TRANSFER = "  the new job goes on from what {old} has learned (TransferLearning)"

CHANGES_FROM_WARM_STARTS = {
    "a wider range goes on from the same data and algorithm": Case(
        WIDER, "replace", [again(), WIDER_RANGE, *DELETED, IDENTICAL], both=W
    ),
    "the quota is for the trials of both": Case(
        {f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": 700},
        "replace",
        [
            again(700, "700 instance-hours and $89.60 at most"),
            told(
                f"{CFG}.resource_limits.max_number_of_training_jobs",
                "max_number_of_training_jobs is immutable: 100 → 700",
            ),
            *DELETED,
            f"{IDENTICAL}; both may have 800 trials together, and the quota is 750 unless raised",
        ],
        both=W,
        old={f"{CONFIG}.resourceLimits.maxNumberOfTrainingJobs": 100},
    ),
    "other data are a transfer": Case(
        DAY_2,
        "replace",
        [
            again(),
            DAYS_TOLD,
            *DELETED,
            TRANSFER,
        ],
        old=DAY_1,
        both=W,
    ),
    "data that are not known until up leave the type open": Case(
        {f"{DEFINITION}.inputDataConfig": channel(UNKNOWN)},
        "replace",
        [
            again(),
            told(
                f"{DEF}.input_data_config[train].data_source.s3_data_source.s3_uri",
                "s3_uri of input_data_config[train] is immutable: not known until up; may change",
            ),
            *DELETED,
            "  the new job goes on from what {old} has learned",
        ],
        old=DAY_1,
        both=W,
    ),
    "another image is a transfer": Case(
        OTHER_IMAGE,
        "replace",
        [
            again(),
            OTHER_IMAGE_TOLD,
            *DELETED,
            TRANSFER,
        ],
        both=W,
    ),
    "another program of one's own is a transfer": Case(
        {f"{STATIC}.sagemaker_submit_directory": "s3://adapter-tests/newer.tar.gz"},
        "replace",
        [
            again(),
            told(
                f"{DEF}.static_hyper_parameters[sagemaker_submit_directory]",
                "static_hyper_parameters[sagemaker_submit_directory] is immutable: "
                "s3://adapter-tests/code.tar.gz → s3://adapter-tests/newer.tar.gz",
            ),
            *DELETED,
            TRANSFER,
        ],
        both=W,
    ),
    "a tuned hyperparameter may become static": Case(
        {RANGES: eta(), f"{STATIC}.depth": "3"},
        "replace",
        [
            again(),
            told(
                f"{CFG}.parameter_ranges.integer_parameter_ranges",
                "integer_parameter_ranges is immutable: 1 item → not set",
            ),
            told(f"{DEF}.static_hyper_parameters[depth]", "static_hyper_parameters[depth] is immutable: not set → 3"),
            *DELETED,
            IDENTICAL,
        ],
        old={RANGES: {**eta(), "integerParameterRanges": [{"name": "depth", "minValue": 1, "maxValue": 9}]}},
        both=W,
    ),
    "a failed job can be a parent": Case(
        WIDER,
        "replace",
        [again(), WIDER_RANGE, "  once the new job is accepted, {old} (Failed) is deleted", GONE, IDENTICAL],
        both=W,
        status="Failed",
    ),
    "a new token goes on, too": Case(
        {"rerunToken": "2"},
        "replace",
        [again(), told("rerun_token", "rerun_token asks to run the job again: not set → 2"), *DELETED, IDENTICAL],
        both=W,
    ),
    "a running job cannot be a parent": Case(
        WIDER,
        "refuse",
        [NO_START, WIDER_RANGE, f"  {STILL_RUNS}", WITHOUT],
        both=W,
        status="InProgress",
    ),
    "a job that is gone cannot be a parent": Case(
        WIDER,
        "refuse",
        [
            NO_START,
            WIDER_RANGE,
            "  {old} is gone; after `pulumi refresh`, a new job begins without what it has learned",
            WITHOUT,
        ],
        both=W,
        status=MISSING,
    ),
    "a name that the old job keeps forbids any new job, warm or not": Case(
        WIDER,
        "refuse",
        [
            "nightly cannot be replaced",
            WIDER_RANGE,
            told(
                "hyper_parameter_tuning_job_name",
                "nightly keeps its name, as on_delete='stop' does not delete it; choose another name",
            ),
        ],
        both={**W, **NAMED, "onDelete": "stop"},
    ),
    "another objective cannot be compared": Case(
        OBJECTIVE,
        "refuse",
        [
            NO_START,
            OBJECTIVE_TOLD,
            OBJECTIVE_RULE,
            WITHOUT,
        ],
        both=W,
    ),
    "a new hyperparameter is unknown to the parent": Case(
        {f"{STATIC}.depth": "3"},
        "refuse",
        [
            NO_START,
            told(f"{DEF}.static_hyper_parameters[depth]", "static_hyper_parameters[depth] is immutable: not set → 3"),
            told(
                f"{DEF}.static_hyper_parameters",
                "static and tuned hyperparameters together must be the same as the parent's; depth is new",
            ),
            WITHOUT,
        ],
        both=W,
    ),
    "a hyperparameter of the parent may not go": Case(
        {},
        "refuse",
        [
            NO_START,
            told(f"{DEF}.static_hyper_parameters[depth]", "static_hyper_parameters[depth] is immutable: 3 → not set"),
            told(
                f"{DEF}.static_hyper_parameters",
                "static and tuned hyperparameters together must be the same as the parent's; depth is gone",
            ),
            WITHOUT,
        ],
        both=W,
        old={f"{STATIC}.depth": "3"},
    ),
    "a hyperparameter keeps its type": Case(
        {RANGES: {"integerParameterRanges": [{"name": "eta", "minValue": 0, "maxValue": 9}]}},
        "refuse",
        [
            NO_START,
            told(
                f"{CFG}.parameter_ranges.integer_parameter_ranges",
                "integer_parameter_ranges is immutable: not set → 1 item",
            ),
            told(
                f"{CFG}.parameter_ranges.continuous_parameter_ranges",
                "continuous_parameter_ranges is immutable: 1 item → not set",
            ),
            told(f"{CFG}.parameter_ranges", "hyperparameters must keep their type: eta"),
            WITHOUT,
        ],
        both=W,
    ),
    "another environment is not allowed, and not told": Case(
        {f"{DEFINITION}.environment": {"API_TOKEN": "hush-hush-43"}},
        "refuse",
        [
            NO_START,
            told(f"{DEF}.environment[API_TOKEN]", "environment[API_TOKEN] is immutable: [secret]"),
            told(f"{DEF}.environment[API_TOKEN]", "must be the same as the parent's; a warm start may not change it"),
            WITHOUT,
        ],
        both=W,
    ),
    "network isolation is not allowed to change": Case(
        {f"{DEFINITION}.enableNetworkIsolation": True},
        "refuse",
        [
            NO_START,
            told(
                f"{DEF}.enable_network_isolation", "enable_network_isolation is immutable: false (the default) → true"
            ),
            told(f"{DEF}.enable_network_isolation", "must be the same as the parent's; a warm start may not change it"),
            WITHOUT,
        ],
        both=W,
    ),
    "Hyperband cannot go on": Case(
        {
            f"{CONFIG}.strategy": "Hyperband",
            f"{CONFIG}.strategyConfig": {"hyperbandStrategyConfig": {"minResource": 1, "maxResource": 9}},
        },
        "refuse",
        [
            NO_START,
            told(f"{CFG}.strategy", "strategy is immutable: Bayesian → Hyperband"),
            told(f"{CFG}.strategy_config", "strategy_config is immutable: not set → {hyperband_strategy_config}"),
            told(f"{CFG}.strategy", "Hyperband cannot go on from earlier jobs; Bayesian and Random can"),
            WITHOUT,
        ],
        both=W,
    ),
    "eleven static changes are one too many": Case(
        {f"{STATIC}.a{n}": "2" for n in range(11)},
        "refuse",
        [
            NO_START,
            told(f"{DEF}.static_hyper_parameters[a0]", "static_hyper_parameters[a0] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a1]", "static_hyper_parameters[a1] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a10]", "static_hyper_parameters[a10] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a2]", "static_hyper_parameters[a2] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a3]", "static_hyper_parameters[a3] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a4]", "static_hyper_parameters[a4] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a5]", "static_hyper_parameters[a5] is immutable: 1 → 2"),
            told(f"{DEF}.static_hyper_parameters[a6]", "static_hyper_parameters[a6] is immutable: 1 → 2"),
            "  and 3 more changes",
            told(f"{DEF}.static_hyper_parameters", "11 changes of static hyperparameters; 10 are allowed"),
            WITHOUT,
        ],
        old={f"{STATIC}.a{n}": "1" for n in range(11)},
        both=W,
    ),
    "a job that goes first cannot be a parent": Case(
        WIDER,
        "refuse",
        [
            "cannot go on from nightly (on_change='warm_start')",
            WIDER_RANGE,
            GOES_FIRST,
            "  For a new job that begins without what nightly has learned, do without on_change='warm_start'",
        ],
        both={**W, **NAMED},
    ),
    "a job that makes room by its name can be a parent": Case(
        {**WIDER, "hyperParameterTuningJobName": "weekly"},
        "replace",
        [
            again(),
            told(
                "hyper_parameter_tuning_job_name",
                "hyper_parameter_tuning_job_name is the job's identity: nightly → weekly",
            ),
            WIDER_RANGE,
            "  once the new job is accepted, nightly (Completed) is deleted",
            GONE,
            "  the new job goes on from what nightly has learned (IdenticalDataAndAlgorithm)",
        ],
        old=NAMED,
        both=W,
    ),
    "a job of another region cannot be a parent": Case(
        WIDER,
        "refuse",
        [
            NO_START,
            WIDER_RANGE,
            told(
                "region",
                "region cannot change: a tuning job stays in the region it was created in: eu-west-1 → us-east-1",
            ),
            told("region", "a parent has to be in the same region"),
            WITHOUT,
        ],
        both=W,
        region="us-east-1",
    ),
    "a tag needs no parent": Case(
        {"tags": {"team": "risk"}},
        "update",
        [UPDATED, told("tags[team]", "tags[team] can be edited in place: ml → risk")],
        both=W,
    ),
}
