"""Writes lock files: one `@EXPLICIT` list a platform, and one file for what pip installs after conda."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.core.environment.document import EnvironmentDocument, read_environment
from tui.core.errors import CondockError
from tui.core.locks.lock_header import conda_fingerprint, header_lines, pip_fingerprint
from tui.core.locks.lock_text import REQUIRE_HASHES, LockReading, read_explicit, read_pip
from tui.core.locks.locks import PIP_LOCK, lock_name
from tui.core.solving.solution import Package, Solution
from tui.core.untrusted_text import printable


def lock_text(solution: Solution, environment_text: str, system: Iterable[str] = ()) -> str:
    """The `@EXPLICIT` file of a solution, in its order, with a hash behind each address.

    `system` are the virtual packages that the solver was given, such as `__glibc=2.41=0`; the environment's text
    may be empty where it is not known. conda 26.7.1 reads `#sha256:<hex>` and `#<md5>` (conda/misc.py), and links
    in the order of the file. Raises CondockError for a package without a hash, an address with a token, a
    package of another platform, and pip parts without pip.
    """
    document = _document(environment_text)
    if document.pip and not any(package.name == "pip" for package in solution.packages):
        message = "The environment has packages for pip, but pip itself is not in it."
        raise CondockError(message, "Add `- pip` to the dependencies.")
    head = [
        "# Written by condock; `condock lock` makes it anew. To use it without condock:",
        f"# conda create --prefix ENVIRONMENT --file {lock_name(solution.platform)}",
        f"# platform: {solution.platform}",
        *header_lines(conda_fingerprint(document) if environment_text else "", system),
    ]
    return list_text(head, solution)


def list_text(head: Iterable[str], solution: Solution) -> str:
    """An `@EXPLICIT` list under these comments; raises CondockError as `lock_text`."""
    return _checked([*head, "@EXPLICIT", *map(_address, solution.packages)], read_explicit)


def pip_lock_text(environment_text: str, requirements: Iterable[str] = ()) -> str:
    """The file of requirements for pip; empty where there are none.

    `requirements` is the full list where it is known, dependencies among it: pip then adds nothing of its own.
    Without, the lines are those of environment.yml. Raises CondockError for a line with a token in its address.
    """
    document = _document(environment_text)
    full = tuple(requirements)
    lines = full or tuple(requirement.text for requirement in document.pip)
    if not lines:
        return ""
    options = " --no-deps" if full else ""
    head = [
        "# Written by condock; `condock lock` makes it anew. What pip installs after conda:",
        f"# pip install{options} --requirement {PIP_LOCK}",
        *header_lines(pip_fingerprint(document) if environment_text else ""),
    ]
    return requirements_text(head, lines)


def requirements_text(head: Iterable[str], lines: Iterable[str]) -> str:
    """A file for pip under these comments; raises CondockError as `pip_lock_text`."""
    wanted = tuple(lines)
    hashes = [REQUIRE_HASHES] if any("--hash=" in line for line in wanted) else []
    return _checked([*head, *hashes, *wanted], read_pip)


def _document(environment_text: str) -> EnvironmentDocument:
    """The environment that is locked; CondockError for one that has problems: its lines are not all as written."""
    if not environment_text:
        return EnvironmentDocument()
    document = read_environment(environment_text)
    for problem in document.problems:
        raise CondockError(f"The environment cannot be locked as it is: {problem.message}", problem.hint)
    return document


def _address(package: Package) -> str:
    if package.sha256:
        return f"{package.url}#sha256:{package.sha256}"
    if package.md5:
        return f"{package.url}#{package.md5}"
    message = f"The channel does not tell the hash of {printable(package.name)}."
    raise CondockError(message, "Without it a lock file proves nothing: build from environment.yml.")


def _checked(lines: list[str], read: Callable[[str], LockReading]) -> str:
    """The text, read again as a build would: what is refused there is never written."""
    text = "\n".join(lines) + "\n"
    if text.splitlines() != lines:
        raise CondockError("A line for the lock file has a line break in it.", "Write it on one line.")
    for problem in read(text).problems:
        raise CondockError(f"The lock file cannot be written: {problem.message}", problem.hint)
    return text
