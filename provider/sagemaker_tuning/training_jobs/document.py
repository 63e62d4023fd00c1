"""A typed view of one structure of an API response.

Nothing is copied or filled in: `to_api` gives back what came in, and a member that the document lacks is None. Only
times are read, as a document may come from boto3 or from a file that the AWS CLI wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sagemaker_tuning.names import snake
from sagemaker_tuning.times import aware_time

__all__ = ["TIME", "ApiDocument", "member"]

Document = TypeVar("Document", bound="ApiDocument")

TIME = "time"


class _Member:
    """Reads one member of the document; what is inside of a structure is a view again."""

    def __init__(self, api_name: str, inner: type[ApiDocument] | str | None) -> None:
        self._api_name = api_name
        self._inner = inner

    def __get__(self, document: ApiDocument | None, _owner: type[ApiDocument]) -> Any:
        if document is None:
            return self
        value = document._document.get(self._api_name)
        if self._inner is None or value is None:
            return value
        if isinstance(self._inner, str):
            return aware_time(value)
        return [self._inner(item) for item in value] if isinstance(value, list) else self._inner(value)


def member(api_name: str, inner: type[ApiDocument] | str | None = None) -> Any:
    """The member of this name; `inner` is the view of its structure or of its list's items, or TIME."""
    return _Member(api_name, inner)


class ApiDocument:
    """A structure of an API response: `job.resource_config.instance_type` reads a member, `to_row` gives plain data."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @classmethod
    def from_api(cls: type[Document], document: Mapping[str, Any]) -> Document:
        """The view of a response as boto3 or the AWS CLI gives it."""
        return cls(document)

    def to_api(self) -> dict[str, Any]:
        """The document as it came from the API."""
        return dict(self._document)

    def to_row(self) -> dict[str, Any]:
        """Every member under its snake_case name, as plain data, None where the document has nothing.

        Structures inside have the members that the document has. The keys of maps (hyperparameters, environment) are
        the user's own and stay as they are; times are aware and in UTC.
        """
        return {name: _plain(getattr(self, name)) for name in self.names()}

    if not TYPE_CHECKING:  # a type checker is to find misspelled members

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("_"):  # copy and pickle ask for such names before there is a document
                for api_name, value in self._document.items():
                    if snake(api_name) == name:  # a member newer than the generated shapes
                        return value
            raise AttributeError(f"{type(self).__name__} has no member {name!r}", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names()]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiDocument) and self._document == other._document

    __hash__ = None  # type: ignore[assignment]  # it is a view of a dict, and so no more hashable than that

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self._document)!r})"

    @classmethod
    def members(cls) -> Iterator[str]:
        """The snake_case names of all members of the structure, in the order of AWS."""
        for base in reversed(cls.__mro__):
            yield from (name for name, value in vars(base).items() if isinstance(value, _Member))

    def names(self) -> list[str]:
        """The members of the structure, and those that the document has beyond them."""
        return list(dict.fromkeys([*self.members(), *map(snake, self._document)]))


def _plain(value: Any) -> Any:
    if isinstance(value, ApiDocument):
        return {name: item for name, item in value.to_row().items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
