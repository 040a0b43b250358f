"""The part of the account step that names further hosts, folded until there are some or one is asked for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.core.errors import Problem
from tui.core.untrusted_text import printable
from tui.widgets.field import Field, field_id
from tui.widgets.fold import Fold

HOSTS = "account.hosts"
"""The field of the plan that they are named in."""
_TITLE = "Further hosts that are shown the key"


class FurtherHosts(Vertical):
    """The line that unfolds, and the field."""

    DEFAULT_CSS = "FurtherHosts { height: auto; }"

    _asked_for = ""

    def compose(self) -> ComposeResult:
        field = Field(HOSTS, _TITLE, about="Such as a company's mirror of the channels.")
        yield Fold(_TITLE, field, id="hosts")
        yield field

    def show(self, hosts: tuple[str, ...]) -> None:
        """The hosts that were named, unfolded where there are some."""
        fold, named = self.query_one(Fold), " ".join(map(printable, hosts))
        if fold.title != (title := f"{_TITLE}: {named or 'none'}"):
            fold.title = title
            self._say("")
        self._field.show(" ".join(hosts))
        fold.unfolded = fold.unfolded or bool(hosts)

    def ask_for(self, problem: Problem) -> None:
        """Say at the field, until it is changed, which host a server or a build found to be missing."""
        self._say(problem.hint or problem.message)

    def _say(self, words: str) -> None:
        if self._field.problem in ("", self._asked_for):  # what is wrong with a name goes before
            self._field.problem = words
        self._asked_for = words

    @property
    def _field(self) -> Field:
        return self.query_one(f"#{field_id(HOSTS)}", Field)
