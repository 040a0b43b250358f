"""The choice between environment.yml and lock files, where there are some."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import RadioSet

from tui.core.dataclass import dataclass
from tui.core.locks.locks import Lock, LockKind
from tui.widgets.toggles import Choice, ChoiceSet

Locks = tuple[str, ...]


def described(locks: Iterable[Lock]) -> Content:
    """A line for each lock file that is built from."""
    return Content("\n").join(map(_line, locks))


def _line(lock: Lock) -> Content:
    platforms = ", ".join(lock.platforms) or "no platform"
    return Content.styled(lock.path, "bold") + Content(f" for {platforms}: installed as it is, without solving.")


class SourceChoice(Widget):
    """One choice for each way the folder can be built; not shown where there is only environment.yml."""

    DEFAULT_CSS = "SourceChoice { height: auto; & RadioSet { layout: horizontal; } }"

    @dataclass
    class Chosen(Message):
        """These lock files are to be used; none for environment.yml."""

        locks: Locks

    choices: reactive[tuple[Locks, ...]] = reactive(((),), recompose=True)

    def __init__(self, found: tuple[Lock, ...], used: Locks) -> None:
        super().__init__()
        self._used = used
        self.set_reactive(SourceChoice.choices, _choices(found, used))
        self.display = len(self.choices) > 1

    def compose(self) -> ComposeResult:
        with ChoiceSet(id="source", compact=True):
            for locks in self.choices:
                label = ", ".join(locks) or "environment.yml"
                yield Choice(Content(label), value=locks == self._used)

    def focus(self, scroll_visible: bool = True) -> SourceChoice:
        self.query_one(RadioSet).focus(scroll_visible)
        return self

    def offer(self, found: tuple[Lock, ...], used: Locks) -> None:
        """Offer the locks that were found, and those in use also where they were not."""
        self._used, self.choices = used, _choices(found, used)
        self.display = len(self.choices) > 1

    def on_radio_set_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        self._used = self.choices[event.index]
        self.post_message(self.Chosen(self._used))


def _choices(found: tuple[Lock, ...], used: Locks) -> tuple[Locks, ...]:
    """No lock, each conda-lock.yml by itself, explicit lists together, one a platform; and those in use."""
    alone = [(lock.path,) for lock in found if lock.kind is LockKind.CONDA_LOCK]
    explicit = tuple(lock.path for lock in found if lock.kind is not LockKind.CONDA_LOCK)
    return tuple(dict.fromkeys(((), *alone, explicit, used)))
