"""Sizes and times, as people read them."""

from __future__ import annotations


def human_size(size: int) -> str:
    """Bytes in the decimal units that docker uses: `212 MB`."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"


def counted(number: int, what: str) -> str:
    """A number of things: `1 line`, `1,204 lines`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def short_time(seconds: float) -> str:
    """At most six characters: `12.3s`, `2m05s`, `1h02m`."""
    if seconds < 99.95:
        return f"{seconds:.1f}s"
    minutes = round(seconds) // 60
    return f"{minutes}m{round(seconds) % 60:02}s" if minutes < 100 else f"{minutes // 60}h{minutes % 60:02}m"


def human_seconds(seconds: float) -> str:
    """A time as it is said: `40 s`, `3 min`, `1 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
