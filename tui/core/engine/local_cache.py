"""Caches that a build leaves in a folder of this machine: inside the project alone, and through no link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tui.core.engine.registry import read_cache
from tui.core.errors import CondockError, Problem
from tui.core.inside_folder import insist_on_no_links

_MOST_FILES = 10_000
"""In a cache, of which each layer is one file."""
_HINT = "Name one inside the project, such as `dest=.buildcache`."


def local_cache_problems(folder: Path, cache_to: Iterable[str]) -> Iterator[Problem]:
    """The problems of the places that these `--cache-to` write to, as buildx reads them, run in the folder.

    buildx makes the folders of such a place, and writes its index through a link (moby/buildkit, client/ociindex).
    """
    for entry in cache_to:
        cache = read_cache(entry)
        if cache.get("type") == "local" and (fault := _fault(folder, cache.get("dest", ""))):
            yield Problem(*fault, "build.cache_to")


def _fault(folder: Path, place: str) -> tuple[str, str] | None:
    parts = [part for part in place.split("/") if part not in ("", ".")]
    if not parts or parts[0].casefold() == ".git":
        return "A local cache needs a folder of its own.", _HINT
    try:
        insist_on_no_links(folder, place, _MOST_FILES)
    except CondockError as error:
        return error.message, error.hint
    except (OSError, ValueError):
        return "The folder of a local cache cannot be looked into.", _HINT
    return None
