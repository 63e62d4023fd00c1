"""Names that every room agrees on: a field's three spellings, and the tags of this provider.

One rule goes from `VolumeSizeInGB` to `volume_size_in_gb` to `volumeSizeInGb`. Only its first step loses something
(`GB` becomes `gb`), so the API's spelling is never derived from the others: the spec's field table keeps it. ACK's own
spellings are in `spec.forms`.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["OWN_TAG_PREFIX", "camel", "snake"]

OWN_TAG_PREFIX = "sagemaker-tuning:"
"""Tags of this provider's own bookkeeping start so; users never see them."""

# The rule of botocore.xform_name, so that our names are those of the AWS CLI and of resource catalogues.
_WORD_AFTER_ANY = re.compile(r"(.)([A-Z][a-z]+)")
_CAPITAL_AFTER_SMALL = re.compile(r"([a-z0-9])([A-Z])")
_AFTER_UNDERSCORE = re.compile(r"_(.)")


@cache
def snake(api_name: str) -> str:
    """The snake_case name of an API member: `S3Uri` gives `s3_uri`, `VolumeSizeInGB` gives `volume_size_in_gb`."""
    return _CAPITAL_AFTER_SMALL.sub(r"\1_\2", _WORD_AFTER_ANY.sub(r"\1_\2", api_name)).lower()


@cache
def camel(snake_name: str) -> str:
    """The Pulumi property of a snake_case name: `volume_size_in_gb` gives `volumeSizeInGb`."""
    return _AFTER_UNDERSCORE.sub(lambda match: match.group(1).upper(), snake_name)
