"""Who is shown the key in a plan's build, and who is not, in a sentence and in numbers."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.dataclass import dataclass
from tui.core.dockerfile.form import is_isolated
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import BuildPlan, SecretMode

_READERS = ("anaconda-auth", "anaconda-registration")


@dataclass(frozen=True)
class KeyReaders:
    """Who sees the key."""

    isolated: bool
    """True where packages are kept from it."""
    readers: tuple[str, ...] = _READERS
    """The packages in conda's own environment that read it, with their versions where those are known."""
    packages: int = 0
    """How many packages are installed; 0 where that is not known."""
    pip: bool = False
    """True where pip installs something too."""

    @property
    def words(self) -> str:
        """One sentence."""
        several = f"{self.packages} packages" if self.packages else "the packages"
        readers = ", ".join(self.readers)
        if self.isolated:
            said = f"The key is shown to conda's downloader in base ({readers})"
            return f"{said}; not to {several}, their scripts, or pip."
        others = f"{several}, and by what pip builds" if self.pip else several
        return f"The key is shown to conda in base ({readers}), and could be read by the scripts of {others}."

    @property
    def data(self) -> dict[str, object]:
        """The same for programs."""
        counted = self.packages or None
        return {
            "type": "key",
            "form": "isolated" if self.isolated else "guide",
            "shown_to": list(self.readers),
            "readable_by_packages": not self.isolated,
            "packages": counted,
            "pip": self.pip,
        }


def key_readers(plan: BuildPlan, locks: Iterable[Lock] = (), *, has_pip: bool = False) -> KeyReaders | None:
    """As far as it is known before the build; None where no key is mounted. `locks` are what it is made from."""
    if plan.secret.mode is SecretMode.NONE:
        return None
    counts = [lock.packages for lock in locks if lock.kind is LockKind.EXPLICIT]
    pip = any(lock.kind is LockKind.PIP for lock in locks) if counts else has_pip
    return KeyReaders(is_isolated(plan), packages=max(counts, default=0), pip=pip)
