"""Tags: the one thing of a tuning job that can be changed in place."""

from __future__ import annotations

from collections.abc import Mapping

from sagemaker_tuning.gateway import TuningGateway

__all__ = ["update_tags"]


def update_tags(arn: str, before: Mapping[str, str], after: Mapping[str, str], gateway: TuningGateway) -> None:
    """Bring the tags from what the state has to what is declared, with at most one call of each kind and no ListTags.

    Deletes first: a job holds 50 tags at most. If the second call fails, the same update can be made again.
    """
    removed = sorted(before.keys() - after.keys())
    written = {key: value for key, value in after.items() if before.get(key) != value}
    if removed:
        gateway.delete_tags(arn, removed)
    if written:
        gateway.add_tags(arn, written)
