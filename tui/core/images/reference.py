"""References of images, such as `debian:13.6-slim@sha256:…`: read, checked, put behind a mirror.

The grammar is that of the distribution project (github.com/distribution/reference, regexp.go and normalize.go).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from tui.core.dataclass import dataclass, replace
from tui.core.errors import CondockError, Problem
from tui.core.untrusted_text import printable

HUB = "docker.io"

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_TAG = r"(?a)\w[\w.-]{0,127}"
_DIGEST = r"sha256:[a-f0-9]{64}"
_LONGEST_NAME = 255


@dataclass(frozen=True)
class ImageReference:
    """A reference with its defaults filled in: `debian` is `library/debian` of docker.io."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """The familiar form, as Docker shows and takes it; no tag is added."""
        name = self.repository.removeprefix("library/") if self._official else self.repository
        if _split_registry(name) != (self.registry, self.repository):
            name = f"{self.registry}/{self.repository}"
        return name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def with_mirror(self, prefix: str) -> ImageReference:
        """The same image behind a mirror of Docker Hub, such as `mirror.example.com/hub`.

        Only images of Docker Hub move: an image of another registry was asked for by its address. Official
        images get their real path, `library/debian`: Amazon ECR and Harbor demand it, and the registry's own
        pull-through cache knows them by no other. Raises CondockError for a prefix that cannot be one.
        """
        prefix = prefix.strip().rstrip("/")
        if self.registry != HUB or not prefix:
            return self
        if problem := mirror_problem(prefix):
            raise CondockError(problem.message, problem.hint)
        registry, _, path = prefix.partition("/")
        return replace(self, registry=registry, repository=f"{path}/{self.repository}".lstrip("/"))

    @property
    def _official(self) -> bool:
        return self.repository.startswith("library/") and self.repository.count("/") == 1


def parse_reference(text: str) -> ImageReference:
    """Read a reference as it is typed; raises CondockError with what is wrong with it."""
    if sentences := _fault(text):
        raise CondockError(*sentences)
    rest, _, digest = text.partition("@")
    name, tag = _split_tag(rest)
    registry, repository = _split_registry(name)
    return ImageReference(registry, repository, tag, digest)


def short_name(text: str) -> str:
    """The image's own name and its tag, as they may be shown."""
    return printable(text.partition("@")[0].rpartition("/")[2]) or "none"


def with_mirror(text: str, prefix: str) -> str:
    """The reference behind the mirror; where either is malformed, the text as it is."""
    if not prefix.strip():
        return text
    try:
        return str(parse_reference(text).with_mirror(prefix))
    except CondockError:
        return text


def by_tag(text: str) -> str:
    """The name and tag by which an engine lists the image; empty for a malformed reference."""
    try:
        image = parse_reference(text)
    except CondockError:
        return ""
    return str(replace(image, tag=image.tag or "latest", digest=""))


def is_among(text: str, names: Collection[str]) -> bool:
    """True if just this image is among names as an engine lists them: by its digest, or else by its tag."""
    tagged = by_tag(text)
    if not tagged or "@" not in text:
        return tagged in names
    return str(replace(parse_reference(text), tag="")) in names


def reference_problem(text: str, field: str) -> Problem | None:
    """The problem of a reference to build from or to run on, if it has one."""
    sentences = _fault(text)
    return Problem(*sentences, field) if sentences else None


def image_name_problem(text: str, field: str = "build.image") -> Problem | None:
    """The problem of the name of an image that is to be built, if it has one."""
    if "@" in text:
        message = "The name of an image that is still to be built cannot have a digest."
        return Problem(message, "Remove the `@` and what follows it.", field)
    return reference_problem(text, field)


def mirror_problem(prefix: str, field: str = "base.mirror") -> Problem | None:
    """The problem of a registry mirror's prefix, if it has one; an empty prefix is no mirror."""
    prefix = prefix.strip().rstrip("/")
    if not prefix:
        return None
    example = "Write its host and path, such as `mirror.example.com/hub`."
    if "://" in prefix:
        return Problem("A mirror is written without `http://` or `https://`.", example, field)
    host, _, path = prefix.partition("/")
    if not _is_registry(host) or not re.fullmatch(_DOMAIN, host):
        return Problem(f"`{_shown(host)}` is not the host of a registry.", example, field)
    if path and not all(re.fullmatch(_PART, part) for part in path.split("/")):
        return Problem(f"`{_shown(path)}` cannot be the path of a mirror.", example, field)
    return None


