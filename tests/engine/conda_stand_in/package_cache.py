"""conda's package cache: archives are fetched, checked and unpacked, where py-rattler finds them too."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import RELEASE, CondaError, CondaMultiError
from .base.context import context
from .channels import Channels
from .unpacking import unpack

ENDINGS = (".tar.bz2", ".conda")
MAGIC = "urls.txt"
"""Without it a folder is no package cache."""
RECORD = "info/repodata_record.json"
"""Where an unpacked package says what it was made from."""


class ChecksumMismatchError(CondaError):
    """What was fetched is not what was meant."""


def hashes(content: bytes) -> dict[str, str]:
    """Those that a package is known by."""
    return {kind: hashlib.new(kind, content, usedforsecurity=False).hexdigest() for kind in ("md5", "sha256")}


class MatchSpec:
    """One package by its address, with the hash it must have; conda's own knows much more."""

    def __init__(self, url: str, *, md5: str = "", sha256: str = "") -> None:
        if not url.endswith(ENDINGS):
            raise CondaError(f"the stand-in for conda reads {' and '.join(ENDINGS)} only, not {url}")
        self.url, self.md5, self.sha256 = url, md5, sha256
        self.fn = url.rpartition("/")[2]
        self.stem = self.fn.removesuffix(ENDINGS[0]).removesuffix(ENDINGS[1])
        self.name, self.version, self.build = self.stem.rsplit("-", 2)

    def get(self, name: str, default: Any = None) -> Any:
        """A field by its name."""
        return getattr(self, name, None) or default

    @property
    def archive(self) -> Path:
        """Where the package is kept as it was fetched."""
        return context.pkgs_dir / self.fn

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return context.pkgs_dir / self.stem

    @property
    def unpacked(self) -> dict[str, Any]:
        """What the cache knows of the package where it is unpacked, whatever became of the archive; or nothing."""
        record = self.folder / RECORD
        is_cache = (context.pkgs_dir / MAGIC).exists()
        known: dict[str, Any] = json.loads(record.read_text()) if is_cache and record.exists() else {}
        return known if known.get("url") == self.url and self.mismatch(known) is None else {}

    @property
    def is_cached(self) -> bool:
        """Whether nothing is to be fetched for it."""
        return bool(self.unpacked) or (
            self.archive.exists() and self.mismatch(hashes(self.archive.read_bytes())) is None
        )

    def mismatch(self, actual: Mapping[str, Any]) -> tuple[str, str, str] | None:
        """The kind of hash that is another, the expected and the actual one."""
        for kind, expected in (("sha256", self.sha256), ("md5", self.md5)):
            if expected and actual[kind] != expected:
                return kind, expected, actual[kind]
        return None


class ProgressBar:
    """Off a terminal conda shows none; a subclass of ProgressiveFetchExtract may."""

    def update_to(self, fraction: float) -> None: ...
    def refresh(self) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class ProgressiveFetchExtract:
    """Fetches and unpacks the packages that are not in the cache; CondaMultiError for those that cannot be."""

    def __init__(self, link_prefs: Iterable[MatchSpec]) -> None:
        self.link_precs = tuple(link_prefs)

    def execute(self) -> None:
        """Do it; the lines are conda's."""
        missing = [spec for spec in self.link_precs if not spec.is_cached]
        packed = [spec for spec in self.link_precs if not spec.unpacked]
        if not context.quiet:
            print("\nDownloading and Extracting Packages: ...working...", end="", flush=True)
        context.pkgs_dir.mkdir(parents=True, exist_ok=True)
        channels = Channels(sorted({spec.url.rsplit("/", 2)[0] for spec in missing}))
        failures: list[Exception] = []
        with ThreadPoolExecutor(context.fetch_threads) as threads:
            running = [threads.submit(self._fetch, spec, channels) for spec in missing]
        failures += [
            failure for future in running if (failure := future.exception()) and isinstance(failure, Exception)
        ]
        if packed and not failures:
            with _unpackers() as unpackers:
                list(unpackers.map(unpack, [spec.archive for spec in packed], [spec.folder for spec in packed]))
            for spec in packed:
                content = spec.archive.read_bytes()
                record = {"fn": spec.fn, "url": spec.url, "size": len(content), **hashes(content)}
                (spec.folder / RECORD).write_text(json.dumps(record))
        if not context.quiet:
            print(" done", flush=True)
        if failures:
            raise CondaMultiError([*failures, failures[0]])  # conda too has the first one twice

    def _fetch(self, spec: MatchSpec, channels: Channels) -> None:
        bar = self._progress_bar(spec, leave=False)
        content = channels.download(spec.url)
        if wrong := spec.mismatch(hashes(content)):
            kind, expected, actual = wrong
            raise ChecksumMismatchError(
                "Conda detected a mismatch between the expected content and downloaded content\n"
                f"for url '{spec.url}'.\n  download saved to: {spec.archive}\n"
                f"  expected {kind}: {expected}\n  actual {kind}: {actual}\n"
            )
        shutil.rmtree(spec.folder, ignore_errors=True)
        spec.folder.with_name(f"{spec.folder.name}.lock").unlink(missing_ok=True)  # what py-rattler knows of it
        spec.archive.write_bytes(content)
        with (context.pkgs_dir / MAGIC).open("a") as urls:
            urls.write(f"{spec.url}\n")
        bar.update_to(1.0)
        bar.finish()
        bar.refresh()
        bar.close()

    @staticmethod
    def _progress_bar(
        prec_or_spec: MatchSpec, position: int | None = None, leave: bool = False, context_manager: Any = None
    ) -> ProgressBar:
        return ProgressBar()


def _unpackers() -> Executor:
    """A process since 26.7: it begins with the program that was run, which has to bear that."""
    if RELEASE >= (26, 7):
        return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    return ThreadPoolExecutor()
