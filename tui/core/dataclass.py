"""`dataclass`, whose methods are written with the first object: for most classes of a run that is never."""

from __future__ import annotations

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from dataclasses import KW_ONLY, dataclass, field, fields, replace
else:
    from _thread import RLock
    from dataclasses import KW_ONLY, FrozenInstanceError, field, fields, replace
    from functools import partial
    from operator import attrgetter

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
                    options = {**self._options, "repr": False, "eq": False, "frozen": False}
                    try:
                        dataclass(self._kind, **options)
                    except AttributeError:  # another thread has imported half of typing, which it looks into
                        import typing  # noqa: F401 (waits until that is done)

                        dataclass(self._kind, **options)
                    self._share(**self._options)
                    self.written = True

        def _share(self, *, frozen=False, eq=True, repr=True):
            """Do without the library's methods that show, compare and guard: it compiles them for each class."""
            own = vars(self._kind)
            if frozen:
                _guard(self._kind)
            if eq and "__eq__" not in own:
                _compare(self._kind, hashed=frozen)
            if repr and "__repr__" not in own:
                _show(self._kind)

        def __get__(self, _, kind):
            self.write()
            return kind.__dataclass_fields__

    def _compare(kind, *, hashed):
        """Have objects that say the same be equal."""
        values = attrgetter("__class__", *(part.name for part in fields(kind) if part.compare))

        def equal(one, other):
            return values(one) == values(other) if one.__class__ is other.__class__ else NotImplemented

        def number(one):
            return hash(values(one))

        kind.__eq__, kind.__hash__ = equal, number if hashed else None

    def _guard(kind):
        """Have objects keep what `__init__` has filled them with."""
        names = frozenset(part.name for part in fields(kind))

        def set_once(one, name, value):
            own = one.__dict__
            if name in own or name not in names:
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            own[name] = value

        def keep(one, name):
            raise FrozenInstanceError(f"cannot delete field {name!r}")

        kind.__setattr__, kind.__delattr__ = set_once, keep

    def _show(kind):
        """Have objects shown by what they say."""
        names = [part.name for part in fields(kind) if part.repr]

        def shown(one):
            said = ", ".join(f"{name}={getattr(one, name)!r}" for name in names)
            return f"{type(one).__qualname__}({said})"

        kind.__repr__ = shown

    class _Signature:
        """Stands where the signature is read, of which `__new__` tells nothing."""

        def __init__(self, fields):
            self._fields = fields

        def __get__(self, _, kind):
            from inspect import signature
            from types import MethodType

            self._fields.write()
            return signature(MethodType(kind.__init__, kind))

    def dataclass(kind=None, /, **options):
        """As that of the standard library, for classes without slots."""
        if kind is None:
            return partial(dataclass, **options)
        fields = kind.__dataclass_fields__ = _Fields(kind, options)

        def new(kind, /, *_, **__):
            if not fields.written:
                fields.write()
            return object.__new__(kind)

        kind.__new__, kind.__signature__ = new, _Signature(fields)
        kind.__doc__ = kind.__doc__ or kind.__name__  # else the standard library writes one, of the signature
        return kind


__all__ = ["KW_ONLY", "dataclass", "field", "fields", "replace"]
