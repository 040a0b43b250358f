"""How a build stands, or what came of it: for a failure its cause, what that was read from, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.core.building.failure.diagnosis import Diagnosis
from tui.core.building.summary import Summary

_BAR = 24


class BuildOutcome(VerticalScroll, can_focus=False):
    """A few lines, which scroll where they do not fit."""

    DEFAULT_CSS = "BuildOutcome { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Content] = []

    def compose(self) -> ComposeResult:
        yield Static()

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say this in place of what stood there."""
        self._show([Content.styled(text, "$text-error" if bad else "")])

    def say_progress(self, text: str, percent: int) -> None:
        """Say how far it is, behind a bar."""
        done = _BAR * percent // 100
        bar = Content.styled("━" * done, "$text-primary") + Content.styled("━" * (_BAR - done), "$border-blurred")
        self._show([bar + Content(f"  {text}")])

    def add(self, text: str, *, bad: bool = False) -> None:
        """Say this below what stands there."""
        self._show([*self._lines, Content.styled(text, "$text-error" if bad else "")])

    def bring(self, lines: Iterable[str], *, bad: bool = False) -> None:
        """Say this below what stands there, and have its beginning in view; what is bad is the first line."""
        top = self.query_one(Static).size.height
        first, *others = lines
        self.add(first, bad=bad)
        self._show([*self._lines, *map(Content, others)])
        self.call_after_refresh(self.scroll_to, y=top, animate=False)

    def succeeded(self, summary: Summary, more: Iterable[str]) -> None:
        headline = Content.styled(f"✓ {summary.headline}", "bold $text-success")
        self._show([headline, *map(Content, (*summary.details, *more))])

    def failed(self, summary: Summary, diagnosis: Diagnosis | None, *, mendable: bool) -> None:
        """The cause where it is known; `mendable` is whether there is a step to go to."""
        headline = Content.styled(summary.headline, "bold $text-error")
        if diagnosis is None or diagnosis.cause == "cancelled":
            self._show([headline, *map(Content, summary.details)])
            return
        code = diagnosis.failed.exit_code if diagnosis.failed else None
        with_code = f" (exit code {code})" if code is not None else ""
        where = f" Line {diagnosis.line} of the environment file." if diagnosis.line else ""
        lines = [Content.styled(f"✗ {diagnosis.sentence}{where}", "bold $text-error"), Content(diagnosis.advice)]
        lines.append(Content.styled(f"{summary.headline}{with_code}", "$text-muted"))
        if mendable:
            key = Content.styled("f2 ", "bold $primary")
            lines.append(key + Content("goes there; from there Next builds again."))
        lines += [Content.styled(f"│ {line}", "$text-muted") for line in diagnosis.evidence]
        self._show(lines)

    def _show(self, lines: list[Content]) -> None:
        self._lines = lines
        self.query_one(Static).update(Content("\n").join(lines))
