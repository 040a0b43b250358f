"""conda-lock.yml rendered: a list for each platform and one for pip, which stand beside the Dockerfile.

conda-lock itself would install them with the key in sight, and needs dozens of packages beside conda.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tui.core.dataclass import replace
from tui.core.errors import CondockError, Problem
from tui.core.locks.conda_lock import CondaLock, read_packages
from tui.core.locks.lock_header import read_header
from tui.core.locks.lock_text import channels_of
from tui.core.locks.lock_writer import list_text, requirements_text
from tui.core.locks.locks import FIELD, Lock, LockKind
from tui.core.locks.rendered import Rendered, RenderedLock

_OR_GUIDE = "Make it anew, or build it as conda-lock does: the guide's form (`form: guide`)."


@lru_cache(maxsize=2)
def render_lock(text: str, source: str, dockerfile: str) -> Rendered:
    """The files for a conda-lock.yml with this text and path, to stand beside this Dockerfile; never raises.

    Takes a second for 5,000 packages; the last ones are remembered.
    """
    try:
        content = read_packages(text)
        return Rendered(tuple(_locks(content, source, digest(text), dockerfile)))
    except CondockError as error:
        return Rendered(problem=Problem(error.message, _OR_GUIDE, FIELD))


def digest(text: str) -> str:
    """That of the file, as `sha256sum` tells it."""
    import hashlib  # and OpenSSL with it

    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _locks(content: CondaLock, source: str, hexadecimal: str, dockerfile: str) -> Iterator[RenderedLock]:
    head = (
        f"# Written by condock from {source}, which is what to change: the isolated form builds from this.",
        f"# rendered from: sha256:{hexadecimal}",
    )
    for solution in content.solutions:
        name = f"{dockerfile}.{solution.platform}.txt"
        text = list_text((*head, f"# platform: {solution.platform}"), solution)
        lock = Lock(name, LockKind.EXPLICIT, (solution.platform,), header=read_header(text))
        yield RenderedLock(replace(lock, packages=len(solution.packages), channels=channels_of(text)), text)
    if content.requirements:
        name = f"{dockerfile}.pip.txt"
        text = requirements_text((*head, f"# pip install --no-deps --requirement {name}"), content.requirements)
        lock = Lock(name, LockKind.PIP, ("noarch",), header=read_header(text))
        yield RenderedLock(replace(lock, packages=len(content.requirements)), text)
