"""`dataclass` and its neighbours as in the standard library, which writes and compiles code for each class.

Here the methods are closures over the fields; the standard library is imported by who hands it one of these
objects, to which it then looks like one of its own. For classes without slots.
"""

from __future__ import annotations

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from dataclasses import KW_ONLY, dataclass, field, fields, replace
else:
    from tui.core.dataclass_methods import equality, frozen_errors, initialiser, representation

    KW_ONLY = object()
    """Annotates what the fields after it are: named in calls."""
    _ABSENT = object()
    _FIELDS, _PARAMS, _SIGNATURE = "__dataclass_fields__", "__dataclass_params__", "__signature__"
    _OWN = "__fields"

    class Field:
        """One value of a class, with the attributes of `dataclasses.Field`."""

        def __init__(
            self, *, default=_ABSENT, default_factory=None, init=True, repr=True, compare=True, metadata=None
        ):
            self.default, self.default_factory = default, default_factory
            self.init, self.repr, self.compare, self.metadata = init, repr, compare, metadata or {}
            self.name, self.type, self.kw_only = "", "", False

        @property
        def has_default(self):
            return self.default is not _ABSENT

        def standard(self):
            """It as a field of the standard library's."""
            from dataclasses import field

            known = {name: getattr(self, name) for name in ("init", "repr", "compare", "metadata", "kw_only")}
            if self.has_default:
                return field(default=self.default, **known)
            return field(default_factory=self.default_factory, **known) if self.default_factory else field(**known)

    class _Standard:
        """What the standard library reads of a class of its own, made when it does."""

        def __init__(self, own, name, options, attribute):
            self._own, self._name, self._options, self._attribute = own, name, options, attribute

        def __get__(self, _, __):
            from dataclasses import make_dataclass

            parts = [(one.name, one.type, one.standard()) for one in self._own.values()]
            made = make_dataclass(self._name, parts, **self._options)
            if self._attribute == _SIGNATURE:
                from inspect import signature

                return signature(made)
            return getattr(made, self._attribute)

    def field(**options):
        return Field(**options)

    def fields(of):
        try:
            return tuple(getattr(of, _OWN).values())
        except AttributeError:
            from dataclasses import fields

            return fields(of)

    def replace(this, /, **changes):
        own = getattr(this, _OWN, None)
        if own is None:
            from dataclasses import replace

            return replace(this, **changes)
        kept = {name: getattr(this, name) for name, one in own.items() if one.init and name not in changes}
        return type(this)(**kept, **changes)

    def dataclass(kind=None, /, *, frozen=False, eq=True, repr=True):
        if kind is None:
            return lambda kind: dataclass(kind, frozen=frozen, eq=eq, repr=repr)
        own = _fields_of(kind)
        kind.__match_args__ = tuple(one.name for one in own.values() if one.init and not one.kw_only)
        methods = {"__init__": initialiser(kind, own)}
        methods |= {"__repr__": representation(own)} if repr else {}
        methods |= equality(own, frozen) if eq else {}
        methods |= frozen_errors(kind, own) if frozen else {}
        for name, method in methods.items():
            if name not in kind.__dict__ or (name == "__hash__" and kind.__dict__[name] is None):
                setattr(kind, name, method)
        setattr(kind, _OWN, own)
        options = {"frozen": frozen, "eq": eq, "repr": repr}
        for attribute in (_FIELDS, _PARAMS, _SIGNATURE):
            setattr(kind, attribute, _Standard(own, kind.__name__, options, attribute))
        return kind

    def _fields_of(kind):
        """Those of its bases first, by their names."""
        found, named = {}, False
        for base in kind.__mro__[-1:0:-1]:
            found |= base.__dict__.get(_OWN, {})
        for name, annotation in kind.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - it is heavy
            text = str(annotation)
            if text.startswith("ClassVar"):
                continue
            if text.endswith("KW_ONLY"):
                named = True
                continue
            given = getattr(kind, name, _ABSENT)
            one = given if isinstance(given, Field) else Field(default=given)
            one.name, one.type, one.kw_only = name, annotation, named
            found[name] = one
            if one.has_default:
                setattr(kind, name, one.default)
            elif name in kind.__dict__:
                delattr(kind, name)
        return found


__all__ = ["KW_ONLY", "dataclass", "field", "fields", "replace"]
