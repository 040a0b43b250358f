"""Downloads are counted by what conda and the fetch script print, for conda off a terminal draws no bars."""

from __future__ import annotations

import pytest

from tests.stages.build_steps import CREATE, progress, recorded, running
from tui.core.building.downloads import Downloads, heard
from tui.core.building.events import OutputReceived
from tui.core.building.timing.estimate import TimeLeft
from tui.core.building.timing.history import History
from tui.core.building.transfers import all_moved

TABLE = """The following packages will be downloaded:

    package                    |            build
    ---------------------------|-----------------
    _openmp_mutex-5.1          |            1_gnu          21 KB
    numpy-2.4.6                |  py311h0e8a0b1_0         7.0 MB  conda-forge
    tzdata-2026b               |       he532380_0         117 KB
    ------------------------------------------------------------
                                           Total:         7.1 MB
"""


def after(text: str) -> Downloads:
    found = Downloads()
    for line in text.splitlines():
        found = heard(found, line)
    return found


@pytest.mark.parametrize(
    ("printed", "words", "fraction"),
    [
        (TABLE, "3 packages to download, 7.1 MB", None),
        ("1 of 4: python-3.11.9, 32.0 MB\n2 of 4: six-1.17.0, 0.5 MB", "2 of 4 packages, 32.5 MB", 0.5),
    ],
    ids=["table", "script"],
)
def test_packages_and_bytes_are_read(printed: str, words: str, fraction: float | None) -> None:
    found = after(printed)
    assert (found.known, found.words, found.fraction) == (True, words, fraction)


@pytest.mark.parametrize(
    "printed",
    ["", TABLE.partition("Total")[0], f"{TABLE}Preparing transaction: done", "7 of 20: x, nan MB"],
    ids=["nothing", "rows", "linking", "nonsense"],
)
def test_nothing_is_shown_before_it_is_known_nor_after_it_has_ended(printed: str) -> None:
    assert not after(printed).known


def test_a_real_build_tells_them() -> None:
    """Of conda 26.7.1: as long as they are under way, and no longer."""
    events, seen = recorded("two-run-ok-fastapi"), []
    for count in range(len(events)):
        seen += [step.downloads for step in progress(*events[:count]).steps.values() if step.downloads.known]
    assert list(dict.fromkeys(one.words for one in seen)) == [
        "41 packages to download, 8.9 MB",
        "21 packages to download, 49.2 MB",
    ]
    assert not any(step.downloads.known for step in progress(*events).steps.values())


def test_the_time_left_of_a_first_build_follows_them() -> None:
    line = "1 of 4: python-3.11.9, 32.0 MB"
    going = progress(running(CREATE, since=100), OutputReceived(CREATE, line, time=110.0))
    [step] = going.steps.values()
    moved = all_moved(step)
    assert moved is not None
    assert moved.words == "1 of 4 packages, 32 MB"
    assert TimeLeft(History())(going, 110.0) == "First build: about 30 s to download."
