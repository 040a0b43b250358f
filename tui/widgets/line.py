"""The line of a field: what stood there comes back by ctrl+z, and a key is neither shown nor changed by a slip."""

from __future__ import annotations

from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.events import Focus, Key, MouseDown
from textual.geometry import Size
from textual.reactive import reactive, var
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.widgets.typing_order import act_at_once

_MOST = 50
"""Edits that can be undone."""


class Line(Input):
    """Textual's own lays out the whole screen for each key (8.2.8), since the text has another width then."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "undo", show=False)]

    virtual_size: reactive[Size] = reactive(Size(0, 0))

    def watch_virtual_size(self, size: Size) -> None:
        self._scroll_update(size)

    async def _on_key(self, event: Key) -> None:
        await act_at_once(self, event)

    _just_focused = False  # a click that did it comes right behind

    def on_focus(self, event: Focus) -> None:
        if not event.from_app_focus:
            self._just_focused = True
            self.call_later(self._settle)
            self.begin()

    def _settle(self) -> None:
        self._just_focused = False

    def on_mouse_down(self, event: MouseDown) -> None:
        """Have what is typed behind the first click replace what is there; the next places the cursor."""
        if self._just_focused:
            event.prevent_default()

    def begin(self) -> None:
        """Show a long text from its beginning; where one can type, have that replace it."""
        self.selection = Selection(len(self.value) if self.screen.focused is self else 0, 0)

    # Undoing, which Textual's own (8.2.8) lacks

    _past: tuple[str, ...] = ()
    _run = 0  # 1 while one letter after another is typed, -1 while they are erased: one edit

    def on_mount(self) -> None:
        self.forget()  # that it was made empty

    def watch_value(self, before: str, value: str) -> None:
        step = len(value) - len(before)
        if step not in (1, -1) or step != self._run:
            self._past = (*self._past[1 - _MOST :], before)
        self._run = 1 if len(value) == 1 else step

    def action_undo(self) -> None:
        """Bring back what stood there before the last edit."""
        if not self._past:
            raise SkipAction
        *past, self.value = self._past
        self._past, self._run = tuple(past), 0
        self.cursor_position = len(self.value)

    def forget(self) -> None:
        """Have no way back to what stood there."""
        self._past, self._run = (), 0


class KeyInput(Line):
    """An input whose text is shown to nobody: it is dotted, and no key or action takes it out again.

    Behind dots nobody sees a slip: so a whole key is replaced by a paste or cleared, and not changed by letters.
    """

    STANDS = "The key stays as it is: paste another over it, or clear it with ctrl+u."

    is_whole: var[bool] = var(False)
    """True while what stands here could be a key as it is."""
    _by_hand = False  # it grows by letters: any of them may make it look whole
    _told = False

    async def _on_key(self, event: Key) -> None:
        if event.is_printable and self._stands:
            event.stop()
            event.prevent_default()
            if not self._told:
                self.notify(self.STANDS, severity="warning", markup=False)
            self._told = True
        elif event.is_printable:
            self._by_hand = True

    @property
    def _stands(self) -> bool:
        return self.is_whole and not self._by_hand

    def watch_value(self, before: str, value: str) -> None:
        super().watch_value(before, value)
        self._by_hand = not value or self._by_hand

    def begin(self) -> None:
        self._by_hand = self._told = False
        super().begin()
        self.watch_is_whole()

    def watch_is_whole(self) -> None:
        if self._stands:
            self.selection = Selection.cursor(len(self.value))

    def on_paste(self) -> None:
        """Have what is pasted stand for itself: behind dots nobody would see what is before it."""
        self._by_hand = self._told = False
        self.select_all()

    def action_undo(self) -> None:
        super().action_undo()
        self._by_hand = not self.value

    def delete(self, start: int, end: int) -> None:
        """Nobody would see what is left of a key that stands."""
        if self._stands:
            self.clear()
        else:
            super().delete(start, end)

    def action_copy(self) -> None:
        self.notify("The key is not copied from here.", severity="warning", markup=False)

    def action_cut(self) -> None:
        self.action_copy()

    def action_delete_left_all(self) -> None:
        """All of it goes, wherever the cursor is: nobody would see what is left of a key."""
        self.clear()

    def action_delete_right_all(self) -> None:
        self.clear()
