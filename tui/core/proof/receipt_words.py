"""The receipt in words: one line, and the whole."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from tui.core.audience import hosts_in_words
from tui.core.proof.audit import Leak
from tui.core.proof.receipt import KeyAudience, Receipt
from tui.core.units import human_size
from tui.core.untrusted_text import shown

_PACKERS = "gzip, zlib, zstd, bzip2, xz, zip or tar"
_MOST = 20  # of a list, in words
_LONGEST = 90  # characters of an instruction
_NOT_FOUND = {
    "not found": "nowhere",
    "not found in what was searched": "not in what was searched",
    "partly searched": "not in what was searched",
    "not searched": "nothing was searched",
}


def receipt_line(receipt: Receipt) -> str:
    """The outcome in a sentence."""
    if receipt.findings:
        first = receipt.findings[0]
        more = len(receipt.findings) - 1
        others = f", and in {more} more place{'s' * (more > 1)}" if more else ""
        return f"THE KEY WAS FOUND in {_where(first)}{others}."
    if not receipt.layers:
        why = "; ".join(f"{one.where} {one.why}" for one in receipt.unread[:1])
        return f"The image was not searched for the key: {why or 'there was none'}."
    layers = f"{len(receipt.layers)} layer{'s' * (len(receipt.layers) > 1)}, {human_size(receipt.size)}"
    if receipt.result == "partly searched":
        unread = next(one for one in receipt.unread if one.layer)
        said = f"NOT ALL WAS SEARCHED for the key: {unread.where} {unread.why}."
        return f"{said} It is not in the rest: {layers} searched."
    if receipt.unread:
        unread, more = receipt.unread[0], len(receipt.unread) - 1
        others = f", and {more:,} more" if more else ""
        said = f"The key is not in what was searched of the image: {layers}."
        return f"{said} Not searched: {short_digests(unread.where)} {unread.why}{others}."
    return f"The key is nowhere in the image: {layers} searched."


def receipt_text(receipt: Receipt) -> str:
    """The whole."""
    return "\n".join(_lines(receipt))


def short_digests(text: str) -> str:
    """The text with digests by their beginnings."""
    return re.sub(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}", r"\1…", text)


def _lines(receipt: Receipt) -> Iterator[str]:
    day = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(receipt.when))
    yield f"Receipt: is the key in {shown(receipt.image, 120)}?"
    yield receipt_line(receipt)
    yield ""
    yield from _row("image", [receipt.digest or "not known"])
    yield from _row("when", [f"{day}, condock {receipt.version}"])
    layers = [
        f"{human_size(one.size):>8}  {shown(one.instruction, _LONGEST) or one.digest}" for one in receipt.layers
    ]
    count = f"{len(layers)} layers, {human_size(receipt.size)}" if len(layers) != 1 else f"1 layer, {layers[0]}"
    yield from _row("searched", [f"{count}{_of(receipt.platforms)}", *(layers if len(layers) > 1 else ())])
    yield from _row("", ["history, configuration, labels, variables, attestations"] if layers else [])
    yield from _row("", [f"beside the image: {', '.join(receipt.files)}"] if receipt.files else [])
    yield from _row(
        "encodings",
        [*receipt.encodings, f"each of them packed up to {receipt.depth} times over, too, by {_PACKERS}"],
    )
    yield from _row(
        "found", [f"{_where(one)} ({one.encoding})" for one in receipt.findings] or [_NOT_FOUND[receipt.result]]
    )
    if receipt.unread:
        yield from _row("not searched", [f"{one.where} {one.why}" for one in receipt.unread])
    if receipt.audience:
        yield from _row("saw the key", _saw(receipt.audience))
        yield from _row("did not", _did_not(receipt))
    yield from _row("not proven", receipt.not_proven)


def _row(name: str, values: Iterable[str]) -> Iterator[str]:
    said = list(values)
    if len(said) > _MOST:
        said = [*said[: _MOST - 1], f"and {len(said) - _MOST + 1:,} more"]
    for number, value in enumerate(said):
        yield f"  {name if not number else '':<13} {value}".rstrip()


def _of(platforms: Iterable[str]) -> str:
    named = ", ".join(platforms)
    return f" of {named}" if named else ""


def _where(finding: Leak) -> str:
    made = f", made by {shown(finding.instruction, 120)}" if finding.instruction else ""
    gone = ", deleted by a later layer" if finding.deleted else ""
    layer = f" in layer {finding.layer[:19]}…" if finding.layer else ""
    return f"{finding.where}{layer}{made}{gone}"


def _saw(audience: KeyAudience) -> Iterator[str]:
    yield f"hosts: {hosts_in_words(audience.hosts, audience.names, 'none that the plan names')}"
    form = "the isolated form" if audience.isolated else "the guide's form"
    yield f"in the build, in {form}: conda in base, by {', '.join(audience.readers) or 'no plug-in that is known'}"
    yield from (f"the instruction {shown(instruction, _LONGEST)}" for instruction in audience.instructions)
    if audience.builder:
        yield f"the builder: {audience.builder}"
    if not audience.isolated:
        yield f"could have read it: {_packages(audience)}"


def _did_not(receipt: Receipt) -> Iterator[str]:
    if receipt.audience and receipt.audience.isolated:
        yield _packages(receipt.audience)
    if receipt.result == "not found":
        yield "the application, and whoever pulls the image"


def _packages(audience: KeyAudience) -> str:
    several = f"{audience.packages} packages" if audience.packages else "the packages"
    return f"{several}, their scripts{' and what pip builds' if audience.pip else ', pip'}"
