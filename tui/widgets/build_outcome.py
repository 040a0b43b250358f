"""How a build stands, or what came of it: for a failure its cause, what to do, and what that was read from."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui.core.building.failure.diagnosis import Diagnosis
from tui.core.building.summary import Summary
from tui.widgets.static import Static

_LEAST = 16
"""Columns of a bar that stands between the words."""


class BuildOutcome(VerticalScroll, can_focus=False):
    """A few lines, which scroll where they do not fit."""

    DEFAULT_CSS = "BuildOutcome { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Content] = []
        self._held: list[Content] = []
        self._brought: list[Content] = []
        self._shown: list[Content] = []
        self.above = ""
        """A sentence on all that stands there."""

    def compose(self) -> ComposeResult:
        yield Static()

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say this in place of what stood there."""
        self._held, self._brought = [], []
        self._show([Content.styled(text, "$text-error" if bad else "")])

    def say_progress(self, doing: str, far: str, percent: int) -> None:
        """Say how far it is, with one bar between the words, or below them where there is no room."""
        self._held, self._brought = [], []
        width = self.scrollable_content_region.width
        room = width - cell_len(doing) - cell_len(far) - 4
        if room >= _LEAST:
            self._show([Content(f"{doing}  ") + _bar(percent, room) + Content(f"  {far}")])
        else:
            self._show([Content(f"{doing}  {far}"), _bar(percent, width)])

    def add(self, text: str, *, bad: bool = False) -> None:
        """Say this once, below what stands there."""
        said = Content.styled(text, "$text-error" if bad else "")
        self._show(self._lines if said in self._lines else [*self._lines, said])

    def hold(self, text: str, *, bad: bool = False) -> None:
        """Say this right below the first line, above all that is brought, in place of what was held before."""
        self._held = [Content.styled(text, "$text-error" if bad else "")]
        self._show(self._lines)

    def say_above(self, sentence: str) -> None:
        """Say this above what stands there; empty for nothing."""
        self.above = sentence
        self._show(self._lines)

    def bring(self, lines: Iterable[str], *, bad: bool = False) -> None:
        """Say this below the first lines, in place of what was brought before; the first of it may be bad."""
        first, *others = lines
        self._brought = [Content.styled(first, "$text-error" if bad else ""), *map(Content, others)]
        self._show(self._lines)
        self.scroll_home(animate=False)

    def succeeded(self, summary: Summary) -> None:
        headline = Content.styled(f"✓ {summary.headline}", "bold $text-success")
        self._show([headline, *map(Content, summary.details)])

    def failed(self, summary: Summary, diagnosis: Diagnosis | None, *, evidence: bool) -> None:
        """The cause where it is known, what to do, and where it happened; with or without what was read."""
        headline = Content.styled(summary.headline, "bold $text-error")
        if diagnosis is None or diagnosis.cause == "cancelled":
            self._show([headline, *map(Content, summary.details)])
            return
        failed = diagnosis.failed
        with_code = f" (exit code {failed.exit_code})" if failed and failed.exit_code is not None else ""
        happened = f"The build failed at {failed.place}{with_code}." if failed else summary.headline
        where = f" Line {diagnosis.line} of the environment file." if diagnosis.line else ""
        lines = [Content.styled(f"✗ {diagnosis.sentence}{where}", "bold $text-error"), Content(diagnosis.advice)]
        lines.append(Content.styled(happened, "$text-muted"))
        read = diagnosis.evidence if evidence else ()
        lines += [Content.styled(f"│ {line}", "$text-muted") for line in read]
        self._show(lines)

    def _show(self, lines: list[Content]) -> None:
        self._lines = lines
        above = [Content.styled(self.above, "bold $text-warning")] if self.above else []
        shown = [*above, *lines[:1], *self._held, *self._brought, *lines[1:]]
        taller = self._height(shown) != self._height(self._shown)
        self._shown = shown
        self.query_one(Static).update(Content("\n").join(shown), layout=taller)  # the whole screen's takes long

    def _height(self, lines: Iterable[Content]) -> int:
        """Rows that they take where they wrap."""
        width = max(1, self.scrollable_content_region.width)
        return sum(len(line.wrap(width)) for line in lines)


def _bar(percent: int, width: int) -> Content:
    done = width * percent // 100
    return Content.styled("━" * done, "$text-primary") + Content.styled("━" * (width - done), "$border-blurred")
