"""The spec against botocore's model, the ACK custom resource and the CLI's own lists of fields.

A leaf is a member that is a scalar, or a list or map of scalars as a whole. By this count the request of botocore
1.44.5 has 111 without TrainingJobDefinitions, which repeats the 80 of TrainingJobDefinition. Two of the 111 are
read-only, and the Key and Value of a tag, two more, are the one leaf `tags` here.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from hypothesis import HealthCheck, given, seed, settings
from sagemaker_tuning.names import camel, snake
from sagemaker_tuning.spec import FIELDS, TuningJobSpec
from sagemaker_tuning.spec.forms import read, write
from sagemaker_tuning.spec.shapes import BOTOCORE, OUTPUT_ONLY, READ_ONLY
from strategies import request_shape, specs

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"

READ_ONLY_NAMES = {name.split(".")[1] for name in READ_ONLY}


def _lines(name: str) -> list[str]:
    return [line for line in (FIXTURES / name).read_text().splitlines() if not line.startswith("#")]


def _leaves(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[str]:
    if shape.type_name == "structure" and shape.name != "Tag":
        for name, member in shape.members.items():
            yield from _leaves(member, (*path, name))
    elif shape.type_name == "list" and shape.member.type_name == "structure":
        yield from _leaves(shape.member, (*path[:-1], f"{path[-1]}[]"))
    else:
        yield ".".join(path)


BOTOCORE_LEAVES = list(_leaves(request_shape()))


def _generic(api_path: str) -> str:
    return ".".join(snake(step.removesuffix("[]")) + "[]" * step.endswith("[]") for step in api_path.split("."))


@pytest.mark.parametrize("api_path", BOTOCORE_LEAVES)
def test_every_leaf_that_botocore_has_is_in_the_spec(api_path: str) -> None:
    path = _generic(api_path.replace("Tags[]", "Tags"))
    if path.split(".")[-1] in READ_ONLY_NAMES:
        assert path not in FIELDS
    else:
        assert FIELDS[path].is_leaf
        assert FIELDS[path].api_path == api_path.replace("Tags[]", "Tags")


def test_the_spec_has_no_leaf_that_its_botocore_has_not() -> None:
    known = {_generic(path.replace("Tags[]", "Tags")) for path in BOTOCORE_LEAVES}
    extra = {path for path, field in FIELDS.items() if field.is_leaf} - known
    assert not extra or _release(botocore.__version__) < _release(BOTOCORE)


def _release(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def test_every_field_says_in_words_what_it_is_for() -> None:
    assert [path for path, field in FIELDS.items() if len(field.description) < 10] == []


def test_the_generated_files_are_what_the_script_writes() -> None:
    script = [sys.executable, ROOT / "scripts" / "generate_shapes.py", "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Up to date.\n"), done.stderr


def test_outputs_are_the_members_of_a_response_that_no_request_has() -> None:
    service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    response = service.shape_for("DescribeHyperParameterTuningJobResponse")
    assert set(response.members) - set(request_shape().members) <= OUTPUT_ONLY


@pytest.mark.parametrize("page", ["older", "newer"])
def test_every_member_on_the_cli_pages_is_a_field_or_an_output(page: str) -> None:
    declarable = {step for field in FIELDS.values() for step in field.api_path.replace("[]", "").split(".")}
    service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    response = service.shape_for("DescribeHyperParameterTuningJobResponse")
    outputs = {name for root in OUTPUT_ONLY for name in _names(response.members[root])} | OUTPUT_ONLY
    assert set(_lines(f"describe/cli_output_members_{page}.txt")) <= declarable | outputs


def _names(shape: Shape) -> Iterator[str]:
    for name, member in getattr(shape, "members", {}).items():
        yield name
        yield from _names(member)


def _manifest_with(path: str) -> tuple[dict[str, Any], Any]:
    """A manifest whose spec holds something at an ACK path, whatever fits there."""
    generic = _of_ack(path)
    fitting: dict[str, Any] = {"structure": {}, "list": [], "map": {}, "string": "x", "integer": 1, "float": 1.0}
    value: Any = {"boolean": True, **fitting}[FIELDS[generic].kind]
    for step in reversed(path.split(".")):
        value = [value] if step == "[]" else {step: value}
    return {
        "apiVersion": "sagemaker.services.k8s.aws/v1alpha1",
        "kind": "HyperParameterTuningJob",
        "spec": value,
    }, value


def _of_ack(path: str) -> str:
    known = {camel(field_path).lower().replace("[]", ".[]"): field_path for field_path in FIELDS}
    return known[path.lower().replace("_", "")]


@pytest.mark.parametrize("path", [line for line in _lines("ack/crd_fields.txt") if not line.startswith("tags.")])
def test_every_field_of_the_ack_resource_is_read_and_written_as_ack_spells_it(path: str) -> None:
    manifest, spec = _manifest_with(path)
    reading = read(manifest, "ack")
    assert reading.problems == []
    written = write(reading.native, "ack")
    assert written == ({"tags": []} if path == "tags" else spec)


def test_every_name_of_the_ack_resource_is_the_spelling_of_a_field() -> None:
    spelled = {step for path in _lines("ack/crd_fields.txt") for step in path.split(".")}
    tags_and_lost_rows = {"key", "value", "channelName", "maxValue"}
    assert set(_lines("ack/crd_names.txt")) - spelled <= tags_and_lost_rows


def test_the_strategies_cover_every_leaf() -> None:
    """Looks in rounds, each with another seed, until every leaf was seen: one lot of examples may miss a rare one."""
    plural, singular = "training_job_definitions[]", "training_job_definition"  # both are of one shape
    wanted = {path for path, field in FIELDS.items() if field.is_leaf and not path.startswith(plural)}
    seen: set[str] = set()

    def look(request: dict[str, Any]) -> None:
        seen.update(_paths(TuningJobSpec.from_api(request).to_native()))

    rounds = settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    for number in range(12):
        seed(number)(rounds(given(specs())(look)))()
        if wanted <= {path.replace(plural, singular) for path in seen}:
            break
    assert wanted - {path.replace(plural, singular) for path in seen} == set()
    assert any(path.startswith(plural) for path in seen)


def _paths(tree: Any, path: str = "") -> Iterator[str]:
    if isinstance(tree, dict) and (not path or FIELDS[path].kind == "structure"):
        for name, item in tree.items():
            yield from _paths(item, f"{path}.{name}" if path else name)
    elif isinstance(tree, list) and not FIELDS[path].is_leaf:
        for item in tree:
            yield from _paths(item, f"{path}[]")
    else:
        yield path
