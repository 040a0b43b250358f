"""Every text can be read and every edge seen, in both themes and 256 colours; with sixteen, roles stay apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from tests.looks.contrast import Pair, pairs
from tests.stages.wizard import STEP_KEYS, wizard
from tui.themes import DARK, DARK_OF_16, LIGHT, LIGHT_OF_16, themes

_TEXTS = (
    "foreground",
    *(f"text-{hue}" for hue in ("primary", "secondary", "accent", "warning", "error", "success")),
)
_BACKS = ("background", "surface", "panel", "block-cursor-background", "block-cursor-blurred-background")
_ROLES = ("primary", "accent", "warning", "error", "success", "foreground")


def colour(theme: Theme, name: str) -> tuple[int, int, int]:
    value = theme.to_color_system().generate() | theme.variables
    red, green, blue = Color.parse(value[name]).get_truecolor()
    return red, green, blue


def pair(theme: Theme, front: str, back: str) -> Pair:
    return Pair(f"{front} on {back}", colour(theme, front), colour(theme, back))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_texts_are_read_on_every_background_and_edges_are_seen(theme: Theme) -> None:
    texts = [pair(theme, front, back) for front in (*_TEXTS, "text-muted") for back in _BACKS]
    texts += [pair(theme, "button-color-foreground", back) for back in ("primary", "error")]
    texts += [pair(theme, "foreground", "primary-muted"), pair(theme, "text-error", "error-muted")]
    assert [one for one in texts if one.contrast < 4.5] == []
    edges = [pair(theme, edge, "background") for edge in ("border", "border-blurred", "error")]
    edges += [pair(theme, "scrollbar", "scrollbar-background"), pair(theme, "border", "panel")]
    assert [one for one in edges if one.contrast < 3.0] == []


def test_a_pair_that_cannot_be_told_apart_would_be_found() -> None:
    assert not Pair("text", (118, 118, 118), (18, 18, 18)).enough
    assert Pair("│", (118, 118, 118), (18, 18, 18)).enough
    assert not Pair("│", (58, 58, 58), (18, 18, 18)).enough


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_all_that_is_drawn_can_be_read(folder: Path, theme: Theme) -> None:
    lost = {}
    async with wizard(folder, painted=True) as run:
        run.app.theme = theme.name
        for step in STEP_KEYS:
            await run.go(step)
            disabled = {str(button.render()).strip() for button in run.screen.query("Button:disabled")}
            for system in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT):
                for one in pairs(run.screen, system):
                    if not one.enough and one.text not in disabled:
                        lost[step, system.name, one.text] = (round(one.contrast, 1), one.front, one.back)
    assert lost == {}


@pytest.mark.parametrize("theme", [DARK_OF_16, LIGHT_OF_16], ids=lambda theme: theme.name)
def test_with_sixteen_colours_each_role_has_one_of_its_own(theme: Theme) -> None:
    numbers = {
        role: Color.parse(theme.to_color_system().generate()[role]).downgrade(ColorSystem.STANDARD)
        for role in _ROLES
    }
    assert [pair for pair in combinations(numbers, 2) if numbers[pair[0]] == numbers[pair[1]]] == []
    assert pair(theme, "foreground", "block-cursor-background").contrast >= 4.5
    assert pair(theme, "border-blurred", "background").contrast >= 3.0
    assert theme.name in {one.name for one in themes("standard")}


@pytest.mark.parametrize("theme", [DARK_OF_16, LIGHT_OF_16], ids=lambda theme: theme.name)
def test_with_sixteen_colours_texts_are_read(theme: Theme) -> None:
    """As a VGA has them; its green is read on black alone, and has a mark beside it everywhere."""
    fronts = [name for name in (*_TEXTS, "text-muted") if theme.dark or name != "text-success"]
    texts = [pair(theme, front, back) for front in fronts for back in _BACKS]
    texts += [pair(theme, "foreground", "primary-muted"), pair(theme, "text-error", "error-muted")]
    assert [one for one in texts if one.contrast < 4.0] == []
