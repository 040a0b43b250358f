"""A stand-in for conda, for the test builder image only: conda is not on PyPI, and this is no part of it.

It takes the arguments that condock's Dockerfiles use and installs real packages with py-rattler; who gets the
key is in conda_stand_in_auth.py. The wording of output and errors follows recorded builds with real conda.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
from pathlib import Path

import rattler
import yaml
from rattler.exceptions import GatewayError, InstallerError, SolverError

from tests.engine.conda_stand_in_auth import DEFAULTS, ChannelError, Channels

VERSION = "25.11.1"
BASE = Path("/opt/conda")
PACKAGES = Path(os.environ.get("CONDA_PKGS_DIRS") or BASE / "pkgs")
SHA256_DIGITS = 64


class CondaError(Exception):
    """Ends the program with this text on stderr, as conda prints its own."""


class Work:
    """A line such as `Solving environment: done`, with conda's spinner unless it is to be quiet."""

    def __init__(self, title: str, args: argparse.Namespace) -> None:
        self._start = f"{title}: " + ("...working... " if args.quiet else "- \b\\ \b| \b")

    def __enter__(self) -> None:
        say(self._start)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        say("done\n" if kind is None else "failed\n")


def say(text: str) -> None:
    print(text, end="", flush=True)


async def solve(specs: list[str], channels: Channels, args: argparse.Namespace) -> list[rattler.RepoDataRecord]:
    """The packages that answer to these specs, or conda's complaint that there are none."""
    config = rattler.SourceConfig(zstd_enabled=False, bz2_enabled=False, sharded_enabled=False)
    gateway = rattler.Gateway(cache_dir=PACKAGES / "cache", default_config=config, client=channels.client())
    subdirs = [rattler.Subdir.current(), rattler.Subdir("noarch")]
    wanted = [rattler.MatchSpec(spec) for spec in specs]
    system = rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env())
    with Work("Collecting package metadata (repodata.json)", args):
        found = await gateway.query(channels.urls, subdirs, wanted)
    with Work("Solving environment", args):
        offered = [record for records in found for record in records]
        missing = [spec for spec, match in zip(specs, wanted, strict=True) if not any(map(match.matches, offered))]
        if missing:
            raise CondaError("ResolvePackageNotFound: \n" + "".join(f"  - {spec}\n" for spec in missing))
        return await rattler.solve(channels.urls, wanted, gateway, subdirs, virtual_packages=system)


async def link(records: list[rattler.RepoDataRecord], prefix: Path, channels: Channels) -> None:
    """Fetch, check and link into the prefix; packages that are there already stay."""
    say(f"\n## Package Plan ##\n\n  environment location: {prefix}\n\n\n")
    say("The following NEW packages will be INSTALLED:\n\n" + "".join(f"  {record.url}\n" for record in records))
    say("\n\nDownloading and Extracting Packages: ...working...")
    named = {record.name.normalized for record in records}
    there = [rattler.PrefixRecord.from_path(path) for path in (prefix / "conda-meta").glob("*.json")]
    kept = {record.name.normalized for record in there} - named
    await rattler.install(
        records, prefix, PACKAGES, ignored_packages=kept, show_progress=False, client=channels.client()
    )
    say(" done\n")
    for step in ("Preparing", "Verifying", "Executing"):
        say(f"{step} transaction: done\n")


def solve_and_link(specs: list[str], urls: list[str], prefix: Path, args: argparse.Namespace) -> None:
    channels = Channels(BASE, urls or os.environ.get("CONDA_CHANNELS", DEFAULTS).split(","))
    say(
        "Channels:\n" + "".join(f" - {url}\n" for url in channels.urls) + f"Platform: {rattler.Subdir.current()}\n"
    )

    async def run() -> None:
        await link(await solve(specs, channels, args), prefix, channels)

    try:
        asyncio.run(run())
    except (GatewayError, InstallerError) as error:
        raise channels.explain(error) from None
    except SolverError as error:
        text = f"LibMambaUnsatisfiableError: Encountered problems while solving:\n{error}\n"
        raise CondaError(text) from None


def install(args: argparse.Namespace) -> None:
    """`conda install`."""
    solve_and_link(args.specs, args.channel or [], BASE if args.name == "base" else args.prefix, args)


def env_create(args: argparse.Namespace) -> None:
    """`conda env create`."""
    wanted = yaml.safe_load(args.file.read_text(encoding="utf-8-sig"))
    if not all(isinstance(spec, str) for spec in wanted["dependencies"]):
        raise CondaError("NotImplementedError: the stand-in for conda installs no pip packages")
    urls = [url for url in wanted.get("channels", []) if url != "nodefaults"]
    solve_and_link(wanted["dependencies"], urls, args.prefix, args)
    say(f"#\n# To activate this environment, use\n#\n#     $ conda activate {args.prefix}\n")


