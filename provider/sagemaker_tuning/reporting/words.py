"""Numbers, times and durations as a person reads them."""

from __future__ import annotations

from datetime import datetime, timezone

__all__ = ["counted", "dollars", "duration", "hours", "moment", "number", "percent", "share", "short"]


def number(value: float) -> str:
    """Six significant digits: `0.913287`, `1.5e-07`."""
    return f"{value:.6g}"


def short(text: str) -> str:
    """The text of a fraction with six significant digits; a whole number and any other text as it is."""
    if len(text) <= 8 or text.removeprefix("-").isdecimal():
        return text
    try:
        return number(float(text))
    except ValueError:
        return text


def percent(value: float) -> str:
    """`62.5 %`."""
    return f"{value:.1f} %"


def share(part: float) -> str:
    """A part of one as whole percents: `62 %`, `< 1 %`."""
    return "< 1 %" if 0 < part < 0.005 else f"{part * 100:.0f} %"


def dollars(amount: float) -> str:
    """What was spent, to the nearest cent: `$1,234.50`; `< $0.01` where that would be nothing."""
    return "< $0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"


def counted(amount: int, noun: str) -> str:
    """`1 trial`, `500 trials`."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def duration(seconds: float) -> str:
    """`45 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`: the two largest units."""
    whole = round(seconds)
    if seconds < 10 and whole != seconds:
        return f"{seconds:.1f} s"
    parts = [(whole // 86400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
    first = next((index for index, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    shown = [f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount]
    return " ".join(shown) or "0 s"


def hours(seconds: float) -> str:
    """`3.21 h`; below a tenth of an hour, in minutes and seconds."""
    return f"{seconds / 3600:,.2f} h" if seconds >= 360 else duration(seconds)


def moment(time: datetime | None) -> str:
    """`2026-11-21 14:05 UTC`."""
    return "–" if time is None else f"{time.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
