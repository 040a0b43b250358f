"""Classes with fields are as those of the standard library, which is not needed to make them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, asdict, is_dataclass
from inspect import signature
from typing import Any, ClassVar

import pytest

from tui.core.dataclass import dataclass, field, fields, replace


def made(dataclass: Any, field: Any) -> tuple[Any, Any]:
    """A class and one that goes on from it."""

    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2
        tags: tuple[str, ...] = field(default_factory=tuple)
        _: dataclasses.KW_ONLY
        secret: str = field(default="", repr=False, compare=False)
        COUNT: ClassVar[int] = 3

    @dataclass(frozen=True)
    class Named(Point):
        name: str = ""

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.upper())

    return Point, Named


OURS, THEIRS = made(dataclass, field), made(dataclasses.dataclass, dataclasses.field)
CALLS: tuple[Callable[[Any, Any], object], ...] = (
    lambda point, named: repr(named(1, name="a")).replace("made.<locals>.", ""),
    lambda point, named: (named(1), named(1) == named(1, 2, (), "", secret="s"), named(1) == point(1))[1:],
    lambda point, named: hash(named(1, 2)) == hash(named(1, 2, secret="s")),
    lambda point, named: len({named(1), named(1), named(2)}),
    lambda point, named: asdict(named(1, name="a")),
    lambda point, named: [(one.name, one.init, one.repr, one.compare) for one in dataclasses.fields(named)],
    lambda point, named: named.__match_args__,
    lambda point, named: [(one.name, one.kind) for one in signature(named).parameters.values()],
    lambda point, named: (point.y, point.COUNT, hasattr(point, "tags"), is_dataclass(point)),
    lambda point, named: dataclasses.replace(named(1), y=5, name="b").name,
    lambda point, named: (copy(named(1)) == named(1), deepcopy(named(1)) == named(1)),
    lambda point, named: [*map(str, (named(1).tags, named(1, tags=("t",)).tags))],
    lambda point, named: named(),
    lambda point, named: point(1, 2, (), 4),
    lambda point, named: point(1, x=1),
    lambda point, named: point(1, nothing=1),
    lambda point, named: setattr(named(1), "x", 4),
    lambda point, named: setattr(named(1), "other", 4),
    lambda point, named: delattr(named(1), "x"),
)


@pytest.mark.parametrize("call", CALLS)
def test_they_do_as_those_of_the_standard_library(call: Callable[[Any, Any], object]) -> None:
    def outcome(kinds: tuple[Any, Any]) -> object:
        try:
            return call(*kinds)
        except (TypeError, FrozenInstanceError) as error:
            return type(error)

    assert outcome(OURS) == outcome(THEIRS)


def test_a_call_that_does_not_fit_says_how() -> None:
    point, _ = OURS
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'x'$"):
        point()
    with pytest.raises(TypeError, match=r"takes 4 positional arguments but 5 were given$"):
        point(1, 2, (), 4)
    with pytest.raises(TypeError, match=r"got multiple values for argument 'x'$"):
        point(1, x=1)
    with pytest.raises(TypeError, match=r"unexpected keyword argument among nothing$"):
        point(1, nothing=1)


def test_one_that_is_not_frozen_is_changed_and_has_no_hash() -> None:
    @dataclass
    class Pair:
        first: int = 1
        rest: list[int] = field(default_factory=list)
        later: int = field(init=False)

    pair, other = Pair(), Pair()
    pair.rest.append(2)
    pair.first = 3
    assert (pair.first, pair.rest, other.rest) == (3, [2], [])
    with pytest.raises(TypeError, match="unhashable"):
        hash(pair)


def test_replacing_and_listing_need_no_standard_library() -> None:
    script = """
import sys
from tui.core.dataclass import dataclass, fields, replace
@dataclass(frozen=True)
class Point:
    x: int
    y: int = 2
assert replace(Point(1), y=3) == Point(1, 3)
assert [one.name for one in fields(Point)] == ["x", "y"]
assert "dataclasses" not in sys.modules
"""
    subprocess.run([sys.executable, "-S", "-c", script], check=True, cwd=".", env={"PYTHONPATH": "."})


def test_they_take_those_of_the_standard_library_too() -> None:
    _, named = THEIRS
    assert replace(named(1), y=4) == named(1, 4)
    assert [one.name for one in fields(named)] == ["x", "y", "tags", "secret", "name"]
