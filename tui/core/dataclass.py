"""`dataclass`, whose methods are written with the first object: for most classes of a run that is never."""

from __future__ import annotations

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from _thread import RLock
    from functools import partial

    _WRITING = RLock()

    class _Fields:
        """Stands where the fields will be."""

        def __init__(self, kind, options):
            self._kind, self._options, self.written = kind, options, False

        def write(self):
            """Have the methods written, a millisecond's work, unless they are."""
            from dataclasses import dataclass

            with _WRITING:
                if not self.written:
                    dataclass(self._kind, **self._options)
                    self.written = True

        def __get__(self, _, kind):
            self.write()
            return kind.__dataclass_fields__

    def dataclass(kind=None, /, **options):
        """As that of the standard library, for classes without slots."""
        if kind is None:
            return partial(dataclass, **options)
        fields = kind.__dataclass_fields__ = _Fields(kind, options)

        def new(kind, /, *_, **__):
            if not fields.written:
                fields.write()
            return object.__new__(kind)

        kind.__new__ = new
        return kind


__all__ = ["dataclass"]
