"""Local manifest files: lists of objects that are in S3 already.

Source: SageMaker API reference, S3DataSource, for the data type ManifestFile.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["is_manifest", "listed_prefix"]

_SUFFIX = ".manifest"


def is_manifest(path: Path) -> bool:
    return path.suffix == _SUFFIX and path.is_file()


def listed_prefix(path: Path, where: str) -> str:
    """The prefix below which all objects of a manifest lie. Errors: ValueError, with `where`, if it is none."""
    document = _json(path)
    first = document[0] if isinstance(document, list) and document else None
    prefix = first.get("prefix") if isinstance(first, dict) else None
    if not isinstance(prefix, str):
        raise ValueError(
            f'{where}: {str(path)!r} is no manifest: it does not begin with [{{"prefix": "s3://bucket/prefix/"}}.\n'
            "Mend it; give it another ending if it is data; or, for an augmented manifest, give a channel of your own."
        )
    return prefix


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
