"""Who is shown the key in a plan's build, and who is not, in a sentence and in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.core.channels.hosts import is_anacondas
from tui.core.channels.qualified_spec import qualified
from tui.core.dataclass import dataclass
from tui.core.dockerfile.form import is_isolated
from tui.core.environment.document import EnvironmentDocument
from tui.core.locks.lock_text import MOST_CHANNELS
from tui.core.locks.locks import Lock, LockKind, build_channels
from tui.core.plan import BuildPlan, SecretMode

_PLAINLY = r"(?a)(?:[\w.-]+(?:/[\w.-]+)*::)?[\w.*+<>=!~,| -]+"
"""A package with or without its channel, and conditions on its version."""
_BY_ADDRESS = r"(?a)https?://[^\s\[\]#()]+(?:#\w+|[\w.*+<>=!~,| -]*)"
"""The same by the channel's address, or a package's own."""
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


def runs_code_of_others(plan: BuildPlan, document: EnvironmentDocument, locks: Iterable[Lock] = ()) -> bool:
    """True where code that is not Anaconda's runs beside the key: scripts of other channels' packages, or pip's.

    Also where that cannot be told, as of a conda-lock.yml: what it has for pip is not read.
    """
    if plan.secret.mode is SecretMode.NONE or is_isolated(plan):
        return False
    told = tuple(locks)
    if any(lock.kind is not LockKind.EXPLICIT or not lock.channels for lock in told):
        return True
    if not told and (document.pip or any(_hides_its_channel(one.text) for one in document.dependencies)):
        return True
    channels = build_channels(plan, document, told)
    return len(channels) >= MOST_CHANNELS or not all(map(is_anacondas, channels))


def _hides_its_channel(dependency: str) -> bool:
    """True where it takes more than a glance to tell the channel: conda's versions differ in what they pass over.

    An address of which no channel can be told; conditions in brackets, and what stands behind `#` or a single `:`.
    """
    if re.fullmatch(_BY_ADDRESS, dependency):
        return not qualified(dependency).channel
    return not re.fullmatch(_PLAINLY, dependency)
