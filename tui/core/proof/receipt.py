"""The receipt of a search, also as an in-toto statement: what was searched and found, and who saw the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tui.core.dataclass import dataclass, replace
from tui.core.errors import ExitCode
from tui.core.key_encodings import ENCODINGS
from tui.core.proof.audit import ImageAudit, Leak, SearchedLayer, Unread
from tui.core.proof.contents import DEPTH
from tui.version import VERSION

STATEMENT = "https://in-toto.io/Statement/v1"
"""github.com/in-toto/attestation, spec/v1/statement.md."""
PREDICATE = "urn:condock:key-receipt:v1"

NOT_PROVEN = (
    "that no copy of the key is in the image that is encrypted, packed or changed in another way",
    "that no copy was sent away while the image was built",
    "what the engine keeps in its own memory, cache and logs",
    "anything about what is listed as not searched",
)
"""The things that a receipt does not say, each as the end of a sentence."""
_CODES = {
    "not found": ExitCode.DONE,
    "not found in what was searched": ExitCode.DONE,
    "partly searched": ExitCode.NO_ENGINE,
    "not searched": ExitCode.NO_ENGINE,
    "found": ExitCode.KEY_FOUND,
}


@dataclass(frozen=True)
class KeyAudience:
    """Who saw the key while the image was built, and who did not."""

    hosts: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """The packages that handled it, with their versions."""
    isolated: bool = False
    """True where packages, their scripts and pip were kept from it."""
    packages: int = 0
    """How many were installed; 0 where that is not known."""
    pip: bool = False
    builder: str = ""
    """Who built, in words, and by which versions."""
    instructions: tuple[str, ...] = ()
    """Those of the Dockerfile that were shown it, each on one line."""
    names: tuple[str, ...] = ()
    """Channels by whose names the builder image may mean further hosts."""


@dataclass(frozen=True)
class Receipt:
    """The outcome of a search."""

    image: str
    digest: str
    """By which its engine knows the image; empty where it could not be asked."""
    when: float
    """Seconds since the epoch."""
    layers: tuple[SearchedLayer, ...] = ()
    size: int = 0
    """Bytes of the image that were searched."""
    platforms: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """The names of the things that were searched beside the image."""
    findings: tuple[Leak, ...] = ()
    unread: tuple[Unread, ...] = ()
    audience: KeyAudience | None = None
    """None for an image that was not built here just now."""
    encodings: tuple[str, ...] = ENCODINGS
    depth: int = DEPTH
    version: str = VERSION
    not_proven: tuple[str, ...] = NOT_PROVEN

    @property
    def is_whole(self) -> bool:
        """True if every layer of the image was searched; files in them may not have been."""
        return bool(self.layers) and not any(one.layer for one in self.unread)

    @property
    def result(self) -> str:
        """The verdict, in words.

        `partly searched` where a layer of the image could not be, `not found in what was searched` where a file in
        one could not, or what is beside.
        """
        if self.findings or not self.layers:
            return "found" if self.findings else "not searched"
        if not self.is_whole:
            return "partly searched"
        return "not found in what was searched" if self.unread else "not found"

    @property
    def exit_code(self) -> ExitCode:
        """Of whatever made it: the search of an image, or a build that ends with one."""
        return _CODES[self.result]

    def with_audit(self, audit: ImageAudit) -> Receipt:
        """The receipt with what was searched of an image."""
        return replace(
            self,
            layers=audit.layers,
            size=audit.size,
            platforms=audit.platforms,
            findings=(*audit.findings, *self.findings),
            unread=(*audit.unread, *self.unread),
        )


def to_statement(receipt: Receipt) -> dict[str, object]:
    """As JSON in the form of an in-toto statement about the image, which can be attached to it and signed."""
    kind, _, value = receipt.digest.partition(":")
    subject = [{"name": receipt.image, "digest": {kind: value}}] if value else [{"name": receipt.image}]
    facts = asdict(receipt)
    for name in ("image", "digest"):
        del facts[name]
    predicate = {"result": receipt.result, **facts}
    return {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": predicate}


def from_statement(data: Mapping[str, Any]) -> Receipt:
    """The receipt that `to_statement` wrote; an exception where it is no such statement."""
    facts = dict(data["predicate"])
    del facts["result"]
    (subject,) = data["subject"]
    digest = "".join(f"{kind}:{value}" for kind, value in subject.get("digest", {}).items())
    audience = facts["audience"] and KeyAudience(**_tuples(facts["audience"]))
    for name, kind in (("layers", SearchedLayer), ("findings", Leak), ("unread", Unread)):
        facts[name] = tuple(kind(**one) for one in facts[name])
    return Receipt(**_tuples(facts | {"image": subject["name"], "digest": digest, "audience": audience}))


def _tuples(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
