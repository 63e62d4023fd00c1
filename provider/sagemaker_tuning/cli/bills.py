"""What a job was billed for, in words for a person and as figures for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sagemaker_tuning.cost import dollars, load_prices
from sagemaker_tuning.cost import hours as instance_hours
from sagemaker_tuning.reporting.bill import Bill, bill
from sagemaker_tuning.reporting.job import ReportedJob
from sagemaker_tuning.reporting.words import counted, duration, percent

__all__ = ["bill_record", "bill_words", "cost_words", "hours_words", "prices_words"]


def bill_words(job: ReportedJob) -> str:
    """All of it: `12.5 instance-hours, about $2.88 by the package's price table of 2026-01-31`."""
    prices = prices_words([job])
    return ", ".join(filter(None, [hours_words(job), cost_words(job) + (f" by {prices}" if prices else "")]))


def hours_words(job: ReportedJob) -> str:
    """`12.5 instance-hours, spot saved 62.5 %`, and of how many trials it is not known."""
    total = _bill(job).total
    untold = [row for row in job.trials if row.trial.training_end_time and row.bill_needs_describe]
    if total.billable_seconds is None and untold:
        return "not known; --billing asks for it"
    if total.billable_seconds is None:
        has_started = any(row.trial.training_start_time for row in job.trials)
        return "not known until a trial has ended" if has_started else "nothing"
    words = [_instance_time(total.billable_seconds)]
    if total.warm_pool_seconds:
        words.append(f"and {_instance_time(total.warm_pool_seconds)} in warm pools")
    elif any(row.definition.keeps_instances for row in untold):
        words.append("without its warm pools, for which --billing asks")
    if total.savings_percent:
        words.append(f"spot saved {percent(total.savings_percent)}")
    if total.trials_unknown:
        words.append(f"without {counted(total.trials_unknown, 'trial')} of which it is not known")
    return ", ".join(words)


def _instance_time(seconds: float) -> str:
    return instance_hours(seconds / 3600) if seconds >= 360 else f"{duration(seconds)} of instance time"


def cost_words(job: ReportedJob) -> str:
    """`about $2.88`; empty where it is not known."""
    cost = _bill(job).total.cost_usd
    return "" if cost is None else f"about {dollars(cost)}"


def prices_words(jobs: Iterable[ReportedJob]) -> str:
    """Which prices the jobs' costs go by; empty if none has a cost."""
    return next((made.prices_name for made in map(_bill, jobs) if made.prices_name), "")


def bill_record(job: ReportedJob) -> dict[str, Any]:
    """The same figures; None where they are not known."""
    total = _bill(job).total
    return {
        "billable_instance_seconds": total.billable_seconds,
        "warm_pool_instance_seconds": total.warm_pool_seconds,
        "cost_usd": total.cost_usd,
        "spot_savings_percent": total.savings_percent,
        "trials_without_billable_time": total.trials_unknown,
    }


def _bill(job: ReportedJob) -> Bill:
    return bill(job, load_prices())
