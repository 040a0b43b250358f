"""An editor for YAML whose colours are the theme's."""

from __future__ import annotations

from rich.style import Style
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

        def colour(name: str, **more: bool) -> Style:
            return Style(color=variables[name], **more)  # type: ignore[arg-type]

        self.register_theme(
            TextAreaTheme(
                name=f"condock-{theme.name}",
                syntax_styles={
                    "comment": colour("text-muted", italic=True),
                    "yaml.field": colour("primary", bold=True),
                    "string": Style(),
                    "number": colour("secondary"),
                    "boolean": colour("secondary"),
                    "operator": colour("text-muted"),
                    "punctuation.delimiter": colour("text-muted"),
                    "punctuation.bracket": colour("text-muted"),
                    "punctuation.special": colour("text-muted"),
                },
            )
        )
        self.theme = f"condock-{theme.name}"
