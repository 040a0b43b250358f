"""Texts of a folder that would steer the terminal: in the wizard, whichever widget shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.wizard import Wizard, wizard
from tui.core.plan import BuildPlan
from tui.core.plan_file import dump_plan

CLIPBOARD = "\x1b]52;c;Y2FuYXJ5\x1b\\"
"""Puts a text into the clipboard of many terminals (xterm, ctlseqs, OSC 52)."""
TURNED = "\u202e"
"""Turns the direction of what follows (Unicode, UAX 9)."""


def drawn(run: Wizard) -> str:
    """All that is on the screen."""
    return "\n".join(strip.text for strip in run.app.screen._compositor.render_strips())


def hostile_plan() -> str:
    evil = f"x{CLIPBOARD}{TURNED}y"
    plan = BuildPlan().change("base", builder=evil, runtime=evil)
    plan = plan.change("account", hosts=(evil,)).change("secret", plugin_channel=evil)
    plan = plan.change("application", files=(evil,), command=evil, port=evil)
    return dump_plan(plan.change("build", image=evil, dockerfile=evil, cache_from=(evil,)))


@pytest.mark.usefixtures("key", "engine")
@pytest.mark.parametrize("step", ["account", "base", "dependencies", "secret", "application", "preview"])
async def test_no_step_hands_a_folders_codes_to_the_terminal(folder: Path, step: str) -> None:
    (folder / "environment.yml").write_text(f"dependencies:\n  - python {CLIPBOARD}{TURNED}\n")
    (folder / "condock.yml").write_text(hostile_plan())
    async with wizard(folder, (120, 40)) as run:
        while run.asked:
            await run.press("escape")
        await run.go(step)
        said = drawn(run)
        assert [line for line in said.splitlines() if not line.isprintable()] == []


@pytest.mark.usefixtures("key", "engine")
async def test_no_difference_does(folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"FROM a\nRUN {CLIPBOARD}{TURNED}\n")
    async with wizard(folder, (120, 40)) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        said = drawn(run)
        assert "Y2FuYXJ5" in said
        assert [line for line in said.splitlines() if not line.isprintable()] == []
