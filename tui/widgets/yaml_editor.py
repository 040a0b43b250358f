"""An editor for YAML whose colours are the theme's."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.theme import Theme
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme


class YamlEditor(TextArea):
    """A TextArea with YAML's syntax; Tab moves on, as everywhere in the wizard."""

    DEFAULT_CSS = "YamlEditor { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            language="yaml", id=id, tab_behavior="focus", compact=True, soft_wrap=False, show_line_numbers=True
        )

    def on_mount(self) -> None:
        self._follow(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._follow)

    def _follow(self, theme: Theme) -> None:
        """Colour the syntax with the theme's variables; the rest of the editor is coloured by CSS."""
        variables = self.app.theme_variables
        foreground, background = Color.parse(variables["foreground"]), Color.parse(variables["background"])
        muted = Style(color=foreground.blend(background, 0.4).rich_color)
        value = Style(color=Color.parse(variables["secondary"]).rich_color)
        key = Style(color=Color.parse(variables["primary"]).rich_color, bold=True)
        self.register_theme(
            TextAreaTheme(
                name=f"condock-{theme.name}",
                syntax_styles={
                    "comment": muted + Style(italic=True),
                    "yaml.field": key,
                    "string": Style(),
                    "number": value,
                    "boolean": value,
                    "punctuation.delimiter": muted,
                    "punctuation.bracket": muted,
                    "punctuation.special": muted,
                },
            )
        )
        self.theme = f"condock-{theme.name}"
