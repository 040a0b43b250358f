"""The row of steps, as wide as there is room."""

from __future__ import annotations

import pytest

from tests.stages.one_widget import showing
from tui.core.steps import STEPS as TITLES
from tui.widgets.stepper import ShownStep, Stepper, StepState

STEPS = (
    ShownStep("start", "Start", StepState.DONE),
    ShownStep("account", "Account", StepState.PROBLEM),
    ShownStep("secret", "Secret", StepState.SKIPPED),
    ShownStep("build", "Build", StepState.CURRENT),
    ShownStep("after", "After", StepState.AHEAD),
)


def stepper() -> Stepper:
    made = Stepper()
    made.steps = STEPS
    return made


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "✓✗-▶· 4/5 Build"),
        (78, "✓Start ✗Account -Secret ▶Build ·After"),
        (110, "✓ 1 Start ✗ 2 Account - 3 Secret ▶ 4 Build · 5 After"),
    ],
)
async def test_the_row_of_steps_shows_each_as_far_as_its_width_takes_it(width: int, shown: str) -> None:
    async with showing(stepper, width) as (app, _):
        assert str(app.query_one(Stepper).render()) == shown


@pytest.mark.parametrize(
    ("width", "column", "key"),
    [(80, 0, "start"), (80, 8, "account"), (80, 17, None), (80, 25, "build"), (80, 60, None), (60, 1, "account")],
)
async def test_a_click_in_the_row_asks_for_that_step(width: int, column: int, key: str | None) -> None:
    async with showing(stepper, width) as (app, pilot):
        await pilot.click(Stepper, offset=(column, 0))
        assert [e.key for e in app.said if isinstance(e, Stepper.Selected)] == ([key] if key else [])


def test_all_steps_take_no_more_than_78_columns() -> None:
    assert sum(len(step.title) + 2 for step in TITLES) - 1 == 78
