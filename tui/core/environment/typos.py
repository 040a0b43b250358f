"""A name in the environment that is a typing error for what the code imports: told by the letters alone."""

from __future__ import annotations

from collections.abc import Container, Iterable

from tui.core.environment.dependencies import Dependency
from tui.core.environment.package_names import is_name, normal

_SHORTEST = 4
"""Letters of a name that may be taken for another; of shorter ones too many are packages."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspelling(
    names: Iterable[str], dependencies: Iterable[Dependency], real: Container[str]
) -> tuple[Dependency, str] | None:
    """The dependency that is meant for a missing package of these names, and the one of them that it is like.

    `real` are normalised names behind which there is something; those in condock's tables are real too.
    """
    names = tuple(names)
    for found in dependencies:
        typed = normal(found.name)
        if typed not in real and not is_name(typed):
            for name in names:
                if is_slip(typed, normal(name)):
                    return found, name
    return None


def is_slip(typed: str, meant: str) -> bool:
    """True if one slip of the fingers makes the first of the second; both normalised.

    That is two neighbours swapped, a letter doubled or one of a pair left out; of five letters or more also,
    neither at the start nor at the end, one left out, one too many, or that of a key beside it: `bash` and `dash`,
    `request` and `requests`, `boto` and `boto3`, `crick` and `click` are names of their own.
    """
    shortest = min(len(typed), len(meant))
    if typed == meant or shortest < _SHORTEST or abs(len(typed) - len(meant)) > 1:
        return False
    head = next((at for at in range(shortest) if typed[at] != meant[at]), shortest)
    most = shortest - head
    tail = next((at for at in range(most) if typed[-1 - at] != meant[-1 - at]), most)
    wrong, right = typed[head : len(typed) - tail], meant[head : len(meant) - tail]
    if len(wrong) == len(right) == 2:
        return wrong == right[::-1]
    other = wrong + right
    if max(len(wrong), len(right)) > 1 or any(map(str.isdigit, other)):
        return False
    within = len(meant) > _SHORTEST and head > 0 and tail > 0
    return (within and (len(other) == 1 or _beside(wrong, right))) or (head > 0 and other == meant[head - 1])


def _beside(one: str, other: str) -> bool:
    """True if the keys of two letters touch on a keyboard, to the side or above each other."""
    places = [
        (row, keys.find(letter)) for letter in (one, other) for row, keys in enumerate(_KEYS) if letter in keys
    ]
    if len(places) < 2:
        return False
    (row, column), (other_row, other_column) = places
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1
