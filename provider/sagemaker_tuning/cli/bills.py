"""What a job was billed for, in words for a person and as figures for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sagemaker_tuning.cost import load_prices
from sagemaker_tuning.cost.words import count
from sagemaker_tuning.reporting.bill import Bill, bill
from sagemaker_tuning.reporting.job import ReportedJob
from sagemaker_tuning.reporting.words import counted, dollars, duration, percent

__all__ = ["bill_record", "bill_words", "cost_words", "hours_words", "prices_words"]


def bill_words(job: ReportedJob) -> str:
    """All of it: `12.5 instance-hours, about $2.88 by the package's price table of 2026-01-31`."""
    prices = prices_words([job])
    return ", ".join(filter(None, [hours_words(job), cost_words(job) + (f" by {prices}" if prices else "")]))


def hours_words(job: ReportedJob) -> str:
    """`12.5 instance-hours, spot saved 62.5 %`, and of how many trials it is not known."""
    total = _bill(job).total
    started = [row for row in job.trials if row.trial.training_start_time]
    ended = [row for row in started if row.trial.training_end_time]
    untold = [row for row in ended if row.bill_needs_describe]
    if total.billable_seconds is None:
        if untold:
            return "not known; --billing asks for it"
        return "not known" if ended else "not known until a trial has ended" if started else "nothing"
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
    if seconds < 360:
        return f"{duration(seconds)} of instance time"
    hours = count(seconds / 3600)
    return f"{hours} instance-hour" if hours == "1" else f"{hours} instance-hours"


def cost_words(job: ReportedJob) -> str:
    """`about $2.88`, `< $0.01`; empty where it is not known."""
    cost = _bill(job).total.cost_usd
    amount = "" if cost is None else dollars(cost)
    return f"about {amount}" if amount.startswith("$") else amount


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
