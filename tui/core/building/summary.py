"""The outcome of a build in words that every front end shows."""

from __future__ import annotations

import re

from tui.core.building.events import BuildFailed, BuildSucceeded
from tui.core.building.key.key_use import key_untested, unused_key_words
from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.building.transfers import all_moved
from tui.core.dataclass import dataclass
from tui.core.units import human_size, short_time

RECORDED = "This is a recording of a real build: nothing was built here."
_HOW_TO_TEST = "`condock build --check-key` runs them again, with this key."
# The instruction is in the headline already.
_PROCESS = r'(?s)^process ".*" did not complete successfully: '


@dataclass(frozen=True)
class Summary:
    """The outcome of a build."""

    good: bool
    headline: str
    details: tuple[str, ...] = ()


def summarise(
    progress: BuildProgress, image: str, size: int | None = None, key_changed: bool | None = None
) -> Summary:
    """The outcome of a build that has ended; `size` is the image's, in bytes, where it is known.

    `key_changed` is that of `key_record`; None where it is not known.
    """
    match progress.outcome:
        case BuildSucceeded(seconds=seconds):
            with_size = f", {human_size(size)}" if size else ""
            headline = f"Built {image} in {_time(seconds, 1)}{with_size}."
            return Summary(True, headline, unused_key_words(progress, key_changed))
        case BuildFailed(message=message):
            step = progress.failed
            if step is None:
                return Summary(False, "The build failed.", (message,))
            reason = re.sub(_PROCESS, "The command ended with ", step.error or message)
            return Summary(False, f"The build failed at {failed_at(step)}", (reason,))
        case _:
            return Summary(False, "The build was stopped. Everything it started has ended.")


def summarise_recorded(progress: BuildProgress, outcome: BuildSucceeded) -> Summary:
    """The outcome of a build elsewhere that went well: its image is not here, and is not named."""
    took = f"The build that was recorded took {_time(outcome.seconds, 1)}."
    return Summary(True, RECORDED, (took, *unused_key_words(progress, None)))


def outcome_lines(
    progress: BuildProgress, image: str, size: int | None, key_changed: bool | None
) -> tuple[str, ...]:
    """The outcome of a build that went well or was stopped, for a plain terminal; see `summarise`."""
    summary = summarise(progress, image, size, key_changed)
    how_to_test = [_HOW_TO_TEST] if key_untested(progress, key_changed) else []
    return (summary.headline, *summary.details, *how_to_test)


def failed_at(step: BuildStep) -> str:
    """A step by its place and what it does, on one line: `builder 2/4: RUN make`."""
    where = f"{step.name.stage} {step.name.index}/{step.name.total}".strip()
    return f"{where}: {step.name.title}" if step.name.index else step.name.title


def progress_line(progress: BuildProgress, image: str, now: float) -> str:
    """How far a running build is; `now` is seconds since the epoch, by the builder's clock."""
    ended, steps, seconds = _how_far(progress, now)
    of = f": {ended} of {steps} steps" if steps else ""
    return f"Building {image}{of}, {_time(seconds, 0)}."


def how_far(progress: BuildProgress, now: float) -> str:
    """The steps that have ended, of all, and the time so far: `5/9 · 48 s`; `now` as for `progress_line`."""
    ended, steps, seconds = _how_far(progress, now)
    return f"{ended}/{steps} · {_time(seconds, 0)}" if steps else _time(seconds, 0)


def short_progress(progress: BuildProgress, now: float) -> str:
    """The same in a few characters: `building 5/9 48 s`."""
    ended, steps, seconds = _how_far(progress, now)
    of = f" {ended}/{steps}" if steps else ""
    return f"building{of} {_time(seconds, 0)}"


def percent(progress: BuildProgress) -> int:
    """The part of the steps that has ended, of a hundred, with what those that run have moved of their whole."""
    ended, steps, _ = _how_far(progress, 0.0)
    moved = [all_moved(step) for step in progress.steps.values() if step.status is Status.RUNNING]
    parts = sum(one.fraction or 0.0 for one in moved if one)
    return min(100, int(100 * (ended + parts) / steps)) if steps else 0


def _how_far(progress: BuildProgress, now: float) -> tuple[int, int, float]:
    """Steps that have ended, all of them, and the seconds so far."""
    steps = [step for step in progress.ordered if not step.name.internal]
    ended = sum(step.status in (Status.DONE, Status.CACHED) for step in steps)
    return ended, len(steps), max(0.0, now - progress.started) if progress.started is not None else 0.0


def _time(seconds: float, digits: int) -> str:
    """`6.4 s` with one digit; longer ones as everywhere else."""
    return f"{seconds:.{digits}f} s" if seconds < 99 else short_time(seconds)
