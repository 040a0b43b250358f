"""What came of a build, in words that every front end shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.core.image.events import BuildFailed, BuildSucceeded
from tui.core.image.progress import BuildProgress, Status

# The instruction is in the headline already.
_PROCESS = re.compile(r'^process ".*" did not complete successfully: ', re.DOTALL)


@dataclass(frozen=True)
class Summary:
    """The outcome of a build."""

    good: bool
    headline: str
    details: tuple[str, ...] = ()


def summarise(progress: BuildProgress, image: str, size: int | None = None) -> Summary:
    """The outcome of a build that has ended; `size` is the image's, in bytes, where it is known."""
    match progress.outcome:
        case BuildSucceeded(seconds=seconds):
            with_size = f", {human_size(size)}" if size else ""
            return Summary(True, f"Built {image} in {seconds:.1f} s{with_size}.")
        case BuildFailed(message=message):
            step = progress.failed
            if step is None:
                return Summary(False, "The build failed.", (message,))
            where = f"{step.name.stage} {step.name.index}/{step.name.total}: " if step.name.index else ""
            reason = _PROCESS.sub("The command ended with ", step.error or message)
            return Summary(False, f"The build failed at {where}{step.name.title}", (reason,))
        case _:
            return Summary(False, "The build was stopped. Everything it started has ended.")


def progress_line(progress: BuildProgress, image: str, now: float) -> str:
    """How far a running build is; `now` is seconds since the epoch, by the builder's clock."""
    steps = [step for step in progress.ordered if not step.name.internal]
    ended = sum(step.status in (Status.DONE, Status.CACHED) for step in steps)
    seconds = max(0.0, now - progress.started) if progress.started is not None else 0.0
    of = f": {ended} of {len(steps)} steps" if steps else ""
    return f"Building {image}{of}, {seconds:.0f} s."


def human_size(size: int) -> str:
    """Bytes in the decimal units that docker uses: `212 MB`."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"
