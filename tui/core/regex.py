"""Regular expressions that are compiled when they are first used: a run needs few of all that are written down."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    regex = re.compile
else:
    _METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")
    _KNOWN = (*_METHODS, "flags", "groups", "groupindex")

    class regex:
        """A pattern that turns into that of `re.compile` by the first question it is asked."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self.pattern, self._flags = pattern, flags

        def __getattr__(self, name: str) -> object:
            if name.startswith("__"):  # asked by copy, inspect and the like, not by who searches
                raise AttributeError(name)
            compiled = re.compile(self.pattern, self._flags)
            vars(self).update((known, getattr(compiled, known)) for known in _KNOWN)
            return getattr(compiled, name)
