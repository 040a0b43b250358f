"""condock's two themes, and their forms for a terminal of sixteen colours.

One hue acts (primary), another one is what is chosen (accent), red stops, amber warns, green is done. Every colour
of the first two is one of the 256, and the same without true colour; the others' are of the sixteen.
"""

from __future__ import annotations

from textual.theme import Theme


def _theme(
    name: str, *, row: str, row_blurred: str, edge: str, on_act: str, act: str, stop: str, **colours: str
) -> Theme:
    """A theme whose texts have the colours of what they are about.

    `row` is the one with the cursor; `act` and `stop` lie behind buttons that are not in focus.
    """
    hues = ("primary", "secondary", "accent", "warning", "error", "success")
    variables = {
        **{f"text-{hue}": colours[hue] for hue in hues},
        "text": colours["foreground"],
        "text-muted": colours.pop("muted"),
        "text-disabled": colours.pop("disabled"),
        "primary-muted": act,
        "error-muted": stop,
        "border": colours["accent"],
        "border-blurred": edge,
        "scrollbar": edge,
        "scrollbar-background": colours["surface"],
        "scrollbar-background-hover": colours["surface"],
        "scrollbar-hover": colours["accent"],
        "block-cursor-background": row,
        "block-cursor-foreground": colours["foreground"],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": row_blurred,
        "block-cursor-blurred-foreground": colours["foreground"],
        "button-color-foreground": on_act,
        "footer-key-foreground": colours["primary"],
        "input-cursor-background": colours["foreground"],
        "input-cursor-foreground": colours["background"],
    }
    dark = name.endswith("dark")
    return Theme(name=name, dark=dark, variables=variables, **colours)  # type: ignore[arg-type]


DARK = _theme(
    "condock-dark",
    row="#3a3a3a",
    row_blurred="#303030",
    edge="#767676",
    on_act="#121212",
    act="#005f87",
    stop="#5f0000",
    primary="#5fafff",
    secondary="#87d7d7",
    accent="#d7afff",
    warning="#ffd787",
    error="#ff8787",
    success="#87d787",
    foreground="#e4e4e4",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    muted="#b2b2b2",
    disabled="#8a8a8a",
)
LIGHT = _theme(
    "condock-light",
    row="#d7d7ff",
    row_blurred="#e4e4e4",
    edge="#767676",
    on_act="#ffffff",
    act="#afd7ff",
    stop="#ffd7d7",
    primary="#005faf",
    secondary="#005f5f",
    accent="#5f00af",
    warning="#5f5f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#ffffff",
    panel="#eeeeee",
    muted="#585858",
    disabled="#6c6c6c",
)
DARK_OF_16 = _theme(
    "condock-dark",
    row="#0000aa",
    row_blurred="#0000aa",
    edge="#aaaaaa",
    on_act="#000000",
    act="#0000aa",
    stop="#000000",
    primary="#55ffff",
    secondary="#00aaaa",
    accent="#ff55ff",
    warning="#ffff55",
    error="#ff5555",
    success="#55ff55",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    muted="#aaaaaa",
    disabled="#555555",
)
LIGHT_OF_16 = _theme(
    "condock-light",
    row="#55ffff",
    row_blurred="#55ffff",
    edge="#555555",
    on_act="#ffffff",
    act="#55ffff",
    stop="#ffffff",
    primary="#0000aa",
    secondary="#0000aa",
    accent="#aa00aa",
    warning="#aa5500",
    error="#aa0000",
    success="#00aa00",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#ffffff",
    muted="#555555",
    disabled="#aaaaaa",
)


def themes(colour_system: str | None) -> tuple[Theme, Theme]:
    """The dark and the light theme for what Rich calls the colour system of a terminal."""
    return (DARK_OF_16, LIGHT_OF_16) if colour_system in ("standard", "windows") else (DARK, LIGHT)
