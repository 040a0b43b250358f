"""Collects the lines that tell why a build or a container failed, without those that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tui.core.building.events import BuildCancelled, BuildFailed, clip_limit
from tui.core.building.log.log import BuildLog
from tui.core.building.log.quotation import command_in
from tui.core.building.progress import BuildProgress
from tui.core.dataclass import dataclass

MAX_EVIDENCE = 8
"""Lines that are shown of it at the most."""

# The last of what was said: more than conda's longest explanations have, and little enough to be searched at once.
_LINES = 1_000
_COLUMNS = 400

_EXIT_CODE = r"exit code: (\d+)$"
_NOISE = r"""(?x)\s*(?:
        [\s\W\d_]*                                      # nothing, rules, bars, spinners
        | [-/|\\\s]*(?:\.\.\.working\.\.\.\s*)?(?:done|failed)
        | .*(?:━{3}|█{3}|\|\s*\#{2,}|\[=+[>\ ]).*       # progress bars
        | [\d.]+\ ?%.* | \d+K[ .]+\d+%.*
        | .*\beta\ (?:\d|-:).*
        | .*\d\ ?[kMG]i?B/s.*
        | \[notice\].* | WARNING:\ Running\ pip\ as\ .* | WARNING:\ You\ are\ using\ pip\ version.*
        | DEPRECATION:\ .* | debconf:\ .*
        | (?:Collecting|Downloading|Using\ cached|Requirement\ already\ satisfied|Installing\ collected)\b.*
        | (?:Get|Hit|Ign):\d+\ .* | \(Reading\ database\ .* | Selecting\ previously\ .* | Setting\ up\ .*
        | (?:Preparing|Verifying|Executing)\ transaction:.*done
    )\s*"""


@dataclass(frozen=True)
class Transcript:
    """The printable lines about a failure, by the place they come from, the least telling place first."""

    lines: Mapping[str, Sequence[str]]
    exit_code: int | None = None
    """Of the command that failed; None where it was none, or is not known."""
    cancelled: bool = False

    def text(self, place: str) -> str:
        """All lines of one place."""
        return "\n".join(self.lines.get(place, ()))

    @property
    def clipped(self) -> bool:
        """True if the builder kept back a part."""
        return any(clip_limit(line) for lines in self.lines.values() for line in lines)

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines that are not noise, of the most telling place that has any."""
        for lines in reversed(tuple(self.lines.values())):
            if telling := [line for line in lines if not is_noise(line)]:
                return readable(telling[-MAX_EVIDENCE:])
        return ()


def of_build(progress: BuildProgress, log: BuildLog) -> Transcript:
    """The builder's lines (`builder`) and those that the failed step has printed (`output`)."""
    if isinstance(progress.outcome, BuildCancelled):
        return Transcript({}, cancelled=True)
    step = progress.failed
    code = re.search(_EXIT_CODE, step.error) if step else None
    numbers = log.numbers(step.id)[-_LINES:] if step else ()
    said = {"builder": _builder_lines(progress, log), "output": [log.text(number) for number in numbers]}
    return Transcript({place: _short(lines) for place, lines in said.items()}, int(code[1]) if code else None)


def of_start(exit_code: int, lines: Sequence[str]) -> Transcript:
    """A container's lines (`start`)."""
    return Transcript({"start": _short(lines[-_LINES:])}, exit_code)


def is_noise(line: str) -> bool:
    """True if a line is blank, a progress bar, or a notice that tools print in passing."""
    return re.fullmatch(_NOISE, line) is not None


def readable(lines: Iterable[str]) -> tuple[str, ...]:
    """The first lines that are not blank, each once."""
    return tuple(dict.fromkeys(line for line in lines if line.strip()))[:MAX_EVIDENCE]


def _short(lines: Iterable[str]) -> list[str]:
    return [line[:_COLUMNS] for line in lines]


def _builder_lines(progress: BuildProgress, log: BuildLog) -> list[str]:
    """The failed step's error and the errors at the end, without quotations."""
    step, outcome = progress.failed, progress.outcome
    said = [_without_quotation(step.error)] if step else []
    if step and not step.name.index:  # not an instruction, which may have anything in it
        said.insert(0, step.name.text)
    notices = [log.text(number) for number in log.numbers("")[-_LINES:]]
    said += [_without_quotation(text) for text in notices if not text.startswith("WARNING")]
    message = _without_quotation(outcome.message) if isinstance(outcome, BuildFailed) else ""
    if not any(message in text for text in said):
        said.append(message)
    return [line for text in said for line in text.split("\n")]


def _without_quotation(error: str) -> str:
    """An error without the command that failed, which it quotes in full and which may have anything in it."""
    _, end = command_in(error)
    return error[end + 2 :] if end else error
