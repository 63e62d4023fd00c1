"""Dollars an hour, by region and instance type: the package's dated table, a file of the user's own, or AWS's answer.

A price that is not known is unknown; none is ever guessed from another instance type or region. Where the figures of
the table come from, and of which day they are, is said in the table itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sagemaker_tuning.errors import Problem, SpecError

__all__ = ["Prices", "load_prices"]


@dataclass(frozen=True)
class Prices:
    """On-demand prices of training instances; `name` says which they are, as in "is not in {name}"."""

    name: str
    by_region: Mapping[str, Mapping[str, float]]

    def per_hour(self, instance_type: str, region: str | None) -> float | None:
        """Dollars for an hour of one instance, or None."""
        return self.by_region.get(region or "", {}).get(instance_type)

    def over(self, others: Prices) -> Prices:
        """These prices, and the others where these have none."""
        regions = {*self.by_region, *others.by_region}
        merged = {region: {**others.by_region.get(region, {}), **self.by_region.get(region, {})} for region in regions}
        return Prices(f"{self.name} or in {others.name}", merged)


def load_prices(path: str | Path | None = None) -> Prices:
    """The package's own table, or the prices in a YAML or JSON file.

    Shape of a file: `{"date": "2026-01-31", "regions": {"us-east-1": {"ml.m5.xlarge": 0.23}}}`; `date` is optional.
    Errors: SpecError with every entry that is no price, or if the file cannot be read.
    """
    return _own() if path is None else _read(Path(path))


@cache
def _own() -> Prices:
    table = json.loads(files("sagemaker_tuning.cost").joinpath("prices.json").read_text(encoding="utf-8"))
    by_region: dict[str, dict[str, float]] = {}
    for group in table["groups"]:
        by_region.setdefault(group["region"], {}).update(group["prices"])
    return Prices(f"the package's price table of {max(group['date'] for group in table['groups'])}", by_region)


def _read(path: Path) -> Prices:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is neither YAML nor JSON"
        raise SpecError([Problem("prices", str(path), f"cannot be read: {why}", _FIX)]) from error
    regions = document.get("regions") if isinstance(document, Mapping) else None
    if not isinstance(regions, Mapping):
        raise SpecError([Problem("prices", str(path), "has no map `regions`", _FIX)])
    problems = list(_problems(regions))
    if problems:
        raise SpecError(problems)
    date = f" of {document['date']}" if "date" in document else ""
    return Prices(f"{path.name}{date}", regions)


_FIX = "Give a YAML or JSON file such as {regions: {us-east-1: {ml.m5.xlarge: 0.23}}}"


def _problems(regions: Mapping[Any, Any]) -> list[Problem]:
    problems = []
    for region, prices in regions.items():
        if not isinstance(prices, Mapping):
            problems.append(Problem(f"prices.regions[{region}]", prices, "is not a map of instance types", _FIX))
            continue
        for instance_type, price in prices.items():
            if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < float("inf"):
                where = f"prices.regions[{region}][{instance_type}]"
                problems.append(Problem(where, price, "is not a price", "Give dollars an hour, such as 0.23"))
    return problems
