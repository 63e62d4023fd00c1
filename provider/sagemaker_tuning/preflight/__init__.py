"""What SageMaker would accept and a careful colleague would not: searches that cannot improve, metrics that cannot be
read, money at risk for nothing.

    finding             a check as a row of data, and what it finds
    metrics, search, running
                        the checks: how metrics are read, what is searched and how, what trials run on and for how long
    sample              what the metric definitions read from a log of a real training job

What SageMaker itself refuses is in `spec.rules` and fails every preview. A check speaks up only when it is sure, from
values that are known, and leaves to its caller whether a finding stops anything. Each can be silenced by its id.
"""

from sagemaker_tuning.preflight.checks import CHECKS, explained, preflight, problems_of_silence
from sagemaker_tuning.preflight.finding import Check, Finding, Level
from sagemaker_tuning.preflight.sample import Reading, readings

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Level",
    "Reading",
    "explained",
    "preflight",
    "problems_of_silence",
    "readings",
]
