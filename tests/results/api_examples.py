"""Documents in which every member is there, made from botocore's service model."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from botocore.model import Shape
from botocore.session import get_session

MODEL = get_session().get_service_model("sagemaker")
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn-001"
TIME = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

_VALUES: dict[str, Any] = {"integer": 3, "long": 3, "float": 0.5, "double": 0.5, "boolean": True, "timestamp": TIME}


def example(shape: Shape | str) -> Any:
    """A document of the shape, or of the one of this name."""
    if isinstance(shape, str):
        return example(MODEL.shape_for(shape))
    if shape.type_name == "structure":
        return {name: example(member) for name, member in shape.members.items()}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [example(shape.member)]  # type: ignore[attr-defined]
    if shape.type_name == "map":
        return {"UserKey": example(shape.value)}  # type: ignore[attr-defined]
    return _VALUES.get(shape.type_name) or (ARN if shape.name.endswith("Arn") else f"a {shape.name}")
