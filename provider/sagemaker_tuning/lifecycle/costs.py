"""What a declared job can cost and a job that ended did cost, by the user's prices, and whether the user allows it.

Prices come from the first of these that has them: the user's own file, AWS's price list if the user lets it be asked,
and, unless there is such a file, the package's table. A price list that does not answer is told and done without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sagemaker_tuning.cost import Billed, Ceilings, Estimate, Prices, Verdict, actual, estimate, load_prices
from sagemaker_tuning.cost.bounds import bounds
from sagemaker_tuning.cost.price_list import filters, training_price
from sagemaker_tuning.errors import AwsError, SpecError
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.settings import Settings

__all__ = ["check_ceilings", "estimated", "spent"]

Say = Callable[[str], None]


def check_ceilings(
    job: Mapping[str, Any], options: Options, settings: Settings, gateway: TuningGateway, say: Say
) -> Verdict:
    """What the user's ceilings have against the job; those of the resource win over those of the configuration.

    Asks for a region beyond the settings', and so builds a client, only where a ceiling needs a price.
    """
    ceilings = Ceilings(
        settings.max_instance_hours if options.max_instance_hours is None else options.max_instance_hours,
        settings.max_cost_usd if options.max_cost_usd is None else options.max_cost_usd,
    )
    if ceilings == Ceilings() and settings.prices is None:  # a wrong price file is told before anything is created
        return Verdict()
    try:
        if ceilings.max_cost_usd is not None and settings.region is None:
            settings = replace(settings, region=_region(gateway))
        return ceilings.check(estimated(job, settings, gateway, say))
    except SpecError as error:
        return Verdict(error.problems)


def estimated(job: Mapping[str, Any], settings: Settings, gateway: TuningGateway, say: Say) -> Estimate:
    """The most that the job can use and cost in the settings' region; `job` is a checked native spec.

    Errors: SpecError for a price file that cannot be used.
    """
    types = {instances.instance_type for bound in bounds(job) for instances in bound.cluster}
    return estimate(job, _prices(sorted(types), settings, settings.region, gateway, say), settings.region)


def spent(training_jobs: Sequence[Billed], settings: Settings, gateway: TuningGateway, say: Say) -> float | None:
    """Dollars for training jobs of the gateway's region; None if a price is not known. A wrong price file is told."""
    types = {instance_type for job in training_jobs for instance_type in job.instances or ()}
    try:
        found = actual(training_jobs, _prices(sorted(types), settings, gateway.region, gateway, say))
    except SpecError as error:  # what was waited for is not lost for want of a price
        say(f"the cost is not known: {error}")
        return None
    return found.cost_usd if found.is_priced else None


def _prices(
    instance_types: Iterable[str], settings: Settings, region: str | None, gateway: TuningGateway, say: Say
) -> Prices:
    prices = load_prices(settings.prices)
    if not settings.asks_for_prices or region is None:
        return prices
    if settings.prices is not None:  # what the user's own file says is not asked
        instance_types = [name for name in instance_types if prices.per_hour(name, region) is None]
    listed = _listed(instance_types, region, gateway, say)
    if listed is None:
        return prices
    return prices.over(listed) if settings.prices is not None else listed.over(prices)


def _region(gateway: TuningGateway) -> str | None:
    try:
        return gateway.region
    except AwsError:
        return None  # the estimate says so


def _listed(instance_types: Iterable[str], region: str, gateway: TuningGateway, say: Say) -> Prices | None:
    """What AWS's price list says of these instance types; None if nothing."""
    prices: dict[str, float] = {}
    try:
        for instance_type in instance_types:
            price = training_price(gateway.price_list(filters(instance_type, region)), instance_type)
            if price is not None:
                prices[instance_type] = price
    except AwsError as error:
        say(f"prices are those of the table, as AWS's price list could not be asked: {error}")
    return Prices("AWS's price list", {region: prices}) if prices else None
