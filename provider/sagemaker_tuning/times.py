"""One reading of the times in API documents: aware and UTC, whoever wrote the document.

boto3 gives local, aware datetimes; the AWS CLI writes ISO 8601 text, older ones and the wire seconds since 1970.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sagemaker_tuning.errors import UnexpectedResponse

__all__ = ["aware_time"]


def aware_time(value: Any) -> datetime | None:
    """The time in UTC; None for none. A time without a zone is UTC already.

    Errors: UnexpectedResponse if the value is no time.
    """
    if value is None or value == "":
        return None
    try:
        time = _read(value)
    except (TypeError, ValueError, OverflowError, OSError) as error:  # all of them datetime's own, for odd numbers
        raise UnexpectedResponse(
            f"{value!r} is not a time: {error}.\nGive it as ISO 8601 text or as seconds since 1970."
        ) from error
    return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)


def _read(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return datetime.fromisoformat(value.replace("Z", "+00:00"))  # Python 3.10 does not read the Z
    return datetime.fromtimestamp(value, timezone.utc)
