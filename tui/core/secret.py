"""A value that must not be seen: its text appears only where `reveal` is called."""

from __future__ import annotations

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import NoReturn, final
else:

    def final(kind):
        """Says it to the type checker; there is nothing to do."""
        return kind


KEY_VARIABLE = "ANACONDA_AUTH_API_KEY"
"""The name under which anaconda-auth and the build know the key."""

SECRET_NAME = r"(?i)(?:API_?KEY|TOKEN|PASSWORD|SECRET)$"  # noqa: S105
"""Names of variables whose values are secret, by their form."""


@final
class Secret:
    """A secret text whose repr, str, format and pickle show nothing."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself, for the few borders it may cross: tests/core/test_secret.py names them."""
        return self.__value

    @property
    def masked(self) -> str:
        """The last 4 characters behind dots; nothing at all of a value too short to hide the rest."""
        tail = self.__value[-4:] if len(self.__value) >= 12 else ""
        return "••••" + "".join(c if c.isprintable() else "?" for c in tail)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __repr__(self) -> str:
        return "Secret(••••)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")
