"""Write provider/sagemaker_tuning/read_shapes.json: the members of SageMaker's Describe responses, by shape.

    python scripts/generate_read_shapes.py          writes the file
    python scripts/generate_read_shapes.py --check  exit 1 if the installed botocore says something else

Each shape maps the snake_case names of its members to `[API name, shape]`, where the shape is that of a structure or of
a list's items, and null for values and for maps, whose keys are the user's own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from botocore.session import get_session
from sagemaker_tuning.names import snake

RESPONSES = ("DescribeHyperParameterTuningJobResponse", "DescribeTrainingJobResponse")
SUMMARIES = ("HyperParameterTrainingJobSummary",)
TARGET = Path(__file__).parent.parent / "provider" / "sagemaker_tuning" / "read_shapes.json"


def read_shapes() -> dict[str, dict[str, list[str | None]]]:
    """Every structure that can be reached from the responses."""
    model = get_session().get_service_model("sagemaker")
    found: dict[str, dict[str, list[str | None]]] = {}
    waiting: list[Any] = [model.shape_for(name) for name in (*RESPONSES, *SUMMARIES)]
    while waiting:
        shape = waiting.pop()
        if shape.name in found:
            continue
        structures = {name: _structure(member) for name, member in shape.members.items()}
        found[shape.name] = {
            snake(name): [name, structure.name if structure else None] for name, structure in structures.items()
        }
        waiting += [structure for structure in structures.values() if structure]
    return dict(sorted(found.items()))


def _structure(shape: Shape) -> StructureShape | None:
    if isinstance(shape, ListShape):
        return _structure(shape.member)
    return shape if isinstance(shape, StructureShape) else None


def main() -> int:
    lines = (f"{json.dumps(name)}: {json.dumps(members)}" for name, members in read_shapes().items())
    text = "{\n" + ",\n".join(lines) + "\n}\n"  # one line a shape: a diff names what changed
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
