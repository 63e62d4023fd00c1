"""What SageMaker demands of a tuning job beyond the shape of each field.

Rules are data: one row a rule, beside the function that finds its breaches. A rule is an error only where a source says
that the service refuses the job, or where a job that breaks it could not mean anything; what is merely unwise or
undocumented is a warning. Left to `planning.warm_start`: what a warm start demands of the parents (4.23, 4.24). Left
unchecked, because nothing here can know it: metric definitions of Marketplace algorithms (4.15), and quotas, which an
account can have raised (4.13, 4.28).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_tuning.spec.findings import Finding
from sagemaker_tuning.spec.rules.definitions import DEFINITION_RULES
from sagemaker_tuning.spec.rules.nodes import Rule
from sagemaker_tuning.spec.rules.ranges import RANGE_RULES
from sagemaker_tuning.spec.rules.resources import RESOURCE_RULES
from sagemaker_tuning.spec.rules.strategy import STRATEGY_RULES
from sagemaker_tuning.spec.rules.training import TRAINING_RULES

__all__ = ["RULES", "Rule", "broken_rules"]

RULES: tuple[Rule, ...] = (*DEFINITION_RULES, *STRATEGY_RULES, *RANGE_RULES, *TRAINING_RULES, *RESOURCE_RULES)


def broken_rules(job: Mapping[str, Any]) -> Iterator[tuple[Rule, Finding]]:
    """Each breach in a native document whose fields are right or unknown, one by one."""
    for rule in RULES:
        for breach in rule.find(job):
            message, fix = rule.message.format(**breach.details), rule.fix.format(**breach.details)
            yield rule, Finding(breach.at, breach.given, message, fix)
