"""Generate the spec's pydantic models and the adapters' typed inputs from the installed botocore.

    python scripts/generate_shapes.py            writes both files
    python scripts/generate_shapes.py --check    names what is out of date and exits 1

Names, types and constraints come from botocore's model of CreateHyperParameterTuningJob; not a word of AWS's
documentation does. Descriptions are ours, from spec/descriptions.yaml. `--check` under another botocore than the one
that generated the files looks only for members that the spec lacks: constraints may differ between releases.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import botocore
import yaml
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "provider" / "sagemaker_tuning"
DESCRIPTIONS = PACKAGE / "spec" / "descriptions.yaml"

sys.path.insert(0, str(ROOT / "provider"))

from sagemaker_tuning.names import snake  # noqa: E402 - the checkout's own package, installed or not

REQUEST = "CreateHyperParameterTuningJobRequest"
RESPONSE = "DescribeHyperParameterTuningJobResponse"

# Outputs of DescribeTrainingJob that share a shape with the request; the service rejects them in one.
READ_ONLY = {("ResourceConfig", "SelectedInstanceType"), ("ResourceConfig", "SelectedInstanceCount")}
# Not required of a spec although the API requires it: the lifecycle makes a name up.
OPTIONAL_HERE = {(REQUEST, "HyperParameterTuningJobName")}
# Values of hyperparameters: programs write numbers, the wire has text. These may also be empty.
NUMBERS_AS_TEXT = {"ParameterValue", "HyperParameterValue"}
MAY_BE_EMPTY = NUMBERS_AS_TEXT | {"HyperParameterTrainingJobEnvironmentValue", "TagValue"}
# New types appear weekly, long before a release of botocore knows them: only the form is fixed.
BY_FORM = {"TrainingInstanceType": r"ml\.[a-z0-9-]+\.[a-z0-9-]+"}
# Members that are a list of Key and Value in the API and a map everywhere else.
LIST_TO_MAP = {"TagList"}

INTEGER_LIMITS = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}

# Python's `re` has no Unicode categories. \w is letters, numbers and the underscore; separators are these.
SEPARATORS = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True)
class Member:
    """One member of a structure, as both files need it."""

    api_name: str
    shape: Shape
    required: bool
    description: str


class Model:
    """The request's shapes, each after the ones it is made of."""

    def __init__(self) -> None:
        service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
        self.request = service.shape_for(REQUEST)
        self.response = service.shape_for(RESPONSE)
        self.shapes: dict[str, Shape] = {}
        self._collect(self.request)
        self.descriptions: dict[str, dict[str, str]] = yaml.safe_load(DESCRIPTIONS.read_text())
        self._compare_descriptions()

    def members(self, shape: StructureShape) -> list[Member]:
        """The members that a user can declare."""
        texts = self.descriptions[shape.name]
        return [
            Member(
                name, member, name in shape.required_members and (shape.name, name) not in OPTIONAL_HERE, texts[name]
            )
            for name, member in shape.members.items()
            if (shape.name, name) not in READ_ONLY
        ]

    def structures(self) -> list[StructureShape]:
        return [shape for shape in self.shapes.values() if shape.type_name == "structure"]

    def output_only(self) -> list[str]:
        """Members of a describe response that no request has."""
        return sorted(set(self.response.members) - set(self.request.members))

    def leaves(self, shape: Shape | None = None, path: str = "") -> Iterator[str]:
        """Generic paths of the values that a request can hold: scalars, lists of scalars and maps count as one each."""
        shape = shape or self.request
        if shape.type_name == "list":
            yield from self.leaves(shape.member, path + "[]" * (shape.member.type_name == "structure"))
        elif shape.type_name == "structure":
            for name, member in shape.members.items():
                yield from self.leaves(member, f"{path}.{snake(name)}" if path else snake(name))
        else:
            yield path

    def _collect(self, shape: Shape) -> None:
        if shape.name in self.shapes:
            return
        for part in _parts(shape):
            self._collect(part)
        if shape.name not in LIST_TO_MAP | {"Tag"}:
            self.shapes[shape.name] = shape

    def _compare_descriptions(self) -> None:
        wanted = {
            (shape.name, name)
            for shape in self.structures()
            for name in ["_", *shape.members]
            if (shape.name, name) not in READ_ONLY
        }
        present = {(shape, name) for shape, texts in self.descriptions.items() for name in texts}
        if missing := sorted(wanted - present):
            sys.exit(f"{DESCRIPTIONS.name} lacks: {', '.join(map('.'.join, missing))}")
        if extra := sorted(present - wanted):
            sys.exit(f"{DESCRIPTIONS.name} describes what botocore does not have: {', '.join(map('.'.join, extra))}")


def _parts(shape: Shape) -> list[Shape]:
    if isinstance(shape, StructureShape):
        return list(shape.members.values())
    if isinstance(shape, ListShape):
        return [shape.member]
    if isinstance(shape, MapShape):
        return [shape.key, shape.value]
    return []


