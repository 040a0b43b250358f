"""One thing that a folder says and that decides who sees the key, with the words to ask about it."""

from __future__ import annotations

import shlex
from enum import StrEnum

from tui.core.dataclass import dataclass, field
from tui.core.errors import CondockError
from tui.core.untrusted_text import masked, shown


class ClaimKind(StrEnum):
    """The kinds of claims, by their names on the command line."""

    HOST = "host"
    DOMAIN = "domain"
    SITE = "site"
    SETTING = "setting"
    BUILDER_IMAGE = "builder-image"
    MIRROR = "mirror"
    PLUGIN_CHANNEL = "plugin-channel"
    FORM = "form"
    SECRET_FILE = "secret-file"  # noqa: S105
    CONTEXT = "context"
    BUILDER = "builder"
    NETWORK = "network"
    IMAGE = "image"
    CACHE_FROM = "cache-from"
    CACHE_TO = "cache-to"
    PUSH = "push"
    DOCKERFILE = "dockerfile"
    IGNORE_FILE = "ignore-file"


_LONGEST = 600
"""Characters of a value that is shown: what is cut off could be what matters."""


@dataclass(frozen=True)
class Words:
    """How a kind is asked about; `{value}` and `{source}` are filled in."""

    question: str
    meaning: str
    """The consequence of a yes."""
    step: str
    """The key of the step where it is decided."""
    field: str
    """The plan's name of the value."""
    for_requests: bool = False
    """It counts for every request that carries the key, not for builds alone."""
    without_key: bool = False
    """It counts for a build without a key, too."""


WORDS = {
    ClaimKind.HOST: Words(
        "Show your API key to {value}?",
        "{source} names it as a further host of your channels. Whoever runs it can read the key, and use it.",
        "account",
        "account.hosts",
        for_requests=True,
    ),
    ClaimKind.DOMAIN: Words(
        "Is your API key one of {value}?",
        "{source} says so, and the key is then shown there. Whoever runs it can read the key, and use it.",
        "account",
        "account.domain",
        for_requests=True,
    ),
    ClaimKind.SITE: Words(
        "Use the key of your site {value}?",
        "{source} chooses it among the sites of your own configuration: its key is used here, no other.",
        "account",
        "account.site",
        for_requests=True,
    ),
    ClaimKind.SETTING: Words(
        "Use the setting {value}?",
        "{source} has it. Settings of anaconda-auth decide where your key is sent, and who can read along.",
        "account",
        "account",
        for_requests=True,
    ),
    ClaimKind.BUILDER_IMAGE: Words(
        "Build inside the image {value}?",
        "{source} names it, and condock does not know it. Its programs run beside the key, and can read it.",
        "base",
        "base.builder",
    ),
    ClaimKind.MIRROR: Words(
        "Take the base images from {value}?",
        "{source} puts it before both images. The programs in them run beside the key, and can read it.",
        "base",
        "base.mirror",
    ),
    ClaimKind.PLUGIN_CHANNEL: Words(
        "Install the package that reads your key from {value}?",
        "{source} takes anaconda-registration from there. Whoever runs that channel can read the key.",
        "secret",
        "secret.plugin_channel",
    ),
    ClaimKind.FORM: Words(
        "Let the packages of this folder run beside your API key?",
        "{source} builds in the {value}'s form: their scripts, and what pip builds, can read the key and "
        "send it away.",
        "secret",
        "build.form",
    ),
    ClaimKind.SECRET_FILE: Words(
        "Show the build the file {value}?",
        "{source} mounts it as the build's secret. It lies outside this folder, or holds more than the API key.",
        "secret",
        "secret.file",
    ),
    ClaimKind.CONTEXT: Words(
        "Build on the Docker context {value}?",
        "{source} chooses it, and its engine is not known to be on this machine. Who runs it can read the key.",
        "preview",
        "build.context",
    ),
    ClaimKind.BUILDER: Words(
        "Build with the builder {value}?",
        "{source} chooses it, and it is not known to be on this machine. Who runs it can read the key.",
        "preview",
        "build.builder",
    ),
    ClaimKind.NETWORK: Words(
        "Build on the network of the {value} itself?",
        "{source} says so. Whatever runs in the build with a network, such as scripts of packages, reaches what "
        "listens there on 127.0.0.1 alone.",
        "preview",
        "build.network",
        without_key=True,
    ),
    ClaimKind.IMAGE: Words(
        "Call the finished image {value}?",
        "{source} says so, and in an image of that name you build elsewhere: this one would take its place, and "
        "its programs would run beside your key.",
        "preview",
        "build.image",
        without_key=True,
    ),
    ClaimKind.CACHE_FROM: Words(
        "Use layers of earlier builds from {value}?",
        "{source} names it. What is in those layers is taken as it is, and runs beside the key.",
        "preview",
        "build.cache_from",
    ),
    ClaimKind.CACHE_TO: Words(
        "Keep this build's layers at {value}?",
        "{source} names it. Whoever reads there gets the packages; some kinds are shown your cloud's credentials.",
        "preview",
        "build.cache_to",
    ),
    ClaimKind.PUSH: Words(
        "Send the finished image to {value}?",
        "{source} says so. Whoever can read there gets the packages of channels that are yours alone.",
        "preview",
        "build.push",
    ),
    ClaimKind.DOCKERFILE: Words(
        "Build with this Dockerfile, which is not the plan's?",
        "What it runs beside the key can read it. Agree only where you know what every line does. ({value})",
        "build",
        "files",
    ),
    ClaimKind.IGNORE_FILE: Words(
        "Build with this ignore file, which is not the plan's?",
        "It decides what is sent to the builder, and could send files that hold keys. ({value})",
        "build",
        "files",
    ),
}
"""In the order in which they are asked: the kinds of `ClaimKind`."""


