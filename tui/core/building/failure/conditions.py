"""Conditions that tell causes apart which look the same in a log, and the names that fill their sentences."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from tui.core.account.key import check_key
from tui.core.channels.addresses import ALIAS, addresses, channel_of
from tui.core.channels.hosts import HostKey, build_settings
from tui.core.dataclass import dataclass, field
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.environment.dependencies import name_of
from tui.core.errors import CondockError
from tui.core.images.reference import parse_reference, with_mirror
from tui.core.key_access import build_key
from tui.core.plan import SecretMode, SecretMount
from tui.core.project import Project
from tui.core.untrusted_text import shown

_LONGEST = 120  # characters of one name in a sentence
_TELLING = 60  # characters by which an instruction is known
_PASTE_AGAIN = "Paste it once more, whole: it may have been cut or changed. "


@dataclass(frozen=True)
class Scene:
    """A pattern's finding, with the project and the instruction it was found at."""

    project: Project
    now: float
    """Seconds since the epoch."""
    instruction: str = ""
    """The failed step's; empty where there is none."""
    found: Mapping[str, str] = field(default_factory=dict)
    """The pattern's groups."""

    @property
    def channel(self) -> str:
        """The channel that was named; empty where none was."""
        return channel_of(self.found.get("channel", ""))


def _at_plugin(scene: Scene) -> bool:
    return "anaconda-registration" in scene.instruction


def _plugin_chosen(scene: Scene) -> bool:
    """True at that instruction of a channel that was chosen: the address of condock's own is not mistyped."""
    return _at_plugin(scene) and scene.project.plan.secret.plugin_channel != SecretMount().plugin_channel


def _keyless(scene: Scene) -> bool:
    return scene.project.plan.secret.mode is SecretMode.NONE


def _elsewhere(scene: Scene) -> bool:
    """True if the plan shows the channel's host no key."""
    host = _host(scene)
    return host is not None and not host.gets_key


def _foreign(scene: Scene) -> bool:
    """True if the host is one of those that the user lets see a key of another."""
    host = _host(scene)
    return host is not None and _name(host).lower() in map(str.lower, scene.project.plan.account.hosts)


def _expired(scene: Scene) -> bool:
    if "expired" in scene.found:
        return True
    with suppress(CondockError):
        if key := build_key(scene.project):
            expires = check_key(key, scene.now).expires
            return expires is not None and expires.timestamp() <= scene.now
    return False


def _ignored(scene: Scene) -> bool:
    """True if the file is there and held back: BuildKit says the same of one that is not there."""
    path = scene.found["path"]
    return os.path.lexists(scene.project.path / path) and ignored_by(scene.project.ignore_text())(path)


def _unasked(scene: Scene) -> bool:
    """True if nothing asks for what is missing: rattler knows of what is asked for no other versions."""
    asked = {dependency.name for dependency in scene.project.read_document().dependencies}
    return name_of(scene.found["missing"].strip().removeprefix("- ")) not in asked


def _offline(scene: Scene) -> bool:
    return scene.project.plan.build.network == "none"


def _downloading(scene: Scene) -> bool:
    """True of the instruction that has the key and is to install nothing."""
    return "--download-only" in scene.instruction


def _linking(scene: Scene) -> bool:
    """True of the instruction that installs what was downloaded."""
    return "--offline" in scene.instruction


def _shut_off(scene: Scene) -> bool:
    return "--network=none" in scene.instruction


def _written_here(scene: Scene) -> bool:
    """True of an instruction by which condock makes the environment."""
    own = (_bare(one.text) for one in scene.project.instructions() if one.stage == "builder")
    return bool(scene.instruction) and any(text.startswith(_bare(scene.instruction)[:_TELLING]) for text in own)


def _bare(instruction: str) -> str:
    """An instruction on one line, without its options: BuildKit names it so."""
    return re.sub(r"^RUN (?:--\S+ )*", "RUN ", " ".join(instruction.replace("\\\n", " ").split()))


def _booting(scene: Scene) -> bool:
    return scene.instruction == "booting buildkit"


CONDITIONS: dict[str, Callable[[Scene], bool]] = {
    "at_plugin": _at_plugin,
    "plugin_chosen": _plugin_chosen,
    "booting": _booting,
    "downloading": _downloading,
    "linking": _linking,
    "shut_off": _shut_off,
    "keyless": _keyless,
    "elsewhere": _elsewhere,
    "foreign": _foreign,
    "expired": _expired,
    "ignored": _ignored,
    "offline": _offline,
    "unasked": _unasked,
    "written_here": _written_here,
}
"""By their names in the table of causes."""


def words(scene: Scene) -> dict[str, str]:
    """The names that a cause's sentences may have, with their values: safe to show, and short."""
    plan, host = scene.project.plan, _host(scene)
    named = {"domain": plan.account.domain, "plugin_channel": plan.secret.plugin_channel, **scene.found}
    if host:
        named["host"] = _name(host)
    if channel := scene.channel:
        of_host = f"{channel} ({_name(host)})" if host else f"`{channel}`"
        named["channel"] = channel if "://" in channel else of_host
    if image := scene.found.get("image"):
        named["image"] = image.partition("@")[0]
    named["packages"] = _listed(scene.found.get("packages", "")) or "one of the dependencies"
    if missing := scene.found.get("missing"):
        named["missing"] = _listed(missing)
    sentences = {"reason": shown(host.reason, 3 * _LONGEST)} if host else {}
    sentences["paste_again"] = _PASTE_AGAIN if scene.project.pasted else ""
    return {name: shown(text, _LONGEST) for name, text in named.items()} | sentences


def _listed(items: str) -> str:
    return ", ".join(line.strip().removeprefix("- ") for line in items.splitlines())


def place(step: str, name: str, scene: Scene) -> tuple[str, str]:
    """The step and the field of a row, where the row leaves them to the project."""
    plan = scene.project.plan
    if step == "key":
        modes = {SecretMode.VARIABLE: ("account", "key"), SecretMode.DOTENV: ("secret", "secret.file")}
        return modes.get(plan.secret.mode, ("account", "account"))
    if step == "file":
        return _place_of_file(scene)
    if name == "image":
        runtime = with_mirror(plan.base.runtime, plan.base.mirror)
        return step, "base.runtime" if _same_image(runtime, scene.found["image"]) else "base.builder"
    return step, name


def _place_of_file(scene: Scene) -> tuple[str, str]:
    plan, path = scene.project.plan, scene.found["path"]
    if path in (plan.environment.file, *plan.environment.locks):
        return "dependencies", "environment"
    if any(path == copied.strip("/").removeprefix("./") for copied in plan.application.files):
        return "application", "application.files"
    return "preview", "build.dockerfile"


def _host(scene: Scene) -> HostKey | None:
    """The host of the channel that was named, and whether the plan shows it the key; None where it is not known.

    anaconda-auth says `defaults` for Anaconda's own channels, and addresses for those of other hosts. A bare name
    that the build does not ask is one by the settings of the base, which are not seen from here.
    """
    plan, channel = scene.project.plan, scene.channel
    bare, asked = (f"{ALIAS}/{channel}",), scene.project.build_channels()
    if addresses(channel) == bare and not any(addresses(name) == bare for name in asked):
        return None
    known = build_settings([channel], plan.secret.mode, plan.account.domain, plan.account.hosts).hosts
    return known[0] if addresses(channel) and known else None


def _name(host: HostKey) -> str:
    return urlsplit(host.origin).netloc


def _same_image(one: str, other: str) -> bool:
    try:
        return str(parse_reference(one)) == str(parse_reference(other))
    except CondockError:
        return False
