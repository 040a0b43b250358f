"""What has colours of its own, under the wizard's sheets, in every theme that can be chosen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.theme import BUILTIN_THEMES

from tui.app import STEPS_SHEET, CondockApp
from tui.base_app import BaseApp
from tui.core.dockerfile.instruction import Instruction
from tui.widgets.completion_list import CompletionList
from tui.widgets.dockerfile_view import DockerfileView
from tui.widgets.yaml_editor import YamlEditor


class Coloured(BaseApp):
    """The editor of environment.yml and the Dockerfile."""

    CSS_PATH = [CondockApp.CSS_PATH, STEPS_SHEET]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield (proposals := CompletionList())
        yield YamlEditor(proposals)
        yield DockerfileView()

    def on_mount(self) -> None:
        self.query_one(YamlEditor).text = "dependencies:\n  - python >=3.11  # why\n"
        self.query_one(DockerfileView).instructions = (Instruction("FROM scratch", "A reason."),)


async def test_what_has_colours_of_its_own_is_drawn_in_every_theme() -> None:
    app = Coloured()
    async with app.run_test() as pilot:
        for theme in ("condock-dark", "condock-light", *BUILTIN_THEMES):
            app.theme = theme
            await pilot.pause()
            assert app.current_theme.name == theme
            drawn = app.export_screenshot()
            assert "python" in drawn and "FROM" in drawn
            assert app.query_one(YamlEditor).theme == f"condock-{theme}"
