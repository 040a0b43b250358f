"""Folders of strangers, opened by every command and by the wizard: nothing gets out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stages.hostile.agreement import agree, asked, kinds_named
from tests.stages.hostile.case import Case, cases
from tests.stages.hostile.escapes import builds, escapes
from tests.stages.hostile.leaks import LEAKS, never_ends
from tests.stages.hostile.listener import listening
from tests.stages.hostile.machine import KEY, Machine
from tests.stages.hostile.visit import STOPS, Stop, visit
from tui.core.secret import KEY_VARIABLE


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("machine")
    certificates = tmp_path_factory.mktemp("certificates")
    (root / "home").mkdir()
    with listening("internet", certificates) as internet, listening("evil", certificates) as evil:
        yield Machine(root, internet, evil)


@pytest.fixture(autouse=True)
def furnished(machine: Machine, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(machine.home))  # what is imported once may look there
    machine.furnish()
    machine.internet.heard.clear()
    machine.evil.heard.clear()


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_what_gets_out_is_found(leak: Callable[[Machine], None], machine: Machine) -> None:
    case = Case(
        "leaking",
        "nothing",
        key="usual",
        links={"link": "target"},
        files={"target": "x"},
        pipes=("pipe",),
        user={KEY_VARIABLE: "@OPAQUE_KEY@"},
    )
    found = escapes(
        case, machine, visit(case, machine, [Stop("leak", act=leak)], patience=2 if leak is never_ends else 20)
    )
    assert [words for words in found if LEAKS[leak] in words], found


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases() if case.possible])
def test_nothing_gets_out(case: Case, machine: Machine) -> None:
    stops = [stop for stop in STOPS if not case.stops or stop.name in case.stops]
    accounts = visit(case, machine, stops)
    assert escapes(case, machine, accounts) == []
    for said in (account.said for account in accounts if account.stop == "build" and case.asks):
        assert set() < kinds_named(said) <= set(case.asks), said


_OF_EACH_KIND = {case.asks: case for case in cases() if case.asks}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in _OF_EACH_KIND.values()])
def test_with_a_yes_to_each_value_it_is_built(case: Case, machine: Machine) -> None:
    """Else a folder that could be built by nobody would pass for one that keeps the key."""
    (account,) = visit(case, machine, [Stop("agree", env=((KEY_VARIABLE, KEY),), act=agree)])
    assert asked(account.said) == set(case.asks), account.said + account.crash
    assert builds(machine), account.said
