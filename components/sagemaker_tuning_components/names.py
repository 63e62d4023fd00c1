"""Names for the children whose names in AWS Pulumi makes of theirs, by adding a hyphen and seven digits.

A component may have any name; S3 takes lower case, digits and hyphens, 63 characters in all, and IAM and EC2 take these
as well. Pulumi's aws provider refuses a name that is too long, and S3 one with an underscore.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["child_name"]

_LONGEST = 55
_ALLOWED = re.compile(rf"[a-zA-Z0-9][a-zA-Z0-9-]{{0,{_LONGEST - 1}}}")
_DIGITS = 6


def child_name(name: str) -> str:
    """The component's name, if AWS takes it; else what AWS takes of it, with digits that tell it from its like."""
    if _ALLOWED.fullmatch(name):
        return name
    digits = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    stem = re.sub("[^a-zA-Z0-9]+", "-", name)[: _LONGEST - _DIGITS - 1].strip("-")
    return f"{stem}-{digits}" if stem else f"tuning-{digits}"
