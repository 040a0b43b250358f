"""An app as condock's are apart from what they show: themes, palette, help, and an end by an error of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual import events
from textual.app import App, ScreenStackError, SystemCommand
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.reactive import Reactive
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import OptionList

from tui.core.dataclass import replace
from tui.core.preferences import keep_preferences, read_preferences
from tui.idle_collector import IdleCollector
from tui.terminal import is_light, take_alt_and_digits
from tui.themes import DARK, LIGHT, themes
from tui.widgets.colourless import ColourlessFilter
from tui.widgets.control_filter import ControlFilter
from tui.widgets.dialogs import Dialog
from tui.widgets.help import HelpDialog
from tui.widgets.problem_strip import ProblemStrip

_UNSEEN, _COLOURLESS = ControlFilter(), ColourlessFilter()
_PAGES = ("page_up", "page_down")
_CRASHED = "condock ended by an error of its own. Nothing unsaved was written; please report the lines above."


class BaseApp(App[str]):
    """Knows nothing of steps or projects."""

    theme: Reactive[str] = Reactive(DARK.name)  # before the sheets are read, which are parsed for each theme

    def __init__(self) -> None:
        self._themes = _with(DARK, LIGHT)
        super().__init__()
        self.collector = IdleCollector()
        self.preferences = read_preferences(os.environ)
        self._begin_with(self.preferences.theme)

    @property
    def available_themes(self) -> dict[str, Theme]:
        return self._themes  # asked for with every line that is drawn

    def follow_terminal(self) -> None:
        """Take as many colours as the terminal has, and begin as dark or light as it is; before the app runs."""
        take_alt_and_digits()
        self._themes = _with(*themes(self.console.color_system))
        if not self.preferences.theme and is_light(os.environ):
            self._begin_with(LIGHT.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def _begin_with(self, name: str) -> None:
        if name in self.available_themes and name != self.theme:
            self.theme = name

    def prefer(self, **values: object) -> None:
        """Have it so from now on, also at the next start."""
        self.preferences = replace(self.preferences, **values)  # type: ignore[arg-type]
        keep_preferences(os.environ, self.preferences)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters that every line goes through before it is drawn."""
        if self.no_color:
            return (_COLOURLESS, _UNSEEN)
        return (*super().get_line_filters(), _UNSEEN)

    def action_command_palette(self) -> None:
        """List the commands; where something else is asked, that is answered first."""
        if not isinstance(self.screen, Dialog):
            self._offer([*self.get_system_commands(self.screen)])

    def own_commands(self) -> Iterator[SystemCommand]:
        """The actions that there are on every step."""
        yield SystemCommand("Theme: dark, light, others", "Change the colours", self.search_themes)
        yield SystemCommand("Help", "The text of this step, and its keys", self.action_toggle_help)
        yield SystemCommand("Screenshot", "Save a picture of the screen as SVG", self.deliver_screenshot)
        off = "Do not tell" if self.preferences.outside else "Tell"
        about = "How far a build is in the terminal's tab, and a notification at its end"
        yield SystemCommand(f"{off} the terminal of builds", about, self._toggle_outside)
        yield SystemCommand("Quit", "Leave condock", self.action_quit)

    def _toggle_outside(self) -> None:
        self.prefer(outside=not self.preferences.outside)

    def search_themes(self) -> None:
        """List the themes; the one that is chosen is used from then on."""
        names = (SystemCommand(name, "", partial(self._take_theme, name)) for name in self.available_themes)
        self._offer([*names], "Search for themes …")

    def _take_theme(self, name: str) -> None:
        self.theme = name
        self.prefer(theme=name)

    def _offer(self, commands: Sequence[SystemCommand], placeholder: str = "Search for commands …") -> None:
        from tui.widgets.palette import Palette  # which a first frame does without

        self.push_screen(Palette(commands, placeholder), self._do)

    def _do(self, chosen: Callable[[], object] | None) -> None:
        if chosen is not None:
            self.call_later(chosen)

    def action_toggle_help(self) -> None:
        """Tell of the step or the dialog that is shown, and of the keys that do something in it."""
        screen = self.screen
        if not isinstance(screen, HelpDialog):
            active = [one.binding for one in screen.active_bindings.values() if one.enabled]
            told = [*(one for one in active if one.show), *(one for one in active if one.tooltip and not one.show)]
            keys = [(self.get_key_display(one), one.tooltip or one.description) for one in told]
            name = screen.title or next((str(one.render()) for one in screen.query(".dialog-title")), "")
            title = f"Help on {name}" if name else "Help"
            said = [str(problem) for strip in screen.query(ProblemStrip) for problem in strip.said]
            self.push_screen(HelpDialog(title, screen.HELP or "", keys, said))

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self.collector.touch()
        try:
            await super().on_event(event)
        except AttributeError:
            # What is under the mouse may have been taken away: it has no parent then (Textual 8.2.8).
            if not isinstance(event, events.MouseDown):
                raise

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: object) -> bool:
        try:
            return await super()._dispatch_action(namespace, action_name, params)
        except KeyError:
            # A list that has no size yet, or no longer, cannot tell what is a page away (Textual 8.2.8).
            if not (isinstance(namespace, OptionList) and action_name in _PAGES):
                raise
        return True

    def _handle_exception(self, error: Exception) -> None:
        # A screen that is being made when the app ends stays without widgets, and its handlers run all the same; a
        # key that comes behind the last one finds no screen at all.
        if not (self._exit and isinstance(error, NoMatches | ScreenStackError)):
            super()._handle_exception(error)

    def last_words(self) -> str:
        """The sentences below an error that ended the app."""
        return _CRASHED

    def _fatal_error(self) -> None:
        # Textual's own (8.2.8) shows local variables, and one of them may be an environment with the key in it.
        from rich.console import Group
        from rich.traceback import Traceback

        self.bell()
        self._exit_renderables.append(Group(Traceback(show_locals=False, width=None), self.last_words()))
        self._close_messages_no_wait()


def _with(*own: Theme) -> dict[str, Theme]:
    """Textual's themes and these, by their names."""
    return {**BUILTIN_THEMES, **{theme.name: theme for theme in own}}
