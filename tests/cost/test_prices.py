"""Prices: the package's table, a file of the user's own, and what the Price List API answers."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sagemaker_tuning.cost import Prices, load_prices
from sagemaker_tuning.cost.price_list import filters, training_price
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.spec.shapes import INSTANCE_TYPES

TABLE = json.loads(files("sagemaker_tuning.cost").joinpath("prices.json").read_text(encoding="utf-8"))


def test_every_group_of_the_table_has_a_source_and_a_date() -> None:
    for group in TABLE["groups"]:
        assert date.fromisoformat(group["date"]) <= date(2026, 12, 31)
        assert len(group["source"]) > 20
        assert re.fullmatch(r"[a-z]{2}-[a-z]+-[0-9]", group["region"])


def test_every_price_of_the_table_is_of_a_training_instance() -> None:
    for group in TABLE["groups"]:
        assert set(group["prices"]) <= set(INSTANCE_TYPES)
        assert all(0 < price < 500 for price in group["prices"].values())


def test_a_bigger_instance_of_a_family_costs_more() -> None:
    sizes = {"large": 0.5, "xlarge": 1}
    for region, prices in load_prices().by_region.items():
        for family in {name.split(".")[1] for name in prices}:
            mine = {name.split(".")[2]: price for name, price in prices.items() if name.split(".")[1] == family}
            by_size = sorted(mine, key=lambda size: sizes.get(size) or float(size.removesuffix("xlarge")))
            # The g5 and g4dn types with more than one GPU cost more than bigger ones with one.
            if not family.startswith("g"):
                assert [mine[size] for size in by_size] == sorted(mine.values()), (region, family)


def test_the_table_has_the_price_of_a_region_and_no_other() -> None:
    prices = load_prices()
    assert prices.per_hour("ml.m5.xlarge", "us-east-1") == 0.23
    assert prices.per_hour("ml.m5.xlarge", "eu-west-1") == 0.257
    assert prices.per_hour("ml.m5.xlarge", "eu-central-1") is None
    assert prices.per_hour("ml.m5.xlarge", None) is None
    assert prices.name == "the package's price table of 2026-09-23"


@pytest.mark.parametrize("name", ["prices.yaml", "prices.json"])
def test_a_file_replaces_the_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps({"date": "2026-11-01", "regions": {"eu-central-1": {"ml.m5.xlarge": 0.276}}}))
    prices = load_prices(path)
    assert prices.name == f"{name} of 2026-11-01"
    assert prices.by_region == {"eu-central-1": {"ml.m5.xlarge": 0.276}}


WRONG: dict[str, tuple[str, str]] = {
    "no map of regions": ("ml.m5.xlarge: 0.23", "has no map `regions`"),
    "a list": ("- 1", "has no map `regions`"),
    "a region without a map": ("regions: {us-east-1: 0.23}", "prices.regions[us-east-1]: 0.23 is not a map"),
    "a price in words": (
        "regions: {us-east-1: {ml.m5.xlarge: cheap}}",
        "prices.regions[us-east-1][ml.m5.xlarge]: 'cheap' is not a price",
    ),
    "a negative price": ("regions: {us-east-1: {ml.m5.xlarge: -1}}", "-1 is not a price"),
    "a truth as a price": ("regions: {us-east-1: {ml.m5.xlarge: true}}", "True is not a price"),
    "no number": ("regions: {us-east-1: {ml.m5.xlarge: .nan}}", "nan is not a price"),
    "no YAML": ("regions: {", "it is neither YAML nor JSON"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_wrong_file_says_what_is_wrong_and_where(tmp_path: Path, case: tuple[str, str]) -> None:
    text, message = case
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(SpecError, match=re.escape(message)):
        load_prices(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"nowhere\.yaml' cannot be read: No such file"):
        load_prices(tmp_path / "nowhere.yaml")


def test_prices_can_be_laid_over_others() -> None:
    own = Prices("mine", {"r": {"a": 1.0}})
    others = Prices("theirs", {"r": {"a": 2.0, "b": 3.0}, "s": {"c": 4.0}})
    assert own.over(others) == Prices("mine or in theirs", {"r": {"a": 1.0, "b": 3.0}, "s": {"c": 4.0}})


def product(usage_type: str, price: str, unit: str = "Hrs", term: str = "OnDemand") -> str:
    attributes: dict[str, Any] = {"usagetype": usage_type, "instanceName": "ml.m5.xlarge", "regionCode": "us-east-1"}
    dimension = {"unit": unit, "pricePerUnit": {"USD": price}}
    return json.dumps(
        {"product": {"attributes": attributes}, "terms": {term: {"SKU.T": {"priceDimensions": {"SKU.T.D": dimension}}}}}
    )


OTHERS = [
    product("USE1-Host:ml.m5.xlarge", "0.9"),
    product("USE1-SpotTrain:ml.m5.xlarge", "0.8"),
    product("USE1-Train:ml.m5.2xlarge", "0.7"),
    product("USE1-Train:ml.m5.xlarge", "0.6", term="Reserved"),
    product("USE1-Train:ml.m5.xlarge", "0.5", unit="GB-Mo"),
]
ANSWERS: dict[str, tuple[list[str], float | None]] = {
    "training among others": ([*OTHERS, product("USE1-Train:ml.m5.xlarge", "0.2300000000")], 0.23),
    "a usage type without a region": ([product("Train:ml.m5.xlarge", "0.23")], 0.23),
    "others only": (OTHERS, None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_the_price_of_training_is_found_among_the_products(case: tuple[list[str], float | None]) -> None:
    products, price = case
    assert training_price(products, "ml.m5.xlarge") == price


def test_products_are_asked_for_by_region_and_instance_type() -> None:
    assert filters("ml.m5.xlarge", "eu-west-1") == [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"},
        {"Type": "TERM_MATCH", "Field": "instanceName", "Value": "ml.m5.xlarge"},
    ]
