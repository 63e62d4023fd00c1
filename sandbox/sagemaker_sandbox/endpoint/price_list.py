"""AWS's price list as far as it is about SageMaker's instances: GetProducts, with a few prices.

Each instance type has products for several uses, as in the real list, all at the price of training; which is which is
said by the usage type. A client that finds a type missing here finds what it would find for a type that is newer than
it knows.
Source: products and prices of us-east-1 as AWS's list gave them from 2022 to 2026, quoted in public repositories.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import unreadable

__all__ = ["PRICE_LIST_TARGET", "get_products"]

PRICE_LIST_TARGET = "AWSPriceListService."

_REGION, _LOCATION = "us-east-1", "US East (N. Virginia)"
_PRICES = {
    "ml.g5.2xlarge": "1.515",
    "ml.m5.large": "0.115",
    "ml.m5.xlarge": "0.23",
    "ml.p3.2xlarge": "3.825",
    "ml.trn1.32xlarge": "28.497",
}
_USES = {"Hosting": "Host", "Processing": "Processing", "Training": "Train"}
_PAGE = 100


def get_products(body: bytes) -> dict[str, Any]:
    """The answer to a GetProducts request: the products that all of its filters fit, as JSON texts."""
    try:
        request = json.loads(body or b"{}")
    except ValueError as error:
        raise unreadable("The request's body is not JSON.") from error
    wanted = {entry["Field"]: entry["Value"] for entry in request.get("Filters") or ()}
    found = [
        json.dumps(product, separators=(",", ":"))
        for product in _products()
        if request.get("ServiceCode") == "AmazonSageMaker" and _fits(product, wanted)
    ]
    first, most = int(request.get("NextToken") or 0), int(request.get("MaxResults") or _PAGE)
    page = {"FormatVersion": "aws_v1", "PriceList": found[first : first + most]}
    return page if first + most >= len(found) else {**page, "NextToken": str(first + most)}


def _fits(product: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    attributes = product["product"]["attributes"]
    return all(attributes.get(name) == value for name, value in wanted.items())


def _products() -> Iterator[dict[str, Any]]:
    for instance_type, price in _PRICES.items():
        for use, word in _USES.items():
            sku = hashlib.sha256(f"{instance_type}-{use}".encode()).hexdigest()[:16].upper()
            attributes = {
                "servicecode": "AmazonSageMaker",
                "regionCode": _REGION,
                "location": _LOCATION,
                "instanceName": instance_type,
                "instanceType": f"{instance_type}-{use}",
                "component": use,
                "platoinstancetype": use,
                "usagetype": f"USE1-{word}:{instance_type}",
                "operation": "RunInstance",
            }
            dimension = {
                "unit": "Hrs",
                "description": f"${price} per {use} {instance_type} hour in {_LOCATION}",
                "pricePerUnit": {"USD": f"{float(price):.10f}"},
            }
            terms = {f"{sku}.JRTCKXETXF": {"priceDimensions": {f"{sku}.JRTCKXETXF.6YS6EN2CT7": dimension}, "sku": sku}}
            yield {
                "product": {"productFamily": "ML Instance", "attributes": attributes, "sku": sku},
                "serviceCode": "AmazonSageMaker",
                "terms": {"OnDemand": terms},
            }
