"""How the text that a build prints looks here: in its own colours, where they can be read."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from tui.core.building.log.colours import Colour, Look

_LEAST_CONTRAST = 2.0
"""By WCAG 2.2: below, text is lost. It asks for 4.5, which would take most colours away."""


@lru_cache(maxsize=2_048)
def style_of(look: Look, base: Style, theme: TerminalTheme) -> Style:
    """The style of a look over that of plain text; `theme` has the terminal's own sixteen colours."""
    background = _rgb(look.background, theme) if look.background is not None else None
    behind = background or _base(base.bgcolor, theme, theme.background_color)
    front = _rgb(look.foreground, theme) if look.foreground is not None else None
    if _contrast(front or _base(base.color, theme, theme.foreground_color), behind) < _LEAST_CONTRAST:
        front = max(ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255), key=lambda text: _contrast(text, behind))
    return base + Style(
        color=RichColor.from_triplet(front) if front else None,
        bgcolor=RichColor.from_triplet(background) if background else None,
        bold=look.bold or None,
        dim=look.dim or None,
        italic=look.italic or None,
        underline=look.underline or None,
    )


def _rgb(colour: Colour, theme: TerminalTheme) -> ColorTriplet:
    if isinstance(colour, tuple):
        return ColorTriplet(*colour)
    return RichColor.from_ansi(colour).get_truecolor(theme)


def _base(colour: RichColor | None, theme: TerminalTheme, default: ColorTriplet) -> ColorTriplet:
    if colour is None or colour.type is ColorType.DEFAULT:
        return default
    return colour.get_truecolor(theme)


def _contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """From 1, where both are alike, to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
