"""Every name on four pages of documentation is reachable on our types, where the page has it, with the type it says.

The pages are older and newer than the installed botocore; the names are read from tests/fixtures/read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from api_examples import example
from botocore import xform_name
from sagemaker_tuning.training_jobs import ApiDocument, TrainingJob, TuningJob

FIXTURES = Path(__file__).parents[1] / "fixtures" / "read"


def lines(name: str) -> list[str]:
    text = (FIXTURES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("# ")]


@pytest.fixture(scope="module")
def training_job() -> TrainingJob:
    tags = [{"Key": "team", "Value": "ml"}]
    return TrainingJob.from_api(example("DescribeTrainingJobResponse"), tags)


# A resource catalogue: a name, then its type and its name in the API; what is inside of a structure is indented.


@dataclass(frozen=True)
class Column:
    path: tuple[str, ...]
    type: str
    api_name: str | None

    def __str__(self) -> str:
        return ".".join(self.path)


def catalogue() -> Iterator[Column]:
    path: list[str] = []
    page = iter([*lines("catalogue_columns.txt"), "end"])
    line = next(page)
    while line != "end":
        name = line.lstrip(" •")
        depth = line.index("•") // 2 if "•" in line else 0
        path = [*path[:depth], name]
        details: dict[str, str] = {}
        while ": " in (line := next(page)):
            key, _, value = line.strip().partition(": ")
            details[key] = value
        yield Column(tuple(path), details["Type"], details.get("Provider name"))


COLUMNS = list(catalogue())
CATALOGUE_TYPES: dict[str, tuple[type, type | None]] = {  # of the value, and of an item of a list
    "STRING": (str, None),
    "INT32": (int, None),
    "INT64": (int, None),
    "FLOAT": (float, None),
    "BOOLEAN": (bool, None),
    "TIMESTAMP": (datetime, None),
    "STRUCT": (dict, None),
    "MAP_STRING_STRING": (dict, None),
    "UNORDERED_LIST_STRING": (list, str),
    "UNORDERED_LIST_STRUCT": (list, dict),
}


def test_the_catalogues_page_is_read_whole() -> None:
    assert len(COLUMNS) == 155
    assert len([column for column in COLUMNS if len(column.path) == 1]) == 45
    assert max(len(column.path) for column in COLUMNS) == 5
    assert [column.path[0] for column in COLUMNS if column.api_name is None] == ["account_id", "tags"]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_of_the_catalogue_is_in_the_row(training_job: TrainingJob, column: Column) -> None:
    value: Any = training_job.to_row()
    for step in column.path:
        value = value[0] if isinstance(value, list) else value
        value = value[step]
    kind, item = CATALOGUE_TYPES[column.type]
    assert type(value) is kind
    assert item is None or type(value[0]) is item
    if isinstance(value, datetime):
        assert value.tzinfo is not None
    if column.api_name is not None:
        assert xform_name(column.api_name) == column.path[-1]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_of_the_catalogue_is_an_attribute(training_job: TrainingJob, column: Column) -> None:
    value: Any = training_job
    for step in column.path:
        value = value[0] if isinstance(value, list) else value
        value = getattr(value, step)
    assert value is not None


# An SDK's response type: `#name ⇒ Type`.

SDK_TYPES = {"String": str, "Integer": int, "Boolean": bool, "Time": datetime, "Hash<String,String>": dict}
ATTRIBUTES = dict(line.removeprefix("#").split(" ⇒ ") for line in lines("sdk_response_type.txt"))


def test_the_sdks_page_is_read_whole() -> None:
    assert len(ATTRIBUTES) == 34


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_of_the_sdk_is_ours_with_its_type(training_job: TrainingJob, name: str) -> None:
    value, kind = getattr(training_job, name), ATTRIBUTES[name]
    if kind.startswith("Array<"):
        (value,) = value
        kind = kind.removeprefix("Array<").removesuffix(">")
    if kind.startswith("Types::"):
        assert (isinstance(value, ApiDocument), type(value).__name__) == (True, kind.removeprefix("Types::"))
    else:
        assert type(value) is SDK_TYPES[kind]


# The AWS CLI: `Name -> (type)`, a structure's members after it, without indentation.

CLI_TYPES = {
    "string": str,
    "integer": int,
    "long": int,
    "float": float,
    "boolean": bool,
    "timestamp": datetime,
    "structure": ApiDocument,
    "list": list,
    "map": dict,
}
CLI_PAGES = {"older": 117, "newer": 224}


def cli_output(page: str) -> list[tuple[str, str]]:
    found = [re.fullmatch(r"(\w+) -> \((\w+)\)", line) for line in lines(f"cli_output_{page}.txt")]
    return [(match[1], match[2]) for match in found if match]


@dataclass
class Open:
    """A structure whose members are being read; each comes once."""

    structure: ApiDocument
    seen: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        return name not in self.seen and name in self.structure.members()


@pytest.mark.parametrize(("page", "count"), CLI_PAGES.items())
def test_every_output_field_of_the_cli_is_ours_where_the_page_has_it(page: str, count: int) -> None:
    output = cli_output(page)
    assert len(output) == count == len(lines(f"cli_output_{page}.txt"))
    within = [Open(TuningJob.from_api(example("DescribeHyperParameterTuningJobResponse")))]
    kind = ""
    for api_name, of_kind in output:
        name, before, kind = xform_name(api_name), kind, of_kind
        if api_name in ("key", "value") and (before == "map" or api_name == "value"):
            continue  # of the user's own map
        while within and not within[-1].has(name):
            within.pop()
        assert within, f"{api_name} is in none of the structures that it may be in"
        within[-1].seen.add(name)
        value = getattr(within[-1].structure, name)
        assert isinstance(value, CLI_TYPES[kind]), api_name
        inner = value[0] if isinstance(value, list) else value
        if isinstance(inner, ApiDocument):
            within.append(Open(inner))
