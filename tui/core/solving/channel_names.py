"""The contents of channels, for completion: the names of packages, and the versions of one."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from tui.core.dataclass import dataclass


@dataclass(frozen=True)
class ChannelVersions:
    """The versions of one package."""

    versions: tuple[str, ...]
    """The newest first."""
    cached: bool = False
    """They are from an earlier time: the channels cannot be reached now."""


@dataclass(frozen=True, repr=False)
class ChannelNames:
    """The names of all packages."""

    names: tuple[str, ...]
    """Sorted, in lower case."""
    cached: bool = False
    """They are from an earlier time: the channels cannot be reached now."""

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        at = bisect_left(self.names, name)
        return self.names[at : at + 1] == (name,)

    def matching(self, text: str, limit: int = 20) -> tuple[str, ...]:
        """The names that begin with the text, then those that have it in them, each in alphabetical order."""
        text = text.lower()
        begin = bisect_left(self.names, text)
        end = bisect_left(self.names, text + "\U0010ffff", begin)
        first = self.names[begin : min(end, begin + limit)]
        inside = (name for name in self.names if text in name and not name.startswith(text))
        return (*first, *islice(inside, limit - len(first)))
