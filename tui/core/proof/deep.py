"""Searches what is no part of the image but was made on the way: every stage, and the cache mounts.

Each is built once more, from the cache, under a name of its own that goes afterwards. What has to run again is
given no key: such a stage fails, and is said not to be searched.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping

from tui.core.building.build import BUILDX
from tui.core.building.key.key_record import next_cachebust
from tui.core.building.timing.history import read_history
from tui.core.dataclass import dataclass, replace
from tui.core.dockerfile.command import build_argv
from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.files import SMALL, read_text
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.proof.after import search_image
from tui.core.proof.audit import WHOLE, Unread
from tui.core.proof.context.copied import mount_fields
from tui.core.proof.receipt import Receipt
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.untrusted_text import shown

_STAGE = r"(?im)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+[ \t]+AS[ \t]+(\S+)"
_MOUNT = r"--mount=(\S+)"
_PATIENCE = 600.0


@dataclass(frozen=True)
class _Part:
    name: str
    """In words."""
    image: str
    """The name it is built under."""
    argv: list[str]
    dockerfile: str = ""
    """The text on standard input, where it is none of the folder's."""


def search_deep(
    project: Project, receipt: Receipt, key: Secret, env: Mapping[str, str], say: Callable[[str], None]
) -> Receipt:
    """The receipt with what was found in the stages and the cache mounts; all that they are must be agreed to."""
    for part in _parts(project, env):
        say(f"Searching {part.name} …")
        receipt = _with(receipt, part.name, _searched(part, project, key, env))
    return receipt


def _parts(project: Project, env: Mapping[str, str]) -> Iterator[_Part]:
    plan = project.plan.change("secret", mode=SecretMode.NONE).change("build", push=False, cache_to=())
    cachebust = next_cachebust(read_history(project, env), check_key=False, now=0.0)
    dockerfile = read_text(project.path, plan.build.dockerfile, SMALL)
    for stage in re.findall(_STAGE, dockerfile):
        name = _name()
        argv = build_argv(plan.change("build", image=name), cachebust=cachebust)
        yield _Part(f"the stage {shown(stage)}", name, [*argv[:-1], "--target", stage, "."])
    for mount in dict.fromkeys(re.findall(_MOUNT, dockerfile)):  # as it is: its id tells which of the caches it is
        fields = mount_fields(mount)
        if fields.get("type") != "cache":
            continue
        name = _name()
        target = next((fields[one] for one in ("target", "dst", "destination") if one in fields), "")
        lines = [f"FROM {plan.base.builder}"]
        lines.append(f"RUN --mount={mount} : {name} && cp -r {shlex.quote(target)} /cache-mount")
        argv = build_argv(plan.change("build", image=name, dockerfile="-"))
        yield _Part(f"the cache mount at {shown(target)}", name, argv, "\n".join(lines))


def _name() -> str:
    return f"condock-audit:{os.urandom(8).hex()}"


def _searched(part: _Part, project: Project, key: Secret, env: Mapping[str, str]) -> Receipt:
    try:
        done = subprocess.run(
            part.argv,
            cwd=project.path,
            env={name: value for name, value in env.items() if name != KEY_VARIABLE} | BUILDX,
            input=part.dockerfile.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return _not_searched(part, "the builder does not answer")
    try:
        if done.returncode:
            return _not_searched(part, "it is not in the builder's cache any more")
        return search_image(part.name, [part.image], key, env)
    finally:
        ask([DOCKER, "image", "rm", "--force", part.image], env, _PATIENCE)


def _not_searched(part: _Part, why: str) -> Receipt:
    return Receipt(part.name, "", 0.0, unread=(Unread(WHOLE, f"could not be searched: {why}"),))


def _unread(one: Unread, name: str) -> Unread:
    whole = one.where == WHOLE
    return Unread(name if whole else f"{one.where} in {name}", one.why, layer=whole or one.layer)


def _with(receipt: Receipt, name: str, part: Receipt) -> Receipt:
    known = {layer.digest for layer in receipt.layers}
    layers = [layer for layer in part.layers if layer.digest not in known]
    findings = [replace(one, where=f"{one.where} in {name}") for one in part.findings if one.layer not in known]
    return replace(
        receipt,
        size=receipt.size + sum(layer.size for layer in layers),
        layers=(*receipt.layers, *layers),
        findings=(*receipt.findings, *findings),
        unread=(*receipt.unread, *(_unread(one, name) for one in part.unread)),
    )
