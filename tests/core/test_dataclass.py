"""A class is made a dataclass by its first object, and is then one like any other."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from functools import partial
from inspect import signature
from typing import Any

import pytest

from tests.paths import ROOT
from tui.core.dataclass import dataclass


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the classes whose methods were written."""
    names: list[str] = []
    real = dataclasses.dataclass

    def noted(kind: Any, **options: Any) -> Any:
        names.append(kind.__name__)
        return real(kind, **options)

    monkeypatch.setattr(dataclasses, "dataclass", noted)
    return names


def test_methods_are_written_for_the_first_object(written: list[str]) -> None:
    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2
        tags: tuple[str, ...] = field(default_factory=tuple)

    @dataclass(frozen=True)
    class Named(Point):
        name: str = ""

    assert written == []
    named = Named(1, name="a")
    assert sorted(written) == ["Named", "Point"]
    assert (named, hash(named)) == (Named(1, 2, (), "a"), hash(copy(named)))
    assert asdict(replace(named, y=3)) == {"x": 1, "y": 3, "tags": (), "name": "a"}
    assert "Named(x=1, y=2, tags=(), name='a')" in repr(named)
    for spoil in (partial(setattr, named, "x", 4), partial(setattr, named, "z", 4), partial(delattr, named, "x")):
        with pytest.raises(FrozenInstanceError):
            spoil()
    assert named == Named(1, name="a")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]
    assert sorted(written) == ["Named", "Point"]


def test_who_asks_for_the_fields_has_them(written: list[str]) -> None:
    @dataclass
    class Pair:
        first: int = 1
        kind: str = "pair"

    assert is_dataclass(Pair)
    assert [one.name for one in fields(Pair)] == ["first", "kind"]
    assert (Pair(kind="x"), written) == (Pair(1, "x"), ["Pair"])


def test_what_is_shown_and_compared_is_what_the_library_would_take() -> None:
    class Point:
        x: int
        hidden: str = field(default="", repr=False)
        aside: str = field(default="", compare=False)

    @dataclass
    class Pair:
        x: int

    def made_by(library: Any) -> Any:
        return library(frozen=True)(type("Point", (Point,), dict(Point.__dict__)))

    ours, theirs = made_by(dataclass), made_by(dataclasses.dataclass)
    one, same, unlike = ((1, "a", "b"), (1, "a", "c"), (1, "b", "b"))
    for made in (ours, theirs):
        assert repr(made(*one)) == "Point(x=1, aside='b')"
        assert (made(*one) == made(*same), hash(made(*one)) == hash(made(*same))) == (True, True)
        assert (made(*one) == made(*unlike), made(*one) == one) == (False, False)
    assert ours(*one) != theirs(*one)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Pair(1))


def test_what_a_class_has_of_its_own_stays() -> None:
    @dataclass(frozen=True)
    class Masked:
        key: str

        def __repr__(self) -> str:
            return "Masked"

    @dataclass(frozen=True, eq=False)
    class Single:
        x: int

    assert (repr(Masked("k")), Masked("k") == Masked("k")) == ("Masked", True)
    assert Single(1) != Single(1)


def test_threads_that_come_first_together_find_it_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    real, begun, go_on = dataclasses.dataclass, threading.Event(), threading.Event()

    def slow(kind: Any, **options: Any) -> Any:
        begun.set()
        go_on.wait(10)
        return real(kind, **options)

    monkeypatch.setattr(dataclasses, "dataclass", slow)

    @dataclass(frozen=True)
    class Shared:
        number: int

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Shared, 1)
        begun.wait(10)
        second = pool.submit(Shared, 1)
        go_on.set()
        assert first.result(10) == second.result(10)


def test_the_signature_is_that_of_the_fields() -> None:
    """hypothesis makes objects by it: of a class without one it makes the same each time."""

    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2

    assert str(signature(Point)) == "(x: 'int', y: 'int' = 2) -> None"


HALF_OF_TYPING = """
import sys
from importlib.machinery import PathFinder
from threading import Event, Thread, Timer
from tui.core.dataclass import dataclass

begun, go = Event(), Event()

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name != "typing":
            return None
        spec = PathFinder.find_spec(name)
        whole = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (begun.set(), go.wait(), whole(module))
        return spec

sys.modules.pop("typing", None)
sys.meta_path.insert(0, Slow())
Thread(target=__import__, args=("typing",)).start()
begun.wait()
Timer(0.05, go.set).start()
made = dataclass(type("Made", (), {"__annotations__": {"a": "int"}}))
print(made(3).a)
"""


def test_another_thread_may_be_importing_typing_meanwhile() -> None:
    command = [sys.executable, "-c", HALF_OF_TYPING]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "3\n", done.stderr
