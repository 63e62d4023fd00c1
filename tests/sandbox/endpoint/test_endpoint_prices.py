"""AWS's price list, as a client asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from endpoint_clients import Aws


@pytest.fixture
def pricing(aws: Aws) -> Iterator[Any]:
    client = boto3.session.Session().client("pricing", region_name="us-east-1")
    yield client
    client.close()


def filtered(**fields: str) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]


def products(pricing: Any, **request: Any) -> list[dict[str, Any]]:
    pages = pricing.get_paginator("get_products").paginate(ServiceCode="AmazonSageMaker", **request)
    return [json.loads(text) for page in pages for text in page["PriceList"]]


def price(product: dict[str, Any]) -> str:
    [term] = product["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    assert dimension["unit"] == "Hrs"
    found: str = dimension["pricePerUnit"]["USD"]
    return found


def test_an_instance_type_has_a_product_for_each_use(pricing: Any) -> None:
    found = products(pricing, Filters=filtered(regionCode="us-east-1", instanceName="ml.m5.xlarge"))
    assert {product["product"]["attributes"]["usagetype"]: price(product) for product in found} == {
        "USE1-Host:ml.m5.xlarge": "0.2300000000",
        "USE1-Processing:ml.m5.xlarge": "0.2300000000",
        "USE1-Train:ml.m5.xlarge": "0.2300000000",
    }


@pytest.mark.parametrize(
    "filters",
    [filtered(regionCode="eu-west-1"), filtered(instanceName="ml.m9.xlarge"), filtered(colour="red")],
    ids=["another region", "another type", "another attribute"],
)
def test_what_fits_no_filter_is_not_there(pricing: Any, filters: list[dict[str, str]]) -> None:
    assert products(pricing, Filters=filters) == []


def test_pages_make_up_the_whole(pricing: Any) -> None:
    whole = products(pricing)
    assert len(whole) == 15
    assert products(pricing, PaginationConfig={"PageSize": 4}) == whole
    assert len({product["product"]["sku"] for product in whole}) == 15


def test_other_services_have_no_products_here(pricing: Any) -> None:
    assert pricing.get_products(ServiceCode="AmazonEC2")["PriceList"] == []
