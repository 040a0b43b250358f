"""condock's two themes."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="condock-dark",
    primary="#43b649",
    secondary="#7ec8a9",
    accent="#8fd694",
    warning="#e5b567",
    error="#f2777a",
    success="#43b649",
    foreground="#e4e9e5",
    background="#101512",
    surface="#161d19",
    panel="#202a24",
    dark=True,
    variables={"text-muted": "#93a59a", "text-disabled": "#5d6b63"},
)
LIGHT = Theme(
    name="condock-light",
    primary="#1f7a2e",
    secondary="#2d6a5a",
    accent="#136c3a",
    warning="#8a5a00",
    error="#b3261e",
    success="#1f7a2e",
    foreground="#17201a",
    background="#f7faf7",
    surface="#eef4ef",
    panel="#dfe9e1",
    dark=False,
    variables={"text-muted": "#566359", "text-disabled": "#98a59c"},
)
