"""The keys that do something here, below every step; those of a dialog while it stands over the step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.app import App
from textual.binding import ActiveBinding
from textual.content import Content
from textual.events import Click, Leave, MouseMove
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widget import Widget

_PINNED = ("toggle_help", "app.toggle_help", "quit")
"""Actions that stand at the right, whatever the width."""
_FIRST = ("next", "stop_build", "steps_too")
_LAST = ("back", "command_palette", "look", "toggle_companion")
"""Actions before all others, and after them: the last go first where there is no room."""


STILL = 2.0
"""Seconds after the mouse moved on it in which nothing in the line does: one is about to click."""


class KeyBar(Widget):
    """One line drawn anew only where its keys are others, and not under a mouse that moves."""

    DEFAULT_CSS = "KeyBar { height: 1; text-wrap: nowrap; }"

    labels: reactive[Mapping[str, str]] = reactive[Mapping[str, str]](dict)
    """What some actions are called for now, instead of by their bindings."""

    def __init__(self) -> None:
        super().__init__()
        self._active: tuple[ActiveBinding, ...] = ()
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._held: Timer | None = None

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._updated)
        self.app.screen_change_signal.subscribe(self, self._changed)
        self.call_after_refresh(self.look)

    def _changed(self, screen: Screen[object]) -> None:
        if self.screen.is_current:
            screen.call_after_refresh(self.look)

    def _updated(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.app.screen and not self.mouse_hover:
            self.look()
        elif self.mouse_hover:
            self._hold()

    def _hold(self) -> None:
        """Look once the mouse has been still for a while."""
        if self._held is not None:
            self._held.stop()
        self._held = self.set_timer(STILL, self.look)

    def look(self) -> None:
        """Find what does something now."""
        if self._held is not None:
            self._held.stop()
            self._held = None
        top = self.app.screen if isinstance(self.app.screen, ModalScreen) else self.screen
        bindings = tuple(
            active for active in top.active_bindings.values() if active.binding.show and active.enabled
        )
        shown = tuple((one.binding.key, one.binding.description, one.binding.action) for one in bindings)
        self._active = bindings
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def on_leave(self, event: Leave) -> None:
        self.look()

    def render(self) -> Content:
        line = Content("")
        for start, text, _ in self._placed(self.content_size.width):
            line = line.pad_right(start - line.cell_length) + text
        return line

    def _placed(self, width: int) -> Iterator[tuple[int, Content, ActiveBinding]]:
        """The keys with their columns; those that find no room are left out."""
        items = [(self._text(one), one) for one in sorted(self._active, key=_rank)]
        pinned = [item for item in items if item[1].binding.action in _PINNED]
        right = width - sum(text.cell_length + 1 for text, _ in pinned) + 1
        at = 0
        for text, one in items:
            if one.binding.action not in _PINNED and at + text.cell_length < right:
                yield at, text, one
                at += text.cell_length + 2
        at = right
        for text, one in pinned:
            yield at, text, one
            at += text.cell_length + 1

    def _text(self, active: ActiveBinding) -> Content:
        binding = active.binding
        key = self.app.get_key_display(binding)
        label = self.labels.get(binding.action, binding.description)
        return Content.styled(key, "bold $footer-key-foreground") + Content(f" {label}")

    def _at(self, x: int) -> ActiveBinding | None:
        for start, text, one in self._placed(self.content_size.width):
            if start <= x < start + text.cell_length:
                return one
        return None

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._held is not None:
            self._hold()
        at = event.get_content_offset(self)
        one = self._at(at.x) if at is not None else None
        self.tooltip = (one.tooltip or one.binding.tooltip or None) if one else None

    async def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        one = self._at(at.x) if at is not None else None
        if one is not None:
            app: App[object] = self.app
            await app.run_action(one.binding.action, default_namespace=one.node)


def _rank(active: ActiveBinding) -> int:
    action = active.binding.action
    if action in _PINNED:
        return 100 + _PINNED.index(action)
    if action in _FIRST:
        return _FIRST.index(action)
    return 50 + _LAST.index(action) if action in _LAST else 10
