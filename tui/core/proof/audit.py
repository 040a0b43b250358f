"""Audits an image: is the key in anything that it is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tui.core.dataclass import dataclass
from tui.core.proof.contents import Contents, Place, Stream
from tui.core.proof.key_search import search_for
from tui.core.proof.saved_image import read_saved_image
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor, printable

WHOLE = "the image"
"""Stands for all of it, where that could not be looked at."""
_LONGEST_TEXT = 300
_LONGEST_PATH = 20
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass(frozen=True)
class Leak:
    """One place where the key is; no text here holds the key itself."""

    where: str
    """The path in the layer, or the part of the image's configuration."""
    encoding: str
    layer: str = ""
    """The layer's digest; empty for what is in none."""
    instruction: str = ""
    """The instruction that made it, as the image's history says."""
    deleted: bool = False
    """A later layer deletes it: in the running image it is not seen, in the image it is."""


@dataclass(frozen=True)
class Unread:
    """The parts that could not be looked at, or not wholly."""

    where: str
    why: str
    layer: bool = False
    """True for a layer, or else a part that was to be searched; False for what is in one, and other platforms."""


@dataclass(frozen=True)
class SearchedLayer:
    """A layer that was searched."""

    digest: str
    size: int
    """Bytes, unpacked."""
    instruction: str


@dataclass(frozen=True)
class ImageAudit:
    """The outcome of searching an image."""

    layers: tuple[SearchedLayer, ...]
    size: int
    """Bytes searched in all, unpacked; what is packed within layers is not counted."""
    platforms: tuple[str, ...]
    findings: tuple[Leak, ...]
    unread: tuple[Unread, ...]
    ids: frozenset[str] = frozenset()
    """All by which the image can be known: the digests of its configurations, manifests and indexes."""


def audit_image(
    saved: Iterable[memoryview], secret: Secret, progress: Callable[[int], None] = lambda size: None
) -> ImageAudit:
    """Search a saved image, as it comes; `progress` gets the bytes that have come.

    CondockError for a secret that is too short to be searched for.
    """
    contents, size = Contents(search_for(secret)), 0
    stream = Stream(contents)
    for chunk in saved:
        stream.feed(chunk)
        progress(size := size + len(chunk))
    stream.close()
    return _Told(contents, secret).audit()


class _Told:
    """The findings, in the words of the image: texts that are safe to show and hold no key."""

    def __init__(self, contents: Contents, secret: Secret) -> None:
        self._contents, self._redact = contents, Redactor([secret])
        self._image = read_saved_image(contents.documents, contents.sizes, contents.links)
        self._order = {layer.file: number for number, layer in enumerate(self._image.layers)}

        self._whiteouts: dict[str, int] = {}  # the last layer that has each
        for file, path, *_ in contents.whiteouts:
            mark = path.strip("/")
            self._whiteouts[mark] = max(self._whiteouts.get(mark, -1), self._order.get(file, -1))

    def audit(self) -> ImageAudit:
        contents = self._contents
        found = sorted(contents.found, key=lambda item: self._order.get("".join(item[0][:1]), -1))
        layers = [
            SearchedLayer(layer.digest, contents.sizes[layer.file], self._clean(layer.instruction))
            for layer in self._image.layers
            if layer.file in contents.archives and (layer.file,) not in contents.unread
        ]
        return ImageAudit(
            layers=tuple(layers),
            size=sum(contents.sizes.values()),
            platforms=tuple(self._clean(platform) for platform in self._image.platforms if platform),
            findings=tuple(finding for place, how in found for finding in self._findings(place, how)),
            unread=tuple(self._unread()),
            ids=self._image.ids,
        )

    def _findings(self, place: Place, encoding: str) -> Iterator[Leak]:
        file = place[0] if place else ""
        if file in self._order:
            layer = self._image.layers[self._order[file]]
            where = self._path(place[1:]) or "between its files"
            deleted = self._is_deleted(place)
            yield Leak(where, encoding, layer.digest, self._clean(layer.instruction), deleted)
        elif file in self._image.configs:
            yield from self._in_config(file, encoding)
        elif file in self._image.attestations:
            yield Leak("an attestation of the image", encoding)
        elif file in self._image.manifests:
            yield Leak("a manifest of the image", encoding)
        elif file in self._contents.documents:  # as Docker 25 and later still save for those before
            yield Leak("an older description of the image", encoding)
        else:
            yield Leak(self._path(place) or "the saved image", encoding)

    def _in_config(self, file: str, encoding: str) -> Iterator[Leak]:
        try:
            config = json.loads(self._contents.documents[file])
        except (KeyError, ValueError, RecursionError):  # too long to be kept, or none that can be read
            config = None
        places = {
            self._part_of_config(path, text, config): None
            for path, text in _texts(config)
            if self._contents.search.find(text.encode("utf-8", "surrogatepass"))
        }
        for where, instruction in places or {("the configuration", ""): None}:
            yield Leak(where, encoding, instruction=instruction)

    def _part_of_config(self, path: tuple[str, ...], text: str, config: Any) -> tuple[str, str]:
        """The place in the configuration, and the instruction that put it there, where it says so."""
        match path:
            case ("history", number, _):
                entry = config["history"][int(number)] if isinstance(config["history"], list) else {}
                made_by = entry.get("created_by") if isinstance(entry, dict) else ""
                return "the history", self._clean(made_by) if isinstance(made_by, str) else ""
            case ("config", "Env", _):
                return f"the variable {self._clean(text.partition('=')[0])}", ""
            case ("config", "Labels", name):
                return f"the label {self._clean(name)}", ""
            case _:
                return f"the configuration: {self._clean('.'.join(path))}", ""

    def _unread(self) -> Iterator[Unread]:
        for where, why in self._image.missing.items():
            yield Unread(self._clean(where), why, layer=True)
        for where, why in self._image.elsewhere.items():
            yield Unread(self._clean(where), why)
        for layer in self._image.layers:
            if layer.file not in self._contents.archives and (layer.file,) not in self._contents.unread:
                yield Unread(f"layer {layer.digest}", "is packed in a way that is not known here", layer=True)
        for place, why in self._contents.unread.items():
            number = self._order.get(place[0]) if place else None
            within = f"layer {self._image.layers[number].digest}" if number is not None else self._path(place[:1])
            where = " in ".join(filter(None, (self._path(place[1:]), within))) or "the saved image"
            yield Unread(where, why, layer=len(place) < 2)

    def _is_deleted(self, place: Place) -> bool:
        """True if a later layer has a whiteout of it, or of a folder it is in (OCI image-spec, layer.md)."""
        if len(place) < 2:
            return False
        parts = place[1].strip("/").split("/")
        marks = {"/".join((*parts[:depth], f"{_WHITEOUT}{parts[depth]}")) for depth in range(len(parts))}
        marks |= {"/".join((*parts[:depth], _OPAQUE)) for depth in range(len(parts))}
        return any(self._whiteouts.get(mark, -1) > self._order[place[0]] for mark in marks)

    def _path(self, place: Place) -> str:
        return " in ".join(self._clean(part) for part in reversed(place))

    def _clean(self, text: str) -> str:
        text = self._redact(printable(text.replace("\n", " ")))
        return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _texts(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """All texts in a JSON value, however deep, each with how the way to it begins; a name is a text, too."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict | list):
            inner = [*(value.items() if isinstance(value, dict) else enumerate(value))]
            yield from (((*path, name), name) for name, _ in inner if isinstance(name, str))
            waiting += [((*path, str(name))[:_LONGEST_PATH], one) for name, one in reversed(inner)]
