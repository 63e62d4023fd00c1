"""The vocabulary that `shapes` is written in: what every API shape has in common.

A `Shape` checks only what one field says about itself: type, size, pattern, allowed values. What fields say about each
other is in `rules`. Any field may also hold `UNKNOWN`, which is why each is wrapped in `OrUnknown`.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from sagemaker_tuning.unknown import Unknown, is_unknown

__all__ = ["LENIENT", "OrUnknown", "Shape", "text_of", "whole"]

LENIENT = "lenient"
"""Validation context under which a scalar is taken as it is: what the service said needs no approval of ours."""

_LARGEST_EXACT = 2**53  # beyond it a float no longer tells one integer from the next

T = TypeVar("T")


class _PassUnknown:
    """Lets `UNKNOWN` through in front of the validator of the other type of the union.

    A plain union would do too, but pydantic would then name its branches in the location of every error.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (known,) = (arm for arm in get_args(source) if arm is not Unknown)
        passes = _pass_unknown if _is_container(known) else _pass_unknown_or_lenient
        return core_schema.with_info_wrap_validator_function(passes, handler.generate_schema(known))


def _is_container(annotation: Any) -> bool:
    bare = annotation.__origin__ if get_origin(annotation) is Annotated else annotation
    return get_origin(bare) in (list, dict) or (isinstance(bare, type) and issubclass(bare, BaseModel))


def _pass_unknown(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    return value if is_unknown(value) else validate(value)


def _pass_unknown_or_lenient(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    taken_as_it_is = info.context == LENIENT and isinstance(value, (str, int, float))
    return value if taken_as_it_is or is_unknown(value) else validate(value)


OrUnknown = Annotated[Union[T, Unknown], _PassUnknown()]  # noqa: UP007 - a union with a TypeVar on Python 3.10


class Shape(BaseModel):
    """A structure of the API: one attribute per member, named in snake_case.

    A member that was not given is None and is left out when the shape is written.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,  # validators are built when the first spec is read, not on import
        regex_engine="python-re",  # the API's patterns look behind, which the default engine cannot
    )


def text_of(value: Any) -> Any:
    """A hyperparameter's value as SageMaker wants it, in text: 5 and 5.0 give "5", 0.1 gives "0.1", True gives "true".

    Booleans are spelled as the built-in algorithms, JSON and the SageMaker SDK's framework estimators spell them; the
    SDK's plain `Estimator` writes Python's "True", which a program that wants it gives as text.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole_value = whole(value)
        return repr(value) if isinstance(whole_value, float) else str(whole_value)
    return str(value) if isinstance(value, int) else value


def whole(value: Any) -> Any:
    """5 for 5.0, as every number that went through Pulumi is a float; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT:
        return int(value)
    return value
