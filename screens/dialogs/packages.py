"""The outcome of solving: packages and sizes, what changed, or why there is no solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import TabbedContent, TabPane

from tui.core.dataclass import dataclass
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import Package, Solution, SolveFailure
from tui.core.solving.solve_words import changes_lines, changes_words, solution_words
from tui.core.units import human_size
from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog, coloured_diff
from tui.widgets.static import Static

_BIGGEST = 5


class PackagesDialog(Dialog[bool]):
    """The answers, a tab a platform; true where lock files are to be written."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "Close"),
        Binding("f3", "answer(False)", "Close", show=False),
    ]

    @dataclass
    class Weighed(Message):
        """A package's bytes once it is installed."""

        url: str
        size: int

    def __init__(
        self,
        answers: Mapping[str, Solution | SolveFailure],
        before: Mapping[str, Solution],
        session: ChannelSession,
        *,
        lockable: bool,
    ) -> None:
        super().__init__()
        self._answers = answers
        self._before = before
        self._session = session
        self._lockable = lockable
        self._sizes: dict[str, int] = {}
        self._weighing = True

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            with TabbedContent():
                for platform in self._answers:
                    with TabPane(Content(platform), id=f"on-{platform}"), VerticalScroll():
                        yield Static(id=f"answer-{platform}")
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", compact=True)
                if self._lockable:
                    yield Button("Write lock files", id="lock", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._redraw()
        self.query_one(VerticalScroll).focus()
        self._weigh()

    @work(exclusive=True, description="Reading the packages' sizes")
    async def _weigh(self) -> None:
        packages = {package.url: package for solution in self._solutions() for package in solution.packages}

        def told(url: str, size: int) -> None:
            self.post_message(self.Weighed(url, size))

        await self._session.installed_sizes(packages.values(), told)
        self._weighing = False
        told("", 0)

    @on(Weighed)
    def _weighed(self, event: Weighed) -> None:
        self._sizes[event.url] = event.size
        self._redraw()

    def _solutions(self) -> Iterator[Solution]:
        yield from (answer for answer in self._answers.values() if isinstance(answer, Solution))

    def _redraw(self) -> None:
        for platform, answer in self._answers.items():
            lines = self._solved(answer) if isinstance(answer, Solution) else _failed(answer)
            self.query_one(f"#answer-{platform}", Static).update(Content("\n").join(lines))

    def _solved(self, solution: Solution) -> Iterator[Content]:
        yield Content.styled("✓ ", "$text-success") + Content(f"It solves: {solution_words(solution)}.")
        if installed := self._installed(solution):
            yield Content(installed)
        if solution.relaxed:
            yield Content.styled(
                "A package comes from a later channel, as in conda's flexible priority.", "$text-muted"
            )
        before = self._before.get(solution.platform)
        changes = solution.changes(before)
        if before is not None:
            yield Content("")
            yield _head(f"Since the last time: {changes_words(changes) or 'nothing changed'}")
            yield coloured_diff("\n".join(changes_lines(changes)))
        yield Content("")
        yield _head("The biggest")
        yield from map(self._row, solution.biggest(_BIGGEST))
        yield Content("")
        yield _head("All packages")
        yield from map(self._row, sorted(solution.packages, key=lambda package: package.name))

    def _installed(self, solution: Solution) -> str:
        known = [self._sizes[package.url] for package in solution.packages if package.url in self._sizes]
        if not known:
            return "Reading how much it takes when installed …" if self._weighing else ""
        missing = len(solution.packages) - len(known)
        rest = f" ({missing} packages more, of unknown size)" if missing else ""
        return f"Installed: {human_size(sum(known))}{rest}."

    def _row(self, package: Package) -> Content:
        download = human_size(package.size) if package.size is not None else ""
        installed = human_size(self._sizes[package.url]) if package.url in self._sizes else ""
        version = f"{package.version} {package.build}"
        return Content(f"{package.name:<26.26} {version:<22.22} {download:>7}{installed:>9}".rstrip())

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "lock")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def close(self) -> None:
        self.dismiss(False)


def _head(text: str) -> Content:
    return Content.styled(text, "bold")


def _failed(failure: SolveFailure) -> Iterator[Content]:
    yield Content.styled("✗ ", "$text-error") + Content(failure.message)
    yield Content(failure.hint)
    if failure.lines:
        yield Content("")
        yield _head("The solver says")
        yield from map(Content, failure.lines)
