"""The methods of a class with fields, as closures: see `tui/core/dataclass.py`."""

from __future__ import annotations

from _operator import attrgetter

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Method = Callable[..., Any]
    Fields = Mapping[str, Any]


def initialiser(kind: type, fields: Fields) -> Method:
    """`__init__`, which writes past a frozen class's own `__setattr__`."""
    given = [one.name for one in fields.values() if one.init]
    positional = [one.name for one in fields.values() if one.init and not one.kw_only]
    defaults = {one.name: one.default for one in fields.values() if one.has_default}
    factories = [(one.name, one.default_factory) for one in fields.values() if one.default_factory]
    made = {*defaults, *dict(factories)}
    known, most = frozenset(given), len(positional)
    finish = getattr(kind, "__post_init__", None)

    taken = [frozenset(positional[:number]) for number in range(most + 1)]
    whole = len({*given, *made})

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:
        state = self.__dict__
        state.update(defaults)
        if values:
            state.update(zip(positional, values, strict=False))
        wrong = len(values) > most
        if named:
            state.update(named)
            wrong = wrong or not (known.issuperset(named) and taken[len(values)].isdisjoint(named))
        for name, make in factories:
            if name not in state:
                state[name] = make()
        if wrong or len(state) != whole:
            missing = [name for name in given if name not in state]
            state.clear()
            raise TypeError(f"{kind.__qualname__}.__init__() {_complaint(positional, missing, values, named)}")
        if finish is not None:
            finish(self)

    return __init__


def _complaint(positional: list[str], missing: list[str], values: tuple[Any, ...], named: Fields) -> str:
    """Why a call does not fit, much as Python says it."""
    if len(values) > len(positional):
        return f"takes {len(positional) + 1} positional arguments but {len(values) + 1} were given"
    if twice := [name for name in positional[: len(values)] if name in named]:
        return f"got multiple values for argument '{twice[0]}'"
    if missing:
        plural = "s" if len(missing) > 1 else ""
        words = " and ".join(map(repr, missing))
        return f"missing {len(missing)} required positional argument{plural}: {words}"
    return f"got an unexpected keyword argument among {', '.join(named)}"


def representation(fields: Fields) -> Method:
    shown = [one.name for one in fields.values() if one.repr]

    def __repr__(self: Any) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({values})"

    return __repr__


def equality(fields: Fields, frozen: bool) -> dict[str, Method | None]:
    """`__eq__`, and the `__hash__` that goes with it: of a frozen class alone."""
    compared = [one.name for one in fields.values() if one.compare]
    values = attrgetter(*compared) if compared else type  # in C

    def __eq__(self: Any, other: object) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def frozen_errors(kind: type, fields: Fields) -> dict[str, Method]:
    """`__setattr__` and `__delattr__`, which refuse the fields; and any name of the class itself."""

    def __setattr__(self: Any, name: str, value: object) -> None:
        if type(self) is kind or name in fields:
            raise _frozen(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is kind or name in fields:
            raise _frozen(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _frozen(message: str) -> Exception:
    from dataclasses import FrozenInstanceError

    return FrozenInstanceError(message)