# --- spec/shapes.py -------------------------------------------------------------------------------------------------


def shapes_module(model: Model) -> str:
    scalars = [
        _scalar_alias(shape) for shape in model.shapes.values() if not _parts(shape) and shape.type_name != "boolean"
    ]
    containers = [_container_or_class(model, shape) for shape in model.shapes.values() if _parts(shape)]
    instance_types = model.shapes["TrainingInstanceType"].enum
    return (
        "\n".join(
            [
                f'"""The shapes of {REQUEST}, from botocore {botocore.__version__}.',
                "",
                "Generated by scripts/generate_shapes.py: do not edit.",
                '"""',
                "",
                "from typing import Annotated, Literal",
                "",
                "from annotated_types import Ge, Le, Len",
                "from pydantic import BeforeValidator, Field, Strict, StringConstraints",
                "",
                "from sagemaker_tuning.spec.base import OrUnknown, Shape, text_of, whole",
                "",
                *_constant(
                    "READ_ONLY", "frozenset", [".".join((shape, snake(name))) for shape, name in sorted(READ_ONLY)]
                ),
                '"""Members that the service fills in and refuses in a request."""',
                "",
                *_constant("OUTPUT_ONLY", "frozenset", model.output_only()),
                '"""Members of a describe response that cannot be declared."""',
                "",
                *_constant("INSTANCE_TYPES", "frozenset", sorted(instance_types)),
                '"""Instance types that this release of botocore knows. Newer ones are valid too."""',
                "",
                *scalars,
                *containers,
            ]
        ).rstrip()
        + "\n"
    )


def _constant(name: str, kind: str, values: list[str]) -> list[str]:
    lines = wrap(" ".join(f'"{value}",' for value in values), 112)
    return [f"{name} = {kind}(", "    {", *(f"        {line}" for line in lines), "    }", ")"]


def _scalar_alias(shape: Shape) -> str:
    return f"{shape.name} = {_scalar(shape)}"


def _scalar(shape: Shape) -> str:
    if shape.type_name in INTEGER_LIMITS:
        smallest, largest = INTEGER_LIMITS[shape.type_name]
        low, high = shape.metadata.get("min", smallest), shape.metadata.get("max", largest)
        return f"Annotated[int, BeforeValidator(whole), Strict(), Ge({low}), Le({high})]"
    if shape.type_name == "float":
        return "Annotated[float, Strict(), Field(allow_inf_nan=False)]"
    if shape.type_name != "string":
        raise NotImplementedError(f"botocore's type {shape.type_name} ({shape.name}) is new here")
    if shape.name in BY_FORM:
        return f'Annotated[str, StringConstraints(strict=True, pattern=r"{_python_pattern(BY_FORM[shape.name])}")]'
    if shape.metadata.get("enum"):
        return f"Literal[{', '.join(_quoted(value) for value in shape.metadata['enum'])}]"
    return _text(shape)


def _text(shape: Shape) -> str:
    low = shape.metadata.get("min", 0) if shape.name in MAY_BE_EMPTY else max(1, shape.metadata.get("min", 1))
    limits = ["strict=True", f"min_length={low}"]
    if "max" in shape.metadata:
        limits.append(f"max_length={shape.metadata['max']}")
    if "pattern" in shape.metadata:
        limits.append(f'pattern=r"{_python_pattern(shape.metadata["pattern"])}"')
    before = "BeforeValidator(text_of), " if shape.name in NUMBERS_AS_TEXT else ""
    return f"Annotated[str, {before}StringConstraints({', '.join(limits)})]"


def _python_pattern(pattern: str) -> str:
    """The same for Python's `re`, of the whole text; \\w and \\d are ASCII, as in Java, unless it names categories."""
    if r"\p{" not in pattern:
        return rf"^(?a:{pattern})\Z".replace(r"\/", "/")
    return rf"^(?:{pattern})\Z".replace(r"\p{L}", r"\w").replace(r"\p{N}", "").replace(r"\p{Z}", SEPARATORS)


def _container_or_class(model: Model, shape: Shape) -> str:
    if isinstance(shape, ListShape):
        limits = f"Len({shape.metadata.get('min', 0)}, {shape.metadata['max']})"
        return f"{shape.name} = Annotated[list[OrUnknown[{shape.member.name}]], Strict(), {limits}]"
    if isinstance(shape, MapShape):
        limits = f"Len({shape.metadata.get('min', 0)}, {shape.metadata['max']})"
        return f"{shape.name} = Annotated[dict[{shape.key.name}, OrUnknown[{shape.value.name}]], Strict(), {limits}]"
    assert isinstance(shape, StructureShape)
    lines = ["", f"class {shape.name}(Shape):", f'    """{model.descriptions[shape.name]["_"]}"""', ""]
    for member in model.members(shape):
        kind = f"OrUnknown[{_python_type(member.shape)}]" + ("" if member.required else " | None")
        default = "" if member.required else "None, "
        lines += [
            f"    {snake(member.api_name)}: {kind} = Field(",
            f"        {default}",
            f"        serialization_alias={_quoted(member.api_name)},",
            f"        description={_quoted(member.description)},",
            "    )",
        ]
    return "\n".join(line.rstrip() for line in lines if line.strip() or not line) + "\n"


