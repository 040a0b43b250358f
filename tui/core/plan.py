"""The plan of an image: what the user said, as frozen data that one step after another refines.

Values stand as they were said, also where they cannot work: `tui.core.steps` says what is wrong with them,
so that nothing typed is lost. Of secrets the plan holds names only.
"""

from __future__ import annotations

from enum import StrEnum

from tui.core.dataclass import dataclass, field, replace

DECISIVE = {"decisive": True}
"""Marks what decides the image: it is always saved, so that no later default changes a committed plan."""

DEFAULT_DOMAIN = "anaconda.com"
"""The host that keys belong to unless something else is said."""

OLD_DOMAINS = {DEFAULT_DOMAIN: ("id.anaconda.cloud", "anaconda.cloud")}
"""The names under which anaconda-auth stored a domain's keys before (0.15.3: MIGRATIONS in token.py)."""

LONGEST_COMMAND = 10_000
"""Characters. A longer one was pasted by mistake, and takes shlex seconds (its time is quadratic)."""


class SecretMode(StrEnum):
    """How the key reaches the build."""

    VARIABLE = "variable"
    DOTENV = "dotenv"
    NONE = "none"
    """Public channels only: nothing is mounted."""


class Form(StrEnum):
    """How the environment is made in the build, and so what could read the key."""

    ISOLATED = "isolated"
    """Two instructions: one downloads and has the key, one installs and has none."""
    GUIDE = "guide"
    """One instruction, as in Anaconda's guide: packages' own scripts run beside the key."""


@dataclass(frozen=True)
class Account:
    """Whose key opens the channels."""

    site: str = ""
    """A site of anaconda-auth's configuration, by its name; empty for the one in force."""
    domain: str = DEFAULT_DOMAIN
    """The host the key belongs to; another one for an on-prem installation."""
    hosts: tuple[str, ...] = ()
    """Further hosts that are shown the key, such as a company's mirror of the channels."""


@dataclass(frozen=True)
class Base:
    """The two images the result stands on."""

    builder: str = field(default="", metadata=DECISIVE)
    """Has conda; creates the environment; is not shipped."""
    runtime: str = field(default="", metadata=DECISIVE)
    """The image that the finished one starts from."""
    mirror: str = ""
    """A registry prefix put in front of both, such as `mirror.example.com/hub`."""
    accept_tos: bool = False
    """The user's explicit yes to Anaconda's Terms of Service, for bases whose conda asks for one."""


@dataclass(frozen=True)
class Environment:
    """The files that name the dependencies, relative to the folder."""

    file: str = "environment.yml"
    """The file that names the packages."""
    locks: tuple[str, ...] = ()
    """Lock files used instead: one conda-lock.yml, or `@EXPLICIT` files, one a platform."""
    base_channels: bool = False
    """Also the channels that conda in the base is configured with (`defaults` in Miniconda), after the file's."""
    cuda: str = ""
    """The CUDA version that the hosts' drivers offer, such as `12.4`, for packages that ask; empty for none."""


@dataclass(frozen=True)
class SecretMount:
    """How the key reaches the build, by name."""

    mode: SecretMode = field(default=SecretMode.VARIABLE, metadata=DECISIVE)
    """The way of the key to the build: `variable`, `dotenv`, or `none` for public channels only."""
    file: str = ".env"
    """The file with `ANACONDA_AUTH_API_KEY=`, relative to the folder; used in dotenv mode."""
    plugin_channel: str = "https://repo.anaconda.cloud/repo/anaconda-tools"
    """The public channel that anaconda-registration, which reads the key, is installed from."""


@dataclass(frozen=True)
class Application:
    """The application beside the environment, and how it starts."""

    files: tuple[str, ...] = ()
    """Files and folders to copy, relative to the folder."""
    folder: str = field(default="/app", metadata=DECISIVE)
    """The working folder inside the image."""
    port: str = ""
    """The port it listens on, 1 to 65535; empty for none."""
    command: str = field(default="python", metadata=DECISIVE)
    """The command as shell words; it becomes the exec form of ENTRYPOINT."""
    user: str = field(default="app", metadata=DECISIVE)
    """A name (created), a numeric id (used as it is) or `root`."""


HOST_NETWORK = "host"
"""The network of the machine that builds, with what listens there for itself alone."""

NETWORKS = ("default", HOST_NETWORK, "none")
"""The networks BuildKit knows for RUN (docs.docker.com, docker buildx build --network)."""


@dataclass(frozen=True)
class Build:
    """How the image is built and named."""

    image: str = field(default="app:latest", metadata=DECISIVE)
    """Its name and tag."""
    dockerfile: str = "Dockerfile"
    """Its path, relative to the folder."""
    form: Form = field(default=Form.GUIDE, metadata=DECISIVE)
    """How the environment is made: `isolated` keeps packages from the key, `guide` is one RUN as in the guide."""
    link_network: bool = False
    """Let the scripts of packages use the network while they are installed; the key stays away all the same."""
    network: str = field(default="default", metadata=DECISIVE)
    """The network of RUN: `default`, `host` or `none`."""
    platforms: tuple[str, ...] = ()
    """The platforms of the image, such as `linux/arm64`; empty for the engine's own."""
    package_cache: bool = False
    """Keep downloaded packages between builds in a cache mount of the builder, outside the image."""
    context: str = ""
    """The Docker context whose engine builds; empty for the one in force."""
    builder: str = ""
    """The buildx builder; empty for the context's current one."""
    push: bool = False
    """Send the image to the registry in its name when it is built."""
    cache_from: tuple[str, ...] = ()
    """Caches that layers of earlier builds are taken from, as `docker buildx build --cache-from` has them."""
    cache_to: tuple[str, ...] = ()
    """Caches that keep this build's layers for others, as `--cache-to` has them."""


@dataclass(frozen=True)
class BuildPlan:
    """Everything condock needs to repeat a build, saved as condock.yml."""

    account: Account = field(default_factory=Account)
    base: Base = field(default_factory=Base)
    environment: Environment = field(default_factory=Environment)
    secret: SecretMount = field(default_factory=SecretMount)
    application: Application = field(default_factory=Application)
    build: Build = field(default_factory=Build)

    def change(self, section: str, **values: object) -> BuildPlan:
        """The plan with some values of one section replaced: `plan.change("application", port="8000")`."""
        part = replace(getattr(self, section), **values)
        return replace(self, **{section: part})
