"""Tags between Pulumi's map and AWS's list of Key and Value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["changed_tags", "from_tag_list", "removed_tags", "to_tag_list"]


def to_tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def from_tag_list(tags: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """AWS's own tags are left out: nobody declares them."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags or () if not tag["Key"].startswith("aws:")}


def changed_tags(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[dict[str, str]]:
    """What has to be written, as a list."""
    return to_tag_list({key: value for key, value in (new or {}).items() if (old or {}).get(key) != value})


def removed_tags(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[str]:
    return sorted((old or {}).keys() - (new or {}).keys())
