"""Why a build failed, read from what was said, and where that is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tui.core.building.events import BuildCancelled, BuildFailed
from tui.core.building.failure.causes import Cause, causes
from tui.core.building.failure.conditions import CONDITIONS, Scene, place, words
from tui.core.building.failure.evidence import Transcript, of_build, of_start, readable
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.summary import failed_at
from tui.core.dataclass import dataclass, replace
from tui.core.environment.dependencies import Dependency
from tui.core.environment.findings import Missed
from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.untrusted_text import shown

UNKNOWN = "unknown"
"""The cause of a failure that no row of the table fits."""
_LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class FailedStep:
    """The step a build failed at."""

    id: str
    title: str
    """On one line, such as `builder 4/4: RUN conda env create …`."""
    instruction: str
    """As it is written."""
    exit_code: int | None = None
    """Of its command; None where it was none that failed, or is not known."""

    @property
    def place(self) -> str:
        """Its place alone, such as `builder 4/4`; the title where it has none."""
        return self.title.partition(": ")[0]


@dataclass(frozen=True)
class Diagnosis:
    """A failure's cause, what it was read from, and what to do; all of it is printable, none of it markup."""

    cause: str
    """A key of the table, or UNKNOWN."""
    sentence: str
    advice: str
    evidence: tuple[str, ...] = ()
    failed: FailedStep | None = None
    step: str = "build"
    """The wizard's step where it is mended."""
    field: str = ""
    """The plan's name of what is at fault there."""
    line: int | None = None
    """In the environment file, counted from 1; as is the column."""
    column: int | None = None
    passes: bool = False
    """True if it may be gone the next time: the step is not at fault."""
    module: str = ""
    """The import that a program which was started did without, as far as a package is known by it."""

    @property
    def problem(self) -> Problem:
        """For the step where it is mended."""
        if self.module:
            return Missed(self.sentence, self.advice, self.field, module=self.module)
        return Problem(self.sentence, self.advice, self.field, self.line, self.column)


def diagnose(progress: BuildProgress, log: BuildLog, project: Project, now: float) -> Diagnosis | None:
    """Why the build of this project ended; None for one that succeeded, or has not ended.

    `now` is in seconds since the epoch. Any text at all may stand in the log. A key in the plan's .env file is
    read, to see whether it has expired.
    """
    if not isinstance(progress.outcome, BuildFailed | BuildCancelled):
        return None
    transcript, step = of_build(progress, log), progress.failed
    diagnosis = _first_fit(transcript, Scene(project, now, step.name.text if step else ""))
    if step is None or transcript.cancelled:
        return diagnosis
    return replace(diagnosis, failed=FailedStep(step.id, failed_at(step), step.name.text, transcript.exit_code))


def diagnose_start(exit_code: int, said: Sequence[str], project: Project, now: float) -> Diagnosis:
    """Why a container of the built image did not start, or ended at once; `said` are its printable lines."""
    return _first_fit(of_start(exit_code, said), Scene(project, now))


def lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The diagnosis as plain lines: the cause, what it was read from, where that was, what to do."""
    failed = diagnosis.failed
    exit_code = f" (exit code {failed.exit_code})" if failed and failed.exit_code is not None else ""
    where = f" Line {diagnosis.line}." if diagnosis.line else ""
    return (
        f"{diagnosis.sentence}{where}",
        *(f"  | {line}" for line in diagnosis.evidence),
        *([f"The build failed at {failed.place}{exit_code}."] if failed else []),
        diagnosis.advice,
    )


def _first_fit(transcript: Transcript, scene: Scene) -> Diagnosis:
    """The diagnosis of the first row of the table that fits."""
    texts = {source: transcript.text(source) for source in transcript.lines}
    for cause in causes():
        for source, pattern in cause.patterns:
            match = pattern.search(texts.get(source, ""))
            if match and (found := _found(cause, scene, match)):
                return _diagnosis(cause, found, _evidence(match))
        if _goes_by_code(cause, transcript) or (transcript.cancelled and cause.outcome == "cancelled"):
            return _diagnosis(cause, scene, transcript.last_words)
    return _unknown(transcript)


def _found(cause: Cause, scene: Scene, match: re.Match[str]) -> Scene | None:
    """The scene with what was found, where the row's condition is given."""
    scene = replace(scene, found={name: text for name, text in match.groupdict().items() if text is not None})
    return scene if not cause.condition or CONDITIONS[cause.condition](scene) else None


def _goes_by_code(cause: Cause, transcript: Transcript) -> bool:
    """True if the row goes by this exit code; for a container, where it knows what containers say."""
    of_container = any(source == "start" for source, _ in cause.patterns)
    return (
        transcript.exit_code is not None
        and transcript.exit_code == cause.exit_code
        and (of_container or "start" not in transcript.lines)
    )


def _unknown(transcript: Transcript) -> Diagnosis:
    advice = "Read its last lines: what went wrong is most often said there."
    if transcript.clipped:
        advice += " The builder kept back a part of what was printed."
    return Diagnosis(UNKNOWN, "condock does not know this failure.", advice, transcript.last_words)


def _diagnosis(cause: Cause, scene: Scene, evidence: tuple[str, ...]) -> Diagnosis:
    named = words(scene)
    step, field = place(cause.step, cause.field, scene)
    dependencies = list(_dependencies(scene, evidence)) if field == "environment" else []
    named["asked"] = _either(dependencies)
    sentence, advice = cause.sentence.format_map(named), cause.advice.format_map(named)
    line, column = (dependencies[0].line, dependencies[0].column) if dependencies else (None, None)
    module = scene.found.get("module", "") if field == "environment" else ""
    return Diagnosis(cause.key, sentence, advice, evidence, None, step, field, line, column, cause.passes, module)


def _either(dependencies: Sequence[Dependency]) -> str:
    """Their names behind a colon: `: a, b or c`."""
    *others, last = list(dict.fromkeys(shown(one.name, _LONGEST_NAME) for one in dependencies)) or [""]
    return "".join((": " if last else "", ", ".join(others), " or " if others else "", last))


def _dependencies(scene: Scene, evidence: Iterable[str]) -> Iterator[Dependency]:
    """The dependencies of the environment file that were named; none where the build goes by a lock."""
    if scene.project.plan.environment.locks or "channel" in scene.found:
        return
    text = (scene.found.get("packages") or "\n".join(evidence)).lower().replace("_", "-")
    document = scene.project.read_document()
    for dependency in (*document.dependencies, *document.pip):
        name = re.escape(dependency.name.replace("_", "-"))
        if name and re.search(rf"(?<![\w.-]){name}(?![\w.])(?!-[a-z])", text):
            yield dependency


def _evidence(match: re.Match[str]) -> tuple[str, ...]:
    """The lines that the groups were found in, or all of the match where it has none."""
    text = match.string
    spans = [match.span(number) for number, group in enumerate(match.groups(), 1) if group] or [match.span()]
    found: dict[int, str] = {}
    for start, end in spans:
        at = text.rfind("\n", 0, start) + 1
        for line in text[at : _end_of_line(text, end)].split("\n"):
            found[at] = line
            at += len(line) + 1
    return readable(line for _, line in sorted(found.items()))


def _end_of_line(text: str, end: int) -> int:
    at = text.find("\n", max(0, end - 1))
    return len(text) if at < 0 else at
