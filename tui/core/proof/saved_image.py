"""The files of a saved image, and what each is: the OCI layout, and the archive of engines before Docker 25."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tui.core.dataclass import dataclass, field
from tui.core.untrusted_text import printable

_ATTESTATION = ("vnd.docker.reference.type", "attestation-manifest")
"""The annotation of buildx (docs/attestations/attestation-storage.md in moby/buildkit)."""


_ELSEWHERE = "is not on this engine"


@dataclass(frozen=True)
class Layer:
    """One layer of an image, or of one platform of it."""

    digest: str
    file: str
    """Its name in the saved image."""
    instruction: str = ""
    """The one that made it, as the image's history says."""


@dataclass
class SavedImage:
    """The parts of a saved image, by the names of their files."""

    layers: list[Layer] = field(default_factory=list)
    """From the bottom up, one platform after the other; one that several have stands here once."""
    configs: list[str] = field(default_factory=list)
    attestations: list[str] = field(default_factory=list)
    manifests: list[str] = field(default_factory=lambda: ["index.json", "manifest.json"])
    platforms: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    """The parts that the image speaks of but are not in it, and why those could not be looked at."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """The same of whole platforms: an engine often has its own alone."""

    @property
    def ids(self) -> frozenset[str]:
        """The digests by which engines and builders know it."""
        return frozenset(filter(None, map(_digest, (*self.configs, *self.manifests))))


def read_saved_image(
    documents: Mapping[str, bytes], files: Mapping[str, int], links: Mapping[str, str]
) -> SavedImage:
    """The parts of the image, by its JSON documents, the sizes of its files, and its links by their targets."""
    return _Reader(documents, files, links).read()


class _Reader:
    def __init__(self, documents: Mapping[str, bytes], files: Mapping[str, int], links: Mapping[str, str]) -> None:
        self._documents, self._files, self._links = documents, files, links
        self._image = SavedImage()
        self._read = set[str]()  # lists may name one another, and the same parts
        self._known = set[str]()  # files of layers

    def read(self) -> SavedImage:
        try:
            if "index.json" in self._documents:
                self._index(self._json("index.json"))
            else:
                for image in self._json("manifest.json"):
                    self._platform(image["Config"], image["Layers"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._image.missing["the image's own list of its parts"] = "cannot be read"
        if not (self._image.layers or self._image.missing or self._image.elsewhere):
            self._image.missing["its layers"] = "are not told"
        return self._image

    def _json(self, file: str) -> Any:
        return json.loads(self._documents[file])

    def _index(self, index: Mapping[str, Any]) -> None:
        for entry in index["manifests"]:
            file = _file(entry["digest"])
            if file not in self._documents:
                platform = _platform(entry.get("platform")) or entry["digest"]
                if file in self._files:
                    self._image.missing[platform] = "cannot be read"
                else:
                    self._image.elsewhere[platform] = _ELSEWHERE
                continue
            if file in self._read:
                continue
            self._read.add(file)
            described = self._json(file)
            self._image.manifests.append(file)
            if "manifests" in described:
                self._index(described)
            elif entry.get("annotations", {}).get(_ATTESTATION[0]) == _ATTESTATION[1]:
                attestations = [_file(layer["digest"]) for layer in described["layers"]]
                self._image.attestations += attestations
                if not self._files.keys() >= set(attestations):
                    self._image.missing["an attestation"] = _ELSEWHERE
            else:
                layers = [_file(layer["digest"]) for layer in described["layers"]]
                self._platform(_file(described["config"]["digest"]), layers)

    def _platform(self, config_file: object, layers: list[str]) -> None:
        if not isinstance(config_file, str):
            raise TypeError
        config = self._json(config_file) if config_file in self._documents else {}
        self._image.configs.append(config_file)
        if config_file not in self._files:
            self._image.missing["the configuration"] = _ELSEWHERE
        self._image.platforms.append(_platform(config))
        made_by = [
            entry.get("created_by", "") for entry in config.get("history", ()) if not entry.get("empty_layer")
        ]
        digests = config.get("rootfs", {}).get("diff_ids", ())
        for number, name in enumerate(layers):
            file = self._linked(name)
            digest = printable(_digest(file) or str(digests[number] if number < len(digests) else file))
            if file not in self._files:
                self._image.missing[f"layer {digest}"] = _ELSEWHERE
            elif file not in self._known:
                self._known.add(file)
                instruction = str(made_by[number]) if number < len(made_by) else ""
                self._image.layers.append(Layer(digest, file, instruction))

    def _linked(self, file: str) -> str:
        """The file that is meant: `../ID/layer.tar` beside this one, where it is a link."""
        target = self._links.get(file, "")
        return target.removeprefix("../") if target else file


def _file(digest: str) -> str:
    kind, _, value = digest.partition(":")
    return f"blobs/{kind}/{value}"


def _digest(file: str) -> str:
    parts = file.split("/")
    return f"{parts[1]}:{parts[2]}" if parts[0] == "blobs" and len(parts) == 3 else ""


def _platform(described: Mapping[str, Any] | None) -> str:
    if not described:
        return ""
    parts = (described.get(name, "") for name in ("os", "architecture", "variant"))
    return "/".join(filter(None, parts))
