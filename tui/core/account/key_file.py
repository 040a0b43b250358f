"""The .env file that a build mounts: checked as the build will read it, and made only on a clear yes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tui.core.account.dotenv_text import assignments
from tui.core.account.key import check_key
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.files import MOST_BYTES, explained, find_content
from tui.core.inside_folder import create_inside, read_file, replace_inside, stat_inside
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.untrusted_text import as_pattern, printable


def secret_file_problems(path: Path) -> Iterator[Problem]:
    """The problems that keep this file from giving the build a key."""
    name = printable(path.name)
    if not os.path.lexists(path):
        hint = f"Write it, with the line {KEY_VARIABLE}=<your key>, or name another file."
        yield _problem(f"{name} does not exist yet.", hint)
        return
    try:
        key = read_key(path)
    except CondockError as error:
        yield _problem(error.message, error.hint)
        return
    if key is None:
        yield _problem(f"{name} has no {KEY_VARIABLE}.", f"Add the line {KEY_VARIABLE}=<your key>.")
    elif problem := check_key(key, time.time(), "Put a new one there.").problem:
        yield _problem(f"The key in {name}: {problem.message}", problem.hint)


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, "secret.file", exit_code=ExitCode.NO_KEY)


def read_key(path: Path) -> Secret | None:
    """The key that a build reads from this file; None where it has none, CondockError where it is unreadable.

    Names count in any case, and the value is used as it stands (anaconda-auth 0.15.3, python-dotenv).
    """
    name = printable(path.name)
    try:
        if not path.is_file():
            raise CondockError(f"{name} is not a file.", "Name the file that holds the key.")
        return _key_in(read_file(path, MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise CondockError(f"{name} cannot be read: {error.strerror}.", "Check who may read it.") from None
    except UnicodeDecodeError:
        raise CondockError(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from None
    except ValueError:
        message = f"{name} is not as people write such files."
        raise CondockError(message, f"Keep to a few lines, such as {KEY_VARIABLE}=<your key>.") from None


@dataclass(frozen=True)
class SecretFileFacts:
    """Facts about a secret file to look at before a build is shown it."""

    outside: bool = False
    """True if its real path lies outside the folder."""
    target: str = ""
    """Its real path."""
    other_names: tuple[str, ...] = ()
    """The variables it holds besides the key, in their order."""


def secret_file_facts(path: Path, folder: Path) -> SecretFileFacts:
    """The facts about this file: its real place and its other contents; none of a file that cannot be read."""
    try:
        real, text = path.resolve(), read_file(path, MOST_BYTES).decode("utf-8-sig")
        names = tuple(name for name in assignments(text) if name.upper() != KEY_VARIABLE)
        return SecretFileFacts(not real.is_relative_to(folder.resolve()), str(real), names)
    except (OSError, ValueError, RuntimeError, CondockError):
        return SecretFileFacts()


def secret_file_places(name: str, folder: Path) -> tuple[str, ...]:
    """The paths in the folder at which a secret file is found: as it is named, and where a link to it leads.

    Relative to the folder. The file need not be there, nor be in the folder.
    """
    if "\0" in name:
        return ()  # no file can be called that
    path = folder / name
    known = (os.path.relpath(os.path.abspath(path), folder), _below(path, folder))
    return tuple(dict.fromkeys(place for place in known if not f"{place}/".startswith(("../", "./"))))


def _below(path: Path, folder: Path) -> str:
    """The real path of a file, relative to the folder's."""
    return os.path.relpath(os.path.realpath(path), os.path.realpath(folder))


def _key_in(text: str) -> Secret | None:
    values = {name.upper(): value for name, value in assignments(text).items()}
    value = values.get(KEY_VARIABLE)
    return Secret(value) if value is not None else None


def write_secret_file(path: Path, key: Secret, folder: Path) -> None:
    """Make the file, mode 0600, and keep it out of git; raises CondockError, and never replaces a file."""
    name, content = printable(path.name), f"{KEY_VARIABLE}={key.reveal()}\n"
    if os.path.lexists(path):
        raise CondockError(f"{name} is already there.", "It is used as it is; edit it yourself.")
    if _key_in(content) != key:
        raise CondockError("This key would be read from a .env file as another.", "Use the environment variable.")
    inside = os.path.relpath(path, folder)
    if inside.startswith(".."):
        raise CondockError(f"{name} is outside the folder.", "Name a file inside, or write it yourself.")
    with explained(path.name, "written"):
        _add_to_gitignore(inside, folder)
        create_inside(folder, inside, (content.encode(),), 0o600)


def _add_to_gitignore(name: str, folder: Path) -> None:
    """Keep this file out of git, where no rule does so, by a new file in the old one's place.

    Of all .gitignore files the nearest one counts, and in there the last rule that fits (gitignore(5)): behind a
    rule that takes files back, the one for this file is needed again.
    """
    ignore, inner = _nearest_gitignore(PurePosixPath(name), folder)
    line = "/" + as_pattern(inner)
    old = find_content(folder, ignore) or ""
    rules = [rule.removesuffix("\r") for rule in old.split("\n")]
    for rule in reversed(rules):
        if rule in (line, line[1:]):
            return
        if rule.startswith("!"):
            break
    end = "\r\n" if "\r\n" in old else "\n"
    text = f"{old}{end if old and not old.endswith(chr(10)) else ''}{line}{end}"
    mode = stat_inside(folder, ignore).st_mode & 0o777 if old else 0o644
    replace_inside(folder, ignore, text.encode("utf-8", "surrogateescape"), mode)


def _nearest_gitignore(name: PurePosixPath, folder: Path) -> tuple[str, str]:
    """The .gitignore that is there and nearest to a file, or the folder's own; and the file's name from there."""
    for parent in name.parents:
        ignore = parent / ".gitignore"
        if parent == PurePosixPath() or os.path.lexists(folder / ignore):
            break
    return str(ignore), str(name.relative_to(parent))
