"""Changes of a job that starts from its resource's own earlier jobs where it can."""

from __future__ import annotations

from change_cases import (
    ALLOW,
    DAY_1,
    DAY_2,
    DAYS_TOLD,
    DELETED,
    GOES_FIRST,
    GONE,
    IDENTICAL,
    NAMED,
    OBJECTIVE,
    OBJECTIVE_RULE,
    OBJECTIVE_TOLD,
    REJECTED,
    STILL_RUNS,
    UPDATED,
    WIDER,
    WIDER_RANGE,
    Case,
    again,
    told,
)

__all__ = ["CHANGES_FROM_PREVIOUS"]

PREV = {"warmStartConfig": {"parents": "previous"}}

CHANGES_FROM_PREVIOUS = {
    "previous goes on from the job that is replaced": Case(
        WIDER, "replace", [again(), WIDER_RANGE, *DELETED, IDENTICAL], both=PREV
    ),
    "previous begins anew where the rules forbid the parent": Case(
        OBJECTIVE,
        "replace",
        [
            again(),
            OBJECTIVE_TOLD,
            *DELETED,
            f"  the new job cannot go on from {{old}}: {OBJECTIVE_RULE.strip()}",
        ],
        both=PREV,
    ),
    "previous begins anew where the job still runs": Case(
        WIDER,
        "replace",
        [
            again(),
            WIDER_RANGE,
            "  once the new job is accepted, {old} is stopped if it still runs, and is deleted",
            GONE,
            f"  the new job cannot go on from {{old}}: {STILL_RUNS}",
        ],
        both=PREV,
        status="InProgress",
    ),
    "previous is refused where no job could be one": Case(
        WIDER,
        "refuse",
        [
            "cannot go on from nightly (parents='previous')",
            WIDER_RANGE,
            GOES_FIRST,
            "  For a new job that begins without what nightly has learned, do without parents='previous'",
        ],
        both={**NAMED, **PREV},
    ),
    "previous keeps to the type that was chosen": Case(
        DAY_2,
        "replace",
        [
            again(),
            DAYS_TOLD,
            *DELETED,
            "  the new job cannot go on from {old}: training_job_definition.input_data_config[train].data_source."
            "s3_data_source.s3_uri: must be the same as the parent's for IdenticalDataAndAlgorithm",
        ],
        old=DAY_1,
        both={"warmStartConfig": {"parents": "previous", "warmStartType": "IdenticalDataAndAlgorithm"}},
    ),
    "previous in place of names leaves the job as it is": Case(
        PREV,
        "update",
        [UPDATED, told("warm_start_config", "warm_start_config only guides the provider: not set → {parents}")],
        old={
            "warmStartConfig": {
                "parentHyperParameterTuningJobs": [{"hyperParameterTuningJobName": "wide"}],
                "warmStartType": "TransferLearning",
            }
        },
    ),
    "previous given up leaves the job as it is": Case(
        {},
        "update",
        [UPDATED, told("warm_start_config", "warm_start_config only guides the provider: {parents} → not set")],
        old=PREV,
    ),
    "previous does not soften warm_start": Case(
        OBJECTIVE,
        "refuse",
        [
            "cannot go on from {old} (on_change='warm_start')",
            OBJECTIVE_TOLD,
            OBJECTIVE_RULE,
            "  For a new job that begins without what {old} has learned, do without on_change='warm_start'",
        ],
        both={**PREV, "onChange": "warm_start"},
    ),
    "previous does not soften reject": Case(
        WIDER, "refuse", [REJECTED, WIDER_RANGE, *DELETED, ALLOW], both={**PREV, "onChange": "reject"}
    ),
}
