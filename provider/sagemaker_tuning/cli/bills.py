"""What a job was billed for, in one line for a person and as figures for programs."""

from __future__ import annotations

from typing import Any

from sagemaker_tuning.cost import dollars, load_prices
from sagemaker_tuning.cost import hours as instance_hours
from sagemaker_tuning.reporting.bill import Bill, bill
from sagemaker_tuning.reporting.job import ReportedJob
from sagemaker_tuning.reporting.words import counted, percent

__all__ = ["bill_record", "bill_words"]


def bill_words(job: ReportedJob) -> str:
    """`12.5 instance-hours billed, $2.88; spot saved 62.5 %.` and what of it is not known."""
    made = _bill(job)
    total = made.total
    if total.billable_seconds is None:
        return "What was billed is not known: ask for it with --billing." if job.trials else "Nothing was billed."
    words = [f"{instance_hours(total.billable_seconds / 3600)} billed"]
    if total.cost_usd is not None and made.prices_name:
        words.append(f"about {dollars(total.cost_usd)} by {made.prices_name}")
    if total.savings_percent:
        words.append(f"spot saved {percent(total.savings_percent)}")
    if total.trials_unknown:
        words.append(f"{counted(total.trials_unknown, 'trial')} not counted")
    return ", ".join(words) + "."


def bill_record(job: ReportedJob) -> dict[str, Any]:
    """The same figures; None where they are not known."""
    total = _bill(job).total
    return {
        "billable_instance_seconds": total.billable_seconds,
        "cost_usd": total.cost_usd,
        "spot_savings_percent": total.savings_percent,
        "trials_without_billable_time": total.trials_unknown,
    }


def _bill(job: ReportedJob) -> Bill:
    return bill(job, load_prices())