def create(args: argparse.Namespace) -> None:
    """`conda create --file`, from an @EXPLICIT list."""
    lines = [line.strip() for line in args.file.read_text().splitlines()]
    if "@EXPLICIT" not in lines:
        raise CondaError("NotImplementedError: the stand-in for conda creates from @EXPLICIT files only")
    explicit([line for line in lines if line and line[0] not in "#@"], args)


def lock_install(args: argparse.Namespace) -> None:
    """`conda lock install`, from a conda-lock.yml of version 1."""
    here = str(rattler.Subdir.current())
    locked = yaml.safe_load(args.lockfile.read_text())
    if locked.get("version") != 1:
        raise CondaError(f"ValueError: {args.lockfile} has unknown version {locked.get('version')}")
    if here not in locked["metadata"]["platforms"]:
        raise CondaError(f"PlatformValidationError: {args.lockfile} was not locked for {here}")
    mine = [
        package for package in locked["package"] if (package["manager"], package["platform"]) == ("conda", here)
    ]
    explicit([f"{package['url']}#{package['hash']['md5']}" for package in mine], args)


def explicit(lines: list[str], args: argparse.Namespace) -> None:
    """Install exactly these files, each checked against the hash behind its `#`."""
    channels = Channels(BASE, sorted({line.rsplit("/", 2)[0] for line in lines}))

    async def run() -> None:
        files = [fetch(line, channels) for line in lines]
        await link(
            [await rattler.RepoDataRecord.from_package_archive(file) for file in files], args.prefix, channels
        )

    asyncio.run(run())


def fetch(line: str, channels: Channels) -> Path:
    """The file of one line of an explicit list, in the package cache, where it may be already."""
    url, _, hashed = line.partition("#")
    expected = hashed.removeprefix("sha256:")
    kind = "sha256" if len(expected) == SHA256_DIGITS else "md5"

    def actual(content: bytes) -> str:
        return hashlib.new(kind, content, usedforsecurity=False).hexdigest()

    file = PACKAGES / url.rsplit("/", 1)[1]
    if file.exists() and actual(file.read_bytes()) == expected:
        return file
    content = channels.download(url)
    if hashed and actual(content) != expected:
        raise CondaError(
            "ChecksumMismatchError: Conda detected a mismatch between the expected content and downloaded "
            f"content\nfor url '{url}'.\n  expected {kind}: {expected}\n  actual {kind}: {actual(content)}\n"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def configure(args: argparse.Namespace) -> None:
    """`conda config --system --remove channels defaults`: nothing to do, no channel is configured."""


def parser() -> argparse.ArgumentParser:
    conda = argparse.ArgumentParser(prog="conda")
    conda.add_argument("-V", "--version", action="version", version=f"conda {VERSION}")
    commands = conda.add_subparsers(metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-y", "--yes", action="store_true")
    common.add_argument("-q", "--quiet", action="store_true")
    common.add_argument("-p", "--prefix", type=Path, default=BASE)

    command = commands.add_parser("install", parents=[common])
    command.add_argument("-n", "--name")
    command.add_argument("-c", "--channel", action="append")
    command.add_argument("--override-channels", action="store_true")
    command.add_argument("specs", nargs="+")
    command.set_defaults(run=install)

    command = commands.add_parser("create", parents=[common])
    command.add_argument("-f", "--file", type=Path, required=True)
    command.add_argument("--copy", action="store_true")
    command.set_defaults(run=create)

    command = commands.add_parser("env").add_subparsers(required=True).add_parser("create", parents=[common])
    command.add_argument("-f", "--file", type=Path, default=Path("environment.yml"))
    command.set_defaults(run=env_create)

    command = commands.add_parser("config")
    command.add_argument("--system", action="store_true")
    command.add_argument("--remove", nargs=2)
    command.set_defaults(run=configure)

    if any((BASE / "conda-meta").glob("conda-lock-*.json")):
        command = commands.add_parser("lock").add_subparsers(required=True).add_parser("install", parents=[common])
        command.add_argument("lockfile", nargs="?", type=Path, default=Path("conda-lock.yml"))
        command.set_defaults(run=lock_install)
    return conda


def main() -> int:
    args = parser().parse_args()
    try:
        args.run(args)
    except (CondaError, ChannelError) as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except Exception as error:  # its text may hold a header, so only its kind is said
        print(f"\nUnexpected {type(error).__name__} in the stand-in for conda\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # py-rattler 0.28 crashes now and then in a normal exit: facts/anaconda.md 0.10
