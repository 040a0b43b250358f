"""Dependencies of environment.yml made into what py-rattler solves: it knows no `defaults` and no `six*`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from rattler import Gateway, MatchSpec, RepoDataRecord
from rattler.exceptions import InvalidMatchSpecError

from tui.solver.channels import names_of, versions_of
from tui.solver.messages import Failed, Message


class Spec:
    """One dependency: as it is written, and as it is solved."""

    def __init__(self, text: str, match: MatchSpec) -> None:
        self.text = text
        self.match = match
        name = match.name.as_package_name()
        self.name = name.normalized if name else ""

    @property
    def known_as(self) -> tuple[str, str, str]:
        """Its name, the way py-rattler writes it, and as it was given."""
        return self.name, str(self.match), self.text


async def read_specs(gateway: Gateway, message: Message) -> list[Spec]:
    """The specs of a question, in their order. Raises Failed for one that cannot be read or that no channel has.

    `message` has the `channels` and `platforms` that the gateway has loaded.
    """
    specs = [await _read(gateway, wanted, message) for wanted in message["specs"]]
    for spec, wanted in zip(specs, message["specs"], strict=True):
        where = wanted["channels"] or (message["channels"] if wanted["subdir"] else [])
        if where and not await _bound(gateway, spec, wanted["subdir"], where, message["platforms"]):
            raise await _absent(gateway, spec, where, specs, message)
    return specs


async def _read(gateway: Gateway, wanted: Message, message: Message) -> Spec:
    text = wanted["spec"]
    pattern = text.split(maxsplit=1)[0] if text.strip() else ""
    if "*" in pattern and "=" not in pattern:
        names = await names_of(gateway, message["channels"], message["platforms"])
        fitting = [name for name in names if fnmatchcase(name, pattern.lower())]
        # conda takes any one of them that goes with the others.
        text = min(fitting, key=len, default=pattern.replace("*", "")) + text.removeprefix(pattern)
    return Spec(wanted["text"], _match(text, wanted["text"]))


def _match(text: str, written: str) -> MatchSpec:
    """In the lenient form: given as text, solve would read the strict one, which rejects what conda accepts."""
    try:
        return MatchSpec(text)
    except InvalidMatchSpecError as error:
        raise Failed("spec", str(error), spec=written) from None


async def _bound(
    gateway: Gateway, spec: Spec, subdir: str, channels: Sequence[str], platforms: Sequence[str]
) -> bool:
    """Bind a spec to the first of these channels that has it, and tell whether there is one."""
    for channel in channels:
        for record in await _records(gateway, [channel], platforms, spec):
            if subdir in ("", record.subdir):
                spec.match = _match(f"{channel}::{spec.match}", spec.text)
                return True
    return False


async def _records(
    gateway: Gateway, channels: Sequence[str], platforms: Sequence[str], spec: Spec
) -> list[RepoDataRecord]:
    found = await gateway.query(channels, platforms, [spec.match], recursive=False, channel_relations="disabled")  # type: ignore[arg-type]
    return [record for records in found for record in records if spec.match.matches(record)]


async def _absent(
    gateway: Gateway, spec: Spec, channels: Sequence[str], specs: Sequence[Spec], message: Message
) -> Failed:
    """That the channels in front of a spec do not have it, and what there is instead."""
    everywhere, platforms = message["channels"], message["platforms"]
    elsewhere = await _records(gateway, everywhere, platforms, spec)
    versions = [] if elsewhere else await versions_of(gateway, channels, platforms, spec.name)
    similar = [spec.name] if elsewhere else []
    if not (elsewhere or versions):
        similar = get_close_matches(spec.name, await names_of(gateway, everywhere, platforms))
    there = {"versions": versions, "platforms": [], "similar": similar}
    text = f"No candidates were found for {spec.match}."
    return Failed("unsolvable", text, specs=[other.known_as for other in specs], absent={spec.name: there})
