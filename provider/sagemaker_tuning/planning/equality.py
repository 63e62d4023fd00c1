"""When two values of one field mean the same to SageMaker.

Each function takes the declared and the observed value, both set, and answers. Sources are named at each rule that
came from outside; which field uses which is `rules`' to say.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

__all__ = ["Equality", "exact", "float32", "name_or_arn", "number_text", "same_members", "same_name"]

Equality = Callable[[Any, Any], bool]

# Decimal alone would also read "1_0", " 1 " and "NaN".
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)


def exact(declared: Any, observed: Any) -> bool:
    """Equal as they stand. S3 URIs and KMS keys are among them: SageMaker gives them back as they were sent."""
    return bool(declared == observed)


def number_text(declared: Any, observed: Any) -> bool:
    """Equal as text, or as numbers where both are numbers: `0.10` is `0.1`, and `1e-3` is `0.001`."""
    left, right = str(declared), str(observed)
    if left == right:
        return True
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)):
        return False
    return Decimal(left) == Decimal(right)


def float32(declared: Any, observed: Any) -> bool:
    """Equal in single precision, which is what SageMaker keeps: -3.5415 comes back as -3.5415000915527344."""
    try:
        return ctypes.c_float(float(declared)).value == ctypes.c_float(float(observed)).value
    except (TypeError, ValueError):
        return bool(declared == observed)


def same_members(declared: Any, observed: Any) -> bool:
    """Equal as sets of text: order and repetition mean nothing, and `5` is `"5"`."""
    if not (isinstance(declared, (list, tuple)) and isinstance(observed, (list, tuple))):
        return bool(declared == observed)
    return {str(item) for item in declared} == {str(item) for item in observed}


def same_name(declared: Any, observed: Any) -> bool:
    """Equal but for case: SageMaker's names of tuning jobs are not case sensitive."""
    return str(declared).casefold() == str(observed).casefold()


def name_or_arn(declared: Any, observed: Any) -> bool:
    """Equal, or one of them is the ARN of what the other names: SageMaker gives an algorithm's name back as its ARN."""
    if declared == observed:
        return True
    left, right = str(declared), str(observed)
    if left.startswith("arn:") == right.startswith("arn:"):
        return False
    return left.rpartition("/")[2] == right.rpartition("/")[2]
