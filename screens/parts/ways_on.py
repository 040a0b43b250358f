"""The ways on from a build that has ended."""

from __future__ import annotations

from collections.abc import Iterator

from tui.core.building.attempt import Result
from tui.core.building.failure.diagnosis import Diagnosis
from tui.core.building.key.key_use import key_unused
from tui.core.dockerfile.command import run_command
from tui.core.proof.receipt import Receipt
from tui.core.steps import step_of
from tui.widgets.choices import Way


def ways_on(result: Result, mendable: Diagnosis | None, receipt: Receipt | None) -> Iterator[Way]:
    """The one that most people want comes first; `mendable` is why it failed, where another step mends that."""
    engine = result.project.engine
    played = result.recorded and engine is not None and not engine.usable
    again = Way("play", "Play it again") if played else Way("next", "Build again")
    if passes := mendable is not None and mendable.passes:
        yield again
    if mendable:
        at = "Or go to:" if passes else "Mend it:"
        yield Way("mend", f"{at} {step_of(mendable.step).title}", "then Next, up to Build again")
    built = result.succeeded and not result.recorded
    if built:
        yield Way("try_image", "Try it now", "for a moment, without network")
        yield Way("copy_run", "Copy the run command", run_command(result.project.plan))
    if key_unused(result.progress):
        yield Way("check_key", "Check the key", "runs what is shown the key again")
    if not passes:
        yield again
    if receipt:
        yield Way("receipt", "Show the receipt", "where the key was looked for")