@dataclass(frozen=True)
class Claim:
    """A claim of a folder; two that say the same are equal, whatever file they stand in."""

    kind: ClaimKind
    value: str
    """Exact, as it has to be agreed to."""
    source: str = field(default="", compare=False)
    """The file that says so."""
    note: str = field(default="", compare=False)
    """What else to know before one agrees, in a sentence."""

    @property
    def words(self) -> Words:
        return WORDS[self.kind]

    @property
    def question(self) -> str:
        """The question to the user, in one sentence."""
        return self._filled(self.words.question)

    @property
    def meaning(self) -> str:
        """Who says so, and what follows from a yes."""
        return " ".join(filter(None, (self._filled(self.words.meaning), self.note)))

    @property
    def option(self) -> str:
        """As `--trust` takes it: KIND=VALUE."""
        return f"{self.kind}={self.value}"

    @property
    def flag(self) -> str:
        """What says yes on a command line, quoted for a shell: the folder wrote the value."""
        return f"--trust {shlex.quote(self.option)}"

    def _filled(self, sentence: str) -> str:
        return sentence.format(value=shown(self.value, 3 * _LONGEST), source=shown(self.source or "condock.yml"))


def exact(text: str) -> str:
    """The text as a value to agree to: itself, as long as it is plain ASCII and holds no token or password.

    Letters that look like others are written out (`\\u0430`), and a digest stands for what cannot be shown whole.
    """
    masks = text != masked(text) or text != text.strip() or len(ascii(text)) > _LONGEST
    if not masks and text.isascii() and text.isprintable():
        return text
    import hashlib  # and OpenSSL with it

    digest = f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}"
    return digest if masks else f"{ascii(text)[1:-1]}#{digest}"


def read_claim(option: str) -> Claim:
    """The claim that a KIND=VALUE agrees to; CondockError for a kind that is none, or no value."""
    kind, equals, value = option.strip().partition("=")
    if kind not in list(ClaimKind) or not (equals and value):
        message = f"`{shown(option)}` is nothing that can be trusted."
        raise CondockError(message, f"Write KIND=VALUE, with one of these kinds: {', '.join(ClaimKind)}.")
    return Claim(ClaimKind(kind), value)
