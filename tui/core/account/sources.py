"""The places settings of anaconda-auth are read from: variables, secrets folder, .env file, config.toml.

Reading writes nothing and raises nothing: a file that cannot be read is a layer with a problem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tui.core.account.dotenv_text import assignments, raw_lines
from tui.core.account.key_lookup import Source
from tui.core.dataclass import dataclass, field
from tui.core.errors import CondockError, Problem
from tui.core.files import MOST_BYTES
from tui.core.inside_folder import read_file
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.trust.dotenv import is_setting, settings_count
from tui.core.untrusted_text import printable

FAILURES = (OSError, ValueError, RuntimeError, CondockError)
"""Raised by reading a file that is not as it should be; the last but one by links or brackets without end."""


@dataclass(frozen=True)
class Layer:
    """The settings of one source, by their names in lower case; what may hold a key is a Secret."""

    source: Source
    where: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    problem: Problem | None = None

    def under(self, prefix: str) -> Layer:
        """The settings whose names start so, without that start."""
        found = {name[len(prefix) :]: value for name, value in self.values.items() if name.startswith(prefix)}
        return Layer(self.source, self.where, found, self.problem)


def variables(env: Mapping[str, str]) -> Layer:
    return Layer(Source.VARIABLE, KEY_VARIABLE, _sealed(env))


def secrets_folder(env: Mapping[str, str]) -> Layer:
    """The files of /run/secrets (or $ANACONDA_SECRETS_DIR), stripped, as pydantic-settings 2.16 reads them."""
    folder = expanded(env.get("ANACONDA_SECRETS_DIR", "/run/secrets"), env)
    where, values = shown(folder / KEY_VARIABLE, env), dict[str, str]()
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            # A link that leads out of the folder is not followed, there as here.
            inside = folder.resolve() in path.resolve().parents
            if path.name.lower().startswith("anaconda_") and inside and path.is_file():
                values[path.name] = path.read_text("utf-8").strip()
    except FAILURES as error:
        return Layer(Source.SECRETS, where, _sealed(values), unreadable(where, error))
    return Layer(Source.SECRETS, where, _sealed(values))


def dotenv_file(folder: Path, env: Mapping[str, str]) -> Layer:
    """The project's own .env; anaconda-auth itself reads that of the folder it is run in.

    Its key always counts, its settings only where the user agreed to all of them (see trust.dotenv).
    """
    path = folder / ".env"
    where = shown(path, env)
    try:
        text = read_file(path, MOST_BYTES).decode()
        values = assignments(text)
        if not dotenv_counts(folder, env):
            values = {name: value for name, value in values.items() if not is_setting(name)}
        return Layer(Source.DOTENV, where, _sealed(values))
    except FileNotFoundError:
        return Layer(Source.DOTENV, where)
    except FAILURES as error:
        return Layer(Source.DOTENV, where, problem=unreadable(where, error))


def configuration(env: Mapping[str, str]) -> Layer:
    """The tables of ~/.anaconda/config.toml (or $ANACONDA_CONFIG_TOML), as they are: see `table`."""
    path = expanded(env.get("ANACONDA_CONFIG_TOML", "~/.anaconda/config.toml"), env)
    where = shown(path, env)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Layer(Source.CONFIGURATION, where)
    except FAILURES as error:
        return Layer(Source.CONFIGURATION, where, problem=unreadable(where, error))
    return _parsed(text, where)


def _parsed(text: str, where: str) -> Layer:
    import tomllib  # few have such a file

    try:
        return Layer(Source.CONFIGURATION, where, _sealed_tables(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        problem = Problem(f"{where} is not valid TOML.", "Repair it in an editor.", "", line, column)
        return Layer(Source.CONFIGURATION, where, problem=problem)
    except FAILURES as error:
        return Layer(Source.CONFIGURATION, where, problem=unreadable(where, error))


def unreadable(what: str, error: BaseException) -> Problem:
    """Why a file cannot be read, without a word of what is in it."""
    if isinstance(error, PermissionError):
        return Problem(f"You may not read {what}.", "Give yourself the right to (`chmod u+r`), or remove it.")
    if isinstance(error, OSError | CondockError):
        return Problem(f"{what} cannot be read.", "See whether it is a file of a sane size, on a disk that works.")
    if isinstance(error, UnicodeDecodeError):
        return Problem(f"{what} is not UTF-8 text.", "Save it again with the encoding UTF-8.")
    return Problem(f"{what} is damaged: it has not the form it should have.", "Repair it, or move it away.")


def expanded(text: str, env: Mapping[str, str]) -> Path:
    """A path with its variables and a leading `~` filled in."""
    if "$" in text:
        from string import Template

        text = Template(text).safe_substitute(env)
    return _home(env) / text[2:] if text.startswith("~/") else Path(text)


def shown(path: Path, env: Mapping[str, str]) -> str:
    """A path for people, the home folder as `~`."""
    home = _home(env)
    return printable(f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path))


def _home(env: Mapping[str, str]) -> Path:
    return Path(env.get("HOME") or Path.home())


def dotenv_counts(folder: Path, env: Mapping[str, str]) -> bool:
    """True if the settings of the folder's .env count: it can be read, and the user agreed to all of them."""
    try:
        text = read_file(folder / ".env", MOST_BYTES).decode("utf-8-sig")
        assignments(text, env)  # as anaconda-auth would fill it in, which nothing would stop
        return settings_count(raw_lines(text), folder, env)
    except FAILURES:
        return False


def raw_settings(path: Path) -> Mapping[str, str | None]:
    """The lines of a .env file as they stand, with no variable filled in; nothing of one that cannot be read."""
    try:
        return raw_lines(read_file(path, MOST_BYTES).decode("utf-8-sig"))
    except FAILURES:
        return {}


def _sealed(values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that are anaconda's, by lower-case name."""
    lower = {name.lower(): value for name, value in values.items()}
    return {name: _seal(name, value) for name, value in lower.items() if name.startswith("anaconda_")}


def _sealed_tables(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _sealed_tables(value) if isinstance(value, dict) and name != "keyring" else _seal(name, value)
        for name, value in values.items()
    }


def _seal(name: str, value: object) -> object:
    """A key as a Secret; a table of keys as the Secret of its JSON, the form it has in a variable."""
    if name.endswith("keyring") and isinstance(value, dict):
        value = json.dumps(value, default=str)
    return Secret(value) if name.endswith(("api_key", "keyring")) and isinstance(value, str) else value