def _python_type(shape: Shape) -> str:
    if shape.name == "TagList":
        return f"Annotated[dict[TagKey, OrUnknown[TagValue]], Strict(), Len(0, {shape.metadata['max']})]"
    if shape.type_name == "boolean":
        return "Annotated[bool, Strict()]"
    return shape.name


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- adapters/inputs.py ---------------------------------------------------------------------------------------------


def inputs_module(model: Model) -> str:
    classes = [_typed_dict(model, shape) for shape in model.structures() if shape.name != REQUEST]
    names = [f"    {_quoted(_args_name(shape))}," for shape in model.structures() if shape.name != REQUEST]
    return (
        "\n".join(
            [
                '"""What a program may give a tuning job: dicts whose keys editors and type checkers know.',
                "",
                f"Generated by scripts/generate_shapes.py from botocore {botocore.__version__}: do not edit.",
                '"""',
                "",
                "from __future__ import annotations",
                "",
                "from collections.abc import Mapping, Sequence",
                "from typing import Literal",
                "",
                "from pulumi import Input",
                "from typing_extensions import NotRequired, TypedDict",
                "",
                "__all__ = [",
                *sorted(names),
                "]",
                "",
                *classes,
            ]
        ).rstrip()
        + "\n"
    )


def _typed_dict(model: Model, shape: StructureShape) -> str:
    lines = ["", f"class {_args_name(shape)}(TypedDict):", f'    """{model.descriptions[shape.name]["_"]}"""', ""]
    for member in model.members(shape):
        kind = f"Input[{_input_type(member.shape)}]"
        kind = kind if member.required else f"NotRequired[{kind}]"
        lines += [*_declaration(snake(member.api_name), kind), *_docstring(member.description)]
    return "\n".join(lines) + "\n"


def _declaration(name: str, kind: str) -> list[str]:
    line = f"    {name}: {kind}"
    return (
        [line]
        if len(line) <= 120
        else [f"    {name}: {kind[: kind.index('[') + 1]}", f"        {kind[kind.index('[') + 1 : -1]}", "    ]"]
    )


def _docstring(text: str) -> list[str]:
    line = f'    """{text}"""'
    return [line] if len(line) <= 120 else ['    """' + "\n    ".join(wrap(text, 112)), '    """']


def _args_name(shape: Shape) -> str:
    return f"{shape.name}Args"


def _input_type(shape: Shape) -> str:
    if isinstance(shape, StructureShape):
        return _args_name(shape)
    if isinstance(shape, ListShape):
        return f"Sequence[Input[{_input_type(shape.member)}]]"
    if isinstance(shape, MapShape):
        return f"Mapping[str, Input[{_input_type(shape.value)}]]"
    if shape.name in NUMBERS_AS_TEXT:
        return "str | float" + (" | bool" if shape.name == "HyperParameterValue" else "")
    if shape.metadata.get("enum") and shape.name not in BY_FORM:
        return f"Literal[{', '.join(_quoted(value) for value in shape.metadata['enum'])}]"
    return {"integer": "int", "long": "int", "float": "float", "boolean": "bool", "string": "str"}[shape.type_name]


# --- the command ----------------------------------------------------------------------------------------------------


def _differences(model: Model, files: dict[Path, str]) -> list[str]:
    from sagemaker_tuning.spec.fields import FIELDS

    read_only = {f".{snake(name)}" for _, name in READ_ONLY}
    lacking = [
        f"{path}: botocore {botocore.__version__} has it, the spec does not"
        for path in model.leaves()
        if path.removesuffix("[].key").removesuffix("[].value") not in FIELDS and not path.endswith(tuple(read_only))
    ]
    if _generated_by() != botocore.__version__:
        return lacking
    outdated = [
        f"{path.name} is not what this script writes" for path, text in files.items() if path.read_text() != text
    ]
    return lacking + outdated


def _generated_by() -> str | None:
    found = re.search(r"from botocore (\S+)\.\n", (PACKAGE / "spec" / "shapes.py").read_text())
    return found[1] if found else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    check: bool = parser.parse_args().check
    model = Model()
    files = {
        PACKAGE / "spec" / "shapes.py": shapes_module(model),
        PACKAGE / "adapters" / "inputs.py": inputs_module(model),
    }
    if check:
        differences = _differences(model, files)
        print("\n".join(differences) or "Up to date.")
        sys.exit(bool(differences))
    for path, text in files.items():
        path.write_text(text)


if __name__ == "__main__":
    main()
