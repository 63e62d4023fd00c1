"""What a declared job can cost, by the prices that the user wants, and whether the user allows it.

Prices come from the first of these that has them: the user's own file, AWS's price list if the user lets it be asked,
and, unless there is such a file, the package's table. A price list that does not answer is told and done without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sagemaker_tuning.cost import Ceilings, Estimate, Prices, Verdict, estimate, load_prices
from sagemaker_tuning.cost.price_list import filters, training_price
from sagemaker_tuning.errors import AwsError, SpecError
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.settings import Settings

__all__ = ["check_ceilings", "estimated"]

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
    if settings.region is None:
        return estimate(job, load_prices(settings.prices), None)
    prices = load_prices(settings.prices)
    if settings.asks_for_prices:
        wanted = _instance_types(estimate(job, prices, settings.region))
        if settings.prices is not None:  # what the user's own file says is not asked
            wanted = [name for name in wanted if prices.per_hour(name, settings.region) is None]
        if listed := _listed(wanted, settings.region, gateway, say):
            prices = prices.over(listed) if settings.prices is not None else listed.over(prices)
    return estimate(job, prices, settings.region)


def _region(gateway: TuningGateway) -> str | None:
    try:
        return gateway.region
    except AwsError:
        return None  # the estimate says so


def _instance_types(found: Estimate) -> list[str]:
    clusters = (line.bound.cluster for line in found.lines)
    return list(dict.fromkeys(instances.instance_type for cluster in clusters for instances in cluster))


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
