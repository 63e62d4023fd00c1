"""What the Price List API says of training instances.

A product is a JSON text with `product.attributes` and `terms`. Of the many products of one instance type (hosting,
processing, notebooks, spot), that of training has the usage type `REGION-Train:ml.m5.large`, or `Train:…` alone.
Source: GetProducts of AmazonSageMaker as public programs call it; usage types as bills show them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["filters", "training_price"]


def filters(instance_type: str, region: str) -> list[dict[str, str]]:
    """The filters of a GetProducts call for one instance type in one region."""
    fields = {"regionCode": region, "instanceName": instance_type}
    return [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]


def training_price(products: Iterable[str], instance_type: str) -> float | None:
    """Dollars for an hour of training on the instance type, or None if no product says."""
    prices = [
        price
        for product in map(json.loads, products)
        if _is_training(product, instance_type)
        for price in _hourly_prices(product)
    ]
    return max(prices, default=None)


def _is_training(product: Mapping[str, Any], instance_type: str) -> bool:
    usage_type = product.get("product", {}).get("attributes", {}).get("usagetype", "")
    return bool(usage_type.rpartition("-")[2] == f"Train:{instance_type}")


def _hourly_prices(product: Mapping[str, Any]) -> Iterable[float]:
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            price = dimension.get("pricePerUnit", {}).get("USD")
            if price is not None and str(dimension.get("unit", "")).lower() in ("hrs", "hr", "hours", "hour"):
                yield float(price)
