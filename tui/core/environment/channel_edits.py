"""Edits of the channels of an environment.yml: they come, go, and change places. As `package_edits`."""

from __future__ import annotations

import yaml

from tui.core.environment.edits import Fix
from tui.core.environment.layout import end_of
from tui.core.environment.sections import Sections, safe_fix
from tui.core.untrusted_text import masked, shown


def add_channel(text: str, channel: str) -> Fix | None:
    """A channel behind all others: conda takes a package from the first that has it."""
    sections = Sections(text)
    if not channel.strip() or _channel(sections, channel) is not None:
        return None
    return safe_fix(text, f"Add {shown(channel)}", sections.added("channels", channel.strip()))


def remove_channel(text: str, channel: str) -> Fix | None:
    """No such channel; as everywhere, it may be given as shown, with its token masked."""
    sections = Sections(text)
    item = _channel(sections, channel)
    return safe_fix(
        text, f"Remove {shown(channel)}", sections.removed("channels", item) if item else (), deliberate=True
    )


def move_channel(text: str, channel: str, by: int) -> Fix | None:
    """A channel with its comment up (-1) or down (+1) by one: conda prefers the first."""
    sections = Sections(text)
    item = _channel(sections, channel)
    items = sections.items("channels")
    place = items.index(item) + by if item else -1
    if item is None or not 0 <= place < len(items):
        return None
    one, other = (_extent(sections, node) for node in (item, items[place]))
    if not sections.layout.source(items[place]):
        return None
    swapped = (
        sections.layout.edit(*here, sections.layout.text[slice(*there)])
        for here, there in ((one, other), (other, one))
    )
    return safe_fix(text, f"Move {shown(channel)} {'up' if by < 0 else 'down'}", tuple(swapped))


def _channel(sections: Sections, channel: str) -> yaml.ScalarNode | None:
    items = (item for item in sections.items("channels") if isinstance(item, yaml.ScalarNode))
    return next((item for item in items if channel in (item.value, masked(item.value))), None)


def _extent(sections: Sections, item: yaml.Node) -> tuple[int, int]:
    """The stretch that moves with an item: in a list with dashes, all up to the end of its line."""
    start, end = item.start_mark.index, end_of(item)
    return (start, sections.layout.line_end(end)[0] if sections.layout.dash(item) is not None else end)
