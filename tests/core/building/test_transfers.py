from __future__ import annotations

import pytest

from tui.core.building.events import StepUpdated, TransferUpdated
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress, BuildStep
from tui.core.building.transfers import Moved, all_moved, layers

ONE, TWO = "1" * 64, "2" * 64
MEGA = 10**6


def step(*transfers: TransferUpdated) -> BuildStep:
    return fold_all(BuildProgress(), [StepUpdated("a", "n", started=1.0), *transfers]).steps["a"]


def moving(id: str, name: str, current: int = 0, total: int = 0, done: bool = False) -> TransferUpdated:
    return TransferUpdated("a", id, name, current, total, started=1.0, completed=2.0 if done else None)


MANIFEST = moving("sha256:" + "3" * 64, "done", 1164, 1164, done=True)


@pytest.mark.parametrize(
    ("transfers", "words", "fraction"),
    [
        ([moving("transferring context:", "transferring", 30 * MEGA)], "30 MB, transferring context", None),
        ([moving("transferring context:", "transferring", 30 * MEGA, done=True)], "30 MB", None),
        ([moving("exporting layers", "")], "exporting layers", None),
        (
            [moving("exporting layers", "", done=True), moving(f"writing image sha256:{ONE}", "")],
            "writing image",
            None,
        ),
        ([moving(f"sha256:{ONE}", "downloading", 1 * MEGA, 4 * MEGA)], "1 MB of 4 MB, downloading", 0.25),
        (
            [
                MANIFEST,
                moving(f"sha256:{ONE}", "done", 4 * MEGA, 4 * MEGA, done=True),
                moving(f"sha256:{TWO}", "downloading", 2 * MEGA, 8 * MEGA),
                moving(f"extracting sha256:{ONE}", "extract"),
            ],
            "6 MB of 12 MB, extracting",
            0.5,
        ),
    ],
)
def test_all_transfers_of_a_step_are_summed_up(
    transfers: list[TransferUpdated], words: str, fraction: float | None
) -> None:
    moved = all_moved(step(*transfers))
    assert moved is not None
    assert moved.words == words
    assert moved.fraction == (pytest.approx(fraction, abs=0.001) if fraction is not None else None)


def test_a_step_that_moves_nothing_has_nothing_to_show() -> None:
    assert all_moved(step()) is None
    assert layers(step()) == []


def test_each_layer_is_told_with_what_is_done_to_it_and_the_manifest_is_not() -> None:
    found = layers(
        step(
            MANIFEST,
            moving(f"sha256:{TWO}", "downloading", 2 * MEGA, 8 * MEGA),
            moving(f"sha256:{ONE}", "done", 4 * MEGA, 4 * MEGA, done=True),
            moving(f"extracting sha256:{ONE}", "extract"),
        )
    )
    assert found == [
        (TWO[:12], Moved("downloading", 2 * MEGA, 8 * MEGA)),
        (ONE[:12], Moved("extracting", 4 * MEGA, 4 * MEGA)),
    ]


def test_more_than_was_announced_is_all() -> None:
    assert Moved("", 5, 4).fraction == 1.0
