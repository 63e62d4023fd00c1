"""Changes under `reject` and `ignore`, and runs that the user asks for."""

from __future__ import annotations

from change_cases import (
    ALLOW,
    DEF,
    DEFINITION,
    DELETED,
    GONE,
    NAMED,
    REJECTED,
    UNKNOWN,
    UPDATED,
    WIDER,
    WIDER_RANGE,
    Case,
    again,
    told,
)

__all__ = ["CHANGES_UNDER_POLICIES"]

IGNORED = "stays as it is, 1 change left alone (on_change='ignore')"
RUN_IT = "  To run the job as it is declared now, change rerun_token, or set on_change='replace'"

CHANGES_UNDER_POLICIES = {
    "reject refuses a wider range": Case(
        WIDER, "refuse", [REJECTED, WIDER_RANGE, *DELETED, ALLOW], both={"onChange": "reject"}
    ),
    "reject refuses the tag together with the range": Case(
        {**WIDER, "tags": {"team": "risk"}},
        "refuse",
        [REJECTED, WIDER_RANGE, told("tags[team]", "tags[team] can be edited in place: ml → risk"), *DELETED, ALLOW],
        both={"onChange": "reject"},
    ),
    "reject lets a tag pass": Case(
        {"tags": {"team": "risk"}},
        "update",
        [UPDATED, told("tags[team]", "tags[team] can be edited in place: ml → risk")],
        both={"onChange": "reject"},
    ),
    "reject waits for a value that is not known until up": Case(
        {f"{DEFINITION}.roleArn": UNKNOWN},
        "none",
        [
            "stays as it is, unless a value that is not known yet is another one (on_change='reject')",
            told(f"{DEF}.role_arn", "role_arn is immutable: not known until up; may change"),
            "  If it is, the update stops here",
        ],
        both={"onChange": "reject"},
    ),
    "reject does not wait where a known value is refused": Case(
        {**WIDER, f"{DEFINITION}.roleArn": UNKNOWN},
        "refuse",
        [
            REJECTED,
            WIDER_RANGE,
            told(f"{DEF}.role_arn", "role_arn is immutable: not known until up; may change"),
            *DELETED,
            ALLOW,
        ],
        both={"onChange": "reject"},
    ),
    "reject lets a new token pass, and all that comes with it": Case(
        {**WIDER, "rerunToken": "2"},
        "replace",
        [again(), WIDER_RANGE, told("rerun_token", "rerun_token asks to run the job again: 1 → 2"), *DELETED],
        both={"onChange": "reject"},
        old={"rerunToken": "1"},
    ),
    "reject lets a failed job run again, as it is declared now": Case(
        WIDER,
        "replace",
        [
            again(),
            told("status", "the job's status is Failed, and rerun_on asks to run such a job again"),
            WIDER_RANGE,
            "  once the new job is accepted, {old} (Failed) is deleted",
            GONE,
        ],
        both={"onChange": "reject", "rerunOn": ["Failed"]},
        status="Failed",
    ),
    "reject refuses a secret without telling it": Case(
        {f"{DEFINITION}.environment": {"API_TOKEN": "hush-hush-43"}},
        "refuse",
        [
            REJECTED,
            told(f"{DEF}.environment[API_TOKEN]", "environment[API_TOKEN] is immutable: [secret]"),
            *DELETED,
            ALLOW,
        ],
        both={"onChange": "reject"},
    ),
    "ignore leaves a wider range alone": Case(
        WIDER, "none", [IGNORED, WIDER_RANGE, RUN_IT], both={"onChange": "ignore"}
    ),
    "ignore still changes the tag": Case(
        {**WIDER, "tags": {"team": "risk"}},
        "update",
        [
            "to be updated in place, 1 change left alone (on_change='ignore')",
            told("tags[team]", "tags[team] can be edited in place: ml → risk"),
            WIDER_RANGE,
            RUN_IT,
        ],
        both={"onChange": "ignore"},
    ),
    "ignore leaves a name alone": Case(
        {"hyperParameterTuningJobName": "weekly"},
        "none",
        [
            IGNORED,
            told(
                "hyper_parameter_tuning_job_name",
                "hyper_parameter_tuning_job_name is the job's identity: nightly → weekly",
            ),
            RUN_IT,
        ],
        old=NAMED,
        both={"onChange": "ignore"},
    ),
    "ignore leaves the job in its region": Case(
        {},
        "none",
        [
            IGNORED,
            told(
                "region",
                "region cannot change: a tuning job stays in the region it was created in: eu-west-1 → us-east-1",
            ),
            RUN_IT,
        ],
        both={"onChange": "ignore"},
        region="us-east-1",
    ),
    "ignore says nothing of nothing": Case({}, "none", both={"onChange": "ignore"}),
    "ignore lets a new token pass, and all that comes with it": Case(
        {**WIDER, "rerunToken": "2"},
        "replace",
        [again(), WIDER_RANGE, told("rerun_token", "rerun_token asks to run the job again: 1 → 2"), *DELETED],
        both={"onChange": "ignore"},
        old={"rerunToken": "1"},
    ),
    "ignore leaves alone what is not known until up": Case(
        {f"{DEFINITION}.roleArn": UNKNOWN},
        "none",
        [IGNORED, told(f"{DEF}.role_arn", "role_arn is immutable: not known until up; may change"), RUN_IT],
        both={"onChange": "ignore"},
    ),
    "the policy itself is changed in place": Case(
        {"onChange": "reject"},
        "update",
        [UPDATED, told("on_change", "on_change only guides the provider: not set → reject")],
    ),
    "a resource with another name keeps its job, which is tagged with it": Case(
        {},
        "update",
        [UPDATED, told("owner", "the job's owner tag follows its resource: shop/dev/weekly → shop/dev/churn")],
        old={"__owner": "shop/dev/weekly"},
        both={"onChange": "reject"},
    ),
    "a failed job runs again if asked for": Case(
        {},
        "replace",
        [
            again(),
            told("status", "the job's status is Failed, and rerun_on asks to run such a job again"),
            "  once the new job is accepted, {old} (Failed) is deleted",
            GONE,
        ],
        both={"rerunOn": ["Failed", "Stopped"]},
        status="Failed",
    ),
    "a completed job does not run again because failed ones do": Case(
        {}, "none", both={"rerunOn": ["Failed", "Stopped"]}
    ),
    "the earlier name of rerun_on works": Case(
        {},
        "replace",
        [
            again(),
            told("status", "the job's status is Stopped, and rerun_on asks to run such a job again"),
            "  once the new job is accepted, {old} (Stopped) is deleted",
            GONE,
        ],
        both={"replaceOnStatus": ["Stopped"]},
        status="Stopped",
    ),
    "a first token runs the job again": Case(
        {"rerunToken": "2026-11"},
        "replace",
        [again(), told("rerun_token", "rerun_token asks to run the job again: not set → 2026-11"), *DELETED],
    ),
    "what needs the new job is told before what does not": Case(
        {"tags": {f"k{n}": "v" for n in range(9)}, "rerunToken": "b"},
        "replace",
        [
            again(),
            told("rerun_token", "rerun_token asks to run the job again: a → b"),
            *(told(f"tags[k{n}]", f"tags[k{n}] can be edited in place: not set → v") for n in range(7)),
            "  and 3 more changes",
            *DELETED,
        ],
        old={"rerunToken": "a"},
    ),
    "another token runs the job again": Case(
        {"rerunToken": "b"},
        "replace",
        [again(), told("rerun_token", "rerun_token asks to run the job again: a → b"), *DELETED],
        old={"rerunToken": "a"},
    ),
    "a token taken away asks for nothing": Case(
        {},
        "update",
        [UPDATED, told("rerun_token", "rerun_token only guides the provider: a → not set")],
        old={"rerunToken": "a"},
    ),
}
