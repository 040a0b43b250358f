"""All that an image was made from, kept when it is built, to say at the next start what has changed since."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from tui.core.building.timing.history import BuildRecord, plan_id
from tui.core.dataclass import dataclass, field, replace
from tui.core.errors import CondockError
from tui.core.files import checksum, find_content
from tui.core.project import Project
from tui.core.proof.context.sent import find_context
from tui.core.state import read_state, write_state
from tui.core.untrusted_text import masked

_VERSION = 1
_MOST_BYTES = 2_000_000
_MOST_PLANS = 200
_MOST_FILES = 5_000
_LARGEST_LOCK = 20_000_000
_DIGEST = r"\b[0-9a-f]{64}\b"


@dataclass(frozen=True)
class Inputs:
    """All that decides an image, as it stood; the key does not, and is not among it."""

    when: float
    """Seconds since the epoch."""
    environment: str = field(default="", repr=False)
    """The text of environment.yml, with tokens in addresses masked."""
    environment_file: str = ""
    locks: Mapping[str, str] = field(default_factory=dict)
    """A checksum of each lock file, by its path."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Size and time of change of each file that is copied, by its path."""
    base: tuple[str, str] = ("", "")
    """The two images."""
    instructions: tuple[tuple[str, str], ...] = ()
    """Stage and text of each instruction of the Dockerfile."""
    size: int | None = None
    """The image's, in bytes."""


def current_inputs(project: Project, when: float, size: int | None = None) -> Inputs:
    """The inputs as they stand now; reads the folder, at most 5,000 files by name."""
    plan = project.plan
    return Inputs(
        when,
        masked(project.environment),
        plan.environment.file,
        {name: _sum(project, name) for name in plan.environment.locks},
        _files(project),
        (_short(plan.base.builder), _short(plan.base.runtime)),
        tuple((one.stage, _short(masked(one.text))) for one in project.instructions()),
        size,
    )


def built_inputs(project: Project, build: BuildRecord, size: int | None) -> Inputs:
    """The inputs that this build took, as they stand now; a file that was changed meanwhile is kept as unknown."""
    found, began = current_inputs(project, build.when, size), (build.when - build.seconds) * 10**9
    files = {name: "" if int(stamp.split()[1]) > began else stamp for name, stamp in found.files.items()}
    return replace(found, files=files)


def keep_inputs(project: Project, env: Mapping[str, str], inputs: Inputs) -> None:
    """Keep them in the user's state folder; nothing happens where nothing can be kept."""
    content = json.dumps({"version": _VERSION, **asdict(inputs)}, separators=(",", ":")).encode()
    if len(content) <= _MOST_BYTES:
        write_state(env, _name(project, env), content, siblings=_MOST_PLANS)


def read_inputs(project: Project, env: Mapping[str, str]) -> Inputs | None:
    """Those of the last image of this plan; None where there are none that can be read."""
    try:
        data = json.loads(read_state(env, _name(project, env), _MOST_BYTES) or "{}")
        return _parsed(data) if data.get("version") == _VERSION else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _name(project: Project, env: Mapping[str, str]) -> str:
    return f"inputs/{plan_id(project, env)}.json"


def _short(text: str) -> str:
    """The text with digests cut short: nothing that is kept may be taken for a hash of the key."""
    return re.sub(_DIGEST, lambda found: found[0][:12], text)


def _sum(project: Project, name: str) -> str:
    with suppress(CondockError):
        return checksum(find_content(project.path, name, _LARGEST_LOCK) or "")
    return ""


def _files(project: Project) -> dict[str, str]:
    if not project.plan.application.files:
        return {}
    paths = [os.path.normpath(path) for path in project.plan.application.files]
    wanted = None if "." in paths else paths
    with suppress(OSError):
        sent = find_context(str(project.path), project.ignore_text(), wanted).sent[:_MOST_FILES]
        return {one.path: f"{one.state.st_size} {one.state.st_mtime_ns}" for one in sent}
    return {}


def _parsed(data: Mapping[str, Any]) -> Inputs:
    builder, runtime = _texts(data["base"])
    size = data["size"]
    environment, file = _texts([data["environment"], data["environment_file"]])
    return Inputs(
        float(data["when"]),
        environment,
        file,
        dict(zip(_texts(data["locks"]), _texts(data["locks"].values()), strict=True)),
        dict(zip(_texts(data["files"]), _texts(data["files"].values()), strict=True)),
        (builder, runtime),
        tuple((stage, text) for stage, text in map(_texts, data["instructions"])),
        int(size) if size is not None else None,
    )


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    found = tuple(values)
    if not all(isinstance(value, str) for value in found):
        raise ValueError
    return tuple(map(str, found))