@lru_cache(maxsize=256)
def _fault(text: str) -> tuple[str, str] | None:
    """The two sentences on what is wrong, of the first thing that is."""
    for wrong, message, hint in _FAULTS:
        if wrong(text):
            return message.replace("{text}", _shown(text)), hint
    return None


_NAME_HINT = "Use lower-case letters, digits, and single `.`, `_` or `-` between them, such as `team/my-app`."

_FAULTS: tuple[tuple[Callable[[str], bool], str, str], ...] = (
    (lambda text: not text.strip(), "There is no image name.", "Write one, such as `debian:13-slim`."),
    (
        lambda text: any(character.isspace() for character in text),
        "An image name cannot have spaces in it.",
        "Remove them, also at the beginning and the end.",
    ),
    (
        lambda text: "://" in text,
        "An image name is written without `http://` or `https://`.",
        "Begin with the registry's host, such as `registry.example.com/team/app`.",
    ),
    (
        lambda text: text.count("@") > 1 or text.startswith("@"),
        "`{text}` is not an image name: `@` stands once, between the name and its digest.",
        "Write it as `name:tag@sha256:…`.",
    ),
    (
        lambda text: text.endswith("/"),
        "`{text}` ends in a slash, so the image's own name is missing.",
        "Add the name behind it, or remove the slash.",
    ),
    (
        lambda text: "@" in text and not text.partition("@")[2].startswith("sha256:"),
        "What follows `@` is not a digest.",
        "A digest is `sha256:` and 64 characters; a tag is written behind `:`.",
    ),
    (
        lambda text: "@" in text and not re.fullmatch(_DIGEST, text.partition("@")[2]),
        "The digest is not complete: behind `sha256:` stand 64 characters out of 0-9 and a-f.",
        "Copy it again, or remove the `@` and what follows it.",
    ),
    (
        lambda text: text.partition("@")[0].endswith(":"),
        "The tag behind the colon is missing.",
        "Write one, such as `:latest`, or remove the colon.",
    ),
    (
        lambda text: bool(tag := _split_tag(text.partition("@")[0])[1]) and not re.fullmatch(_TAG, tag),
        "The tag is not one: it has up to 128 letters, digits, `_`, `.` or `-`, and begins with no `.` or `-`.",
        "Change the part behind the last colon.",
    ),
    (
        lambda text: not re.fullmatch(_DOMAIN, _split_registry(_name(text))[0]),
        "The registry in front of the first slash is not a host name.",
        "Write it as `host/name` or `host:port/name`.",
    ),
    (
        lambda text: _split_registry(_name(text))[1] != _split_registry(_name(text))[1].lower(),
        "An image name has no upper-case letters.",
        _NAME_HINT,
    ),
    (
        lambda text: not all(re.fullmatch(_PART, part) for part in _split_registry(_name(text))[1].split("/")),
        "`{text}` is not an image name.",
        _NAME_HINT,
    ),
    (
        lambda text: re.fullmatch(r"[a-f0-9]{64}", _name(text)) is not None,
        "64 characters out of 0-9 and a-f are an image's identifier, not a name.",
        "Write the name, such as `debian:13-slim`.",
    ),
    (
        lambda text: len("/".join(_split_registry(_name(text)))) > _LONGEST_NAME,
        "The image name is longer than 255 characters.",
        "Shorten it.",
    ),
)


def _name(text: str) -> str:
    return _split_tag(text.partition("@")[0])[0]


def _split_tag(text: str) -> tuple[str, str]:
    """Name and tag: a colon before the last slash belongs to a port."""
    head, colon, tail = text.rpartition(":")
    return (head, tail) if colon and "/" not in tail else (text, "")


def _split_registry(name: str) -> tuple[str, str]:
    """Registry and repository of a name without tag and digest."""
    first, slash, rest = name.partition("/")
    registry, repository = (first, rest) if slash and _is_registry(first) else (HUB, name)
    if registry == "index.docker.io":
        registry = HUB
    if registry == HUB and "/" not in repository:
        repository = f"library/{repository}"
    return registry, repository


def _is_registry(first: str) -> bool:
    """True if the part in front of the first slash names a host rather than a user of Docker Hub."""
    return first == "localhost" or "." in first or ":" in first or first != first.lower()


def _shown(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def image_name(name: str) -> str:
    """A valid image name made of a folder's name (lower case, digits, single separators)."""
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    name = "-".join(part for part in letters.split("-") if part)
    return "app" if image_name_problem(name) else name
