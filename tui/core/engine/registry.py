"""The registries that an image and its layers are sent to, and who will see them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tui.core.dataclass import replace
from tui.core.errors import CondockError, Problem
from tui.core.images.reference import HUB, parse_reference, reference_problem
from tui.core.untrusted_text import printable

_CACHES = ("registry", "local", "inline", "gha", "s3", "azblob")
"""The kinds of caches (docs.docker.com, build/cache/backends)."""

_SECRETS = {"secret_access_key", "session_token", "token"}
"""Fields of the kinds `s3`, `azblob` and `gha` that buildx also takes from the environment."""

_VISIBILITY = {
    # docker/cli issue 4977: a push creates the repository, public unless the account's default says otherwise.
    HUB: "A repository that the push creates on Docker Hub is public, unless your account is set otherwise.",
    # docs.github.com, "Working with the Container registry": when first published, a package is private.
    "ghcr.io": "A package that the push creates on GitHub is private until you publish it.",
    # docs.aws.amazon.com, Amazon ECR Public: repositories are open to everyone.
    "public.ecr.aws": "Everything in Amazon's public gallery is open to the world.",
}


def push_problem(image: str, field: str = "build.image") -> Problem | None:
    """Why an image of this name cannot be pushed; None also for a name that is none, which is said elsewhere."""
    try:
        name = parse_reference(image)
    except CondockError:
        return None
    if name.registry != HUB or not name.repository.startswith("library/"):
        return None
    return Problem(
        f"`{printable(image)}` would be pushed to {HUB}/{name.repository}, where only Docker's own images are.",
        "Put your registry or account in front, such as `registry.example.com/team/app`.",
        field,
    )


def push_audience(image: str) -> str:
    """Who will see an image of this name once it is pushed, in a sentence or two; empty for what is no name."""
    return _audience(image, "The image, with your files and all its packages, can be pulled")


def cache_problems(cache_from: Iterable[str], cache_to: Iterable[str], image: str) -> Iterator[Problem]:
    """The problems of the caches' form, as docker/buildx reads them (util/buildflags/cache.go)."""
    for field, entries in (("build.cache_from", cache_from), ("build.cache_to", cache_to)):
        for entry in entries:
            if problem := _cache_problem(entry, field):
                yield problem
            elif field == "build.cache_to" and _same(read_cache(entry).get("ref", ""), image):
                message = "The cache would take the place of the image itself in the registry."
                yield Problem(message, "Give the cache a tag of its own, such as `:buildcache`.", field)


def cache_audience(entry: str) -> str:
    """Who will see the layers kept by this `--cache-to`; empty where they stay on this machine or in the image."""
    cache = read_cache(entry)
    what = "All layers, also those of the builder stage," if cache.get("mode") == "max" else "The image's layers"
    return _audience(cache["ref"], f"{what} can be pulled as a cache") if "ref" in cache else ""


def leaves_the_image(entry: str) -> bool:
    """True if this cache is kept apart from the image, which takes a builder that can give it away."""
    return read_cache(entry).get("type") != "inline"


def read_cache(entry: str) -> Mapping[str, str]:
    """The fields of `--cache-from` and `--cache-to` as docker/buildx reads them: blanks count, the last one wins.

    A bare name is that of a cache in a registry.
    """
    import csv

    try:
        record = next(csv.reader([entry]), [])
    except csv.Error:
        return {}
    if not any("=" in field for field in record):
        return {"type": "registry", "ref": entry.strip()}
    pairs = (field.partition("=") for field in record)
    return {name.lower(): value for name, _, value in pairs}


def registry_cache(image: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`--cache-from` and `--cache-to` for a cache beside this image, under a tag of its own; none for no name."""
    try:
        ref = replace(parse_reference(image), tag="buildcache", digest="")
    except CondockError:
        return (), ()
    return (f"type=registry,ref={ref}",), (f"type=registry,ref={ref},mode=max",)


def _cache_problem(entry: str, field: str) -> Problem | None:
    cache = read_cache(entry)
    kind = cache.get("type", "")
    if kind not in _CACHES:
        message = f"`{printable(kind or entry)}` is no kind of cache."
        return Problem(message, f"Use `type=` with one of: {', '.join(_CACHES)}.", field)
    if _SECRETS & cache.keys():
        message = "The credentials of a cache do not belong into the plan, which is meant to be committed."
        return Problem(message, "Leave them to the environment, where buildx finds them too.", field)
    if kind == "registry":
        ref = cache.get("ref", "")
        return reference_problem(ref, field) or (push_problem(ref, field) if field == "build.cache_to" else None)
    place = "src" if field == "build.cache_from" else "dest"
    if kind == "local" and not cache.get(place):
        return Problem("A local cache needs a folder.", f"Write `type=local,{place}=FOLDER`.", field)
    return None


def _same(first: str, second: str) -> bool:
    try:
        one, other = parse_reference(first), parse_reference(second)
    except CondockError:
        return False
    return replace(one, tag=one.tag or "latest") == replace(other, tag=other.tag or "latest")


def _audience(image: str, what: str) -> str:
    try:
        name = parse_reference(image)
    except CondockError:
        return ""
    if name.registry.split(":")[0] in ("localhost", "127.0.0.1"):
        return f"{what} by everyone who reaches {name.registry} on the builder's own machine."
    who = f"{what} by everyone who may read {name.registry}/{name.repository}."
    return f"{who} {_VISIBILITY.get(name.registry, '')}".strip()
