"""What `conda` does for each of its commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import rattler
import yaml

from . import RELEASE, CondaError, CondaExitZero
from .base.context import ROOT, context, reset_context
from .environment_file import asked_channels, explicit_lines, package_lines, read_environment_file
from .listing import explicit_list, human_list
from .package_cache import MatchSpec, ProgressiveFetchExtract
from .pip_install import pip_install
from .plan import package_plan
from .records import Records, in_order
from .solving import Work, conda_spec, solve
from .transaction import fetch, fetched, link

ACTIVATE = """\
#
# To activate this environment, use
#
#     $ conda activate {0}
#
# To deactivate an active environment, use
#
#     $ conda deactivate
"""


class EnvironmentLocationNotFound(CondaError):
    """There is no environment."""


def configured(args: argparse.Namespace) -> None:
    """Read the settings, with those of the command line."""
    reset_context(**{name: getattr(args, name, False) for name in ("download_only", "offline", "quiet")})


def install(args: argparse.Namespace) -> None:
    """`conda install`, and `conda create` with names of packages."""
    configured(args)
    with Work("Retrieving notices"):
        pass
    named = args.channel or []
    channels = named if args.override_channels else list(dict.fromkeys([*named, *context.channels]))
    _solve_and_link(args.specs, channels, args.prefix)


def create(args: argparse.Namespace) -> None:
    """`conda create`; with a file since 26.3 that of `conda env create` too."""
    configured(args)
    if args.file is None:
        install(args)
    elif (lines := explicit_lines(args.file)) is not None:
        _link_explicit(lines, args.prefix)
    elif RELEASE >= (26, 3):
        _from_environment_file(args)
    else:
        _solve_and_link(package_lines(args.file), context.channels, args.prefix)
    if not context.quiet:
        print(ACTIVATE.format(args.prefix), flush=True)


def env_create(args: argparse.Namespace) -> None:
    """`conda env create`, which until 26.7 has no plan and does not know download_only."""
    configured(args)
    _from_environment_file(args, is_create=RELEASE >= (26, 7))
    if not context.quiet:
        print(ACTIVATE.format(args.prefix), flush=True)


def _from_environment_file(args: argparse.Namespace, *, is_create: bool = True) -> None:
    wanted = read_environment_file(args.file)
    _solve_and_link(wanted.packages, asked_channels(wanted.channels), args.prefix, is_create=is_create)
    if wanted.requirements:
        pip_install(wanted.requirements, args.prefix, args.file.absolute().parent)


def _solve_and_link(specs: list[str], channels: list[str], prefix: Path, *, is_create: bool = True) -> None:
    records = solve(specs, channels)
    if is_create:
        _say_plan([conda_spec(spec) for spec in specs], records, prefix)
    fetch(records)
    if context.download_only and is_create:
        raise CondaExitZero(
            "Package caches prepared. UnlinkLinkTransaction cancelled with --download-only option."
        )
    link(records, prefix)


def _say_plan(specs: list[str], records: Records, prefix: Path) -> None:
    if not context.quiet:
        missing = {spec.url for spec in fetched(records) if not spec.is_cached}
        print(package_plan(prefix, specs, records, missing), flush=True)


def _link_explicit(lines: Iterable[str], prefix: Path) -> None:
    """Exactly these packages, each checked against the hash behind its `#`; download_only stops nothing of it."""
    specs = [_explicit_spec(line) for line in lines]
    ProgressiveFetchExtract(specs).execute()
    records = in_order([_record(spec) for spec in specs])
    names = [f"{spec.url.rpartition('/')[0]}::{spec.name}=={spec.version}={spec.build}" for spec in specs]
    _say_plan(names, records, prefix)
    fetch(records)
    link(records, prefix)


def _explicit_spec(line: str) -> MatchSpec:
    url, _, digest = line.partition("#")
    digest = digest.removeprefix("sha256:")
    return MatchSpec(url, **({"sha256" if len(digest) == 64 else "md5": digest} if digest else {}))


def _record(spec: MatchSpec) -> rattler.RepoDataRecord:
    """What a package in the cache says of itself, and where it is from."""
    known = {name: value for name, value in spec.unpacked.items() if name in ("md5", "sha256", "size")}
    record = rattler.PackageRecord.from_index_json(spec.folder / "info/index.json", **known)
    return rattler.RepoDataRecord(record, spec.fn, spec.url, spec.url.rsplit("/", 2)[0])


def lock_install(args: argparse.Namespace) -> None:
    """`conda lock install`, from a conda-lock.yml of version 1."""
    configured(args)
    here = str(rattler.Subdir.current())
    locked = yaml.safe_load(args.lockfile.read_text())
    if locked.get("version") != 1:
        raise CondaError(f"{args.lockfile} has unknown version {locked.get('version')}")
    if here not in locked["metadata"]["platforms"]:
        raise CondaError(f"{args.lockfile} was not locked for {here}")
    mine = [package for package in locked["package"] if package["platform"] == here]
    _link_explicit(
        (f"{package['url']}#{package['hash']['md5']}" for package in mine if package["manager"] == "conda"),
        args.prefix,
    )
    wheels = [package for package in mine if package["manager"] == "pip"]
    lines = [f"{package['name']} @ {package['url']}#sha256={package['hash']['sha256']}" for package in wheels]
    if lines:
        pip_install(lines, args.prefix, args.lockfile.absolute().parent, "--no-deps")


def tell_base(_args: argparse.Namespace) -> None:
    """`conda info --base`."""
    print(ROOT)


def list_packages(args: argparse.Namespace) -> None:
    """`conda list`."""
    configured(args)
    if not (args.prefix / "conda-meta").is_dir():
        raise EnvironmentLocationNotFound(f"Not a conda environment: {args.prefix}")
    kind = "md5" if args.md5 else "sha256" if args.sha256 else ""
    print(explicit_list(args.prefix, kind) if args.explicit else human_list(args.prefix))
