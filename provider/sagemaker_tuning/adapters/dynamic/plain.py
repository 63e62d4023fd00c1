"""Values as the engine keeps and shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

__all__ = ["known", "plain"]


def plain(value: Any) -> Any:
    """A time as ISO 8601 text, as Pulumi has no times; for NaN None, as the engine shows it as a signed object."""
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def known(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that are not None: what SageMaker did not say is left out."""
    return {name: value for name, value in members.items() if value is not None}
