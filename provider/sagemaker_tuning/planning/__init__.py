"""What an `up` would do to a tuning job: a pure comparison of declared, recorded and observed.

`plan` compares with a Describe response, `plan_from_state` with what state recorded; `service_rewrites` and `effective`
make what is recorded. What a change requires is data, in `rules`; what is then done about it, in `policy`.
"""

from sagemaker_tuning.planning.decision import plan, plan_from_state
from sagemaker_tuning.planning.policy import OnChange, OnDelete, Outcome, Policy, WarmStart, under_policy
from sagemaker_tuning.planning.result import Change, Note, Plan
from sagemaker_tuning.planning.rewrites import effective, service_rewrites
from sagemaker_tuning.planning.rules import RULES, Rule, expand
from sagemaker_tuning.planning.warm_start import Obstacle, Parent, WarmStartType, obstacles, warm_start_type

__all__ = [
    "RULES",
    "Change",
    "Note",
    "Obstacle",
    "OnChange",
    "OnDelete",
    "Outcome",
    "Parent",
    "Plan",
    "Policy",
    "Rule",
    "WarmStart",
    "WarmStartType",
    "effective",
    "expand",
    "obstacles",
    "plan",
    "plan_from_state",
    "service_rewrites",
    "under_policy",
    "warm_start_type",
]
