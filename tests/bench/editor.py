"""What a key costs in the editor, beside a plain TextArea on the same text."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Mapping

from tests.bench.row import Row
from tests.bench.terminal import running

KEYS = 60
ROUNDS = 3
PROGRAM = """
import gc, sys
from textual.app import App
from textual.widgets import TextArea
head = "channels:\\n  - defaults\\ndependencies:\\n"
text = head + "".join(f"  - package-{n}=1.{n}.*  # {n}\\n" for n in range(497))
class Editing(App):
    def compose(self):
        if sys.argv[1] == "plain":
            yield TextArea(text, compact=True, soft_wrap=False, show_line_numbers=True)
        else:
            from tui.widgets.completion_list import CompletionList
            from tui.widgets.yaml_editor import YamlEditor
            proposals = CompletionList()
            editor = YamlEditor(proposals)
            editor.load_text(text)
            yield editor
            yield proposals
    def on_mount(self):
        gc.collect()
        gc.freeze()
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.focus()
        area.move_cursor((20, 4))
        self.set_timer(0.3, lambda: self.notify("ready"))
Editing().run()
"""


def echoes(kind: str, env: Mapping[str, str]) -> list[float]:
    """Seconds from a key to its echo, for each of some keys; `plain` or `yaml`."""
    with running([sys.executable, "-c", PROGRAM, kind], env, columns=160, rows=45) as terminal:
        terminal.until("ready")
        terminal.settle(0.5)
        return [terminal.echo(b"x") for _ in range(KEYS)]


def rows() -> Iterator[Row]:
    """Medians of all keys of some runs, in turn."""
    taken: dict[str, list[float]] = {"plain": [], "yaml": []}
    env = {**os.environ, "TERM": "xterm-256color"}
    for _ in range(ROUNDS):
        for kind in taken:
            taken[kind] += echoes(kind, env)
    plain, yaml = (statistics.median(times) for times in taken.values())
    yield Row("key to echo, a plain TextArea of 500 lines", plain * 1000, "ms")
    yield Row("key to echo, condock's editor to it", yaml / plain, "x", most=1.25)
