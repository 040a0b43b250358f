"""Linking packages into a prefix by py-rattler, with the scripts that packages bring and that conda runs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import rattler
from rattler.exceptions import InstallerError

from . import CondaError
from .base.context import ROOT, context
from .channels import canonical
from .package_cache import MatchSpec, ProgressiveFetchExtract
from .records import Records
from .solving import Work

PRE_LINK = """\
Package {} uses a pre-link script. Pre-link scripts are potentially dangerous.
This is because pre-link scripts have the ability to change the package contents in the
package cache, and therefore modify the underlying files for already-created conda
environments.  Future versions of conda may deprecate and ignore pre-link scripts.
"""


class LinkError(CondaError):
    """A package's script failed."""


def fetched(records: Records) -> list[MatchSpec]:
    """The files of these packages, as they have to be fetched."""
    return [
        MatchSpec(record.url, md5=(record.md5 or b"").hex(), sha256=(record.sha256 or b"").hex())
        for record in records
    ]


def fetch(records: Records) -> None:
    """Have them all in the package cache."""
    ProgressiveFetchExtract(fetched(records)).execute()


def link(records: Records, prefix: Path) -> None:
    """Link them all and run their scripts; packages that are there already stay. LinkError leaves no prefix."""
    is_new = not prefix.exists()
    for step in ("Preparing", "Verifying"):
        with Work(f"{step} transaction"):
            pass
    scripts = [Script(record, spec, prefix) for record, spec in zip(records, fetched(records), strict=True)]
    with Work("Executing transaction"):
        for script in scripts:
            script.before()
        asyncio.run(_install(records, prefix))
        failures = [failure for script in scripts if (failure := script.after())]
    if failures:
        with Work("Rolling back transaction"):
            if is_new:
                shutil.rmtree(prefix)
        raise failures[0]


async def _install(records: Records, prefix: Path) -> None:
    named = {record.name.normalized for record in records}
    there = [rattler.PrefixRecord.from_path(path) for path in (prefix / "conda-meta").glob("*.json")]
    kept = {record.name.normalized for record in there} - named
    try:
        await rattler.install(records, prefix, context.pkgs_dir, ignored_packages=kept, show_progress=False)
    except InstallerError as error:
        raise CondaError(f"py-rattler could not link: {error}") from None
    (prefix / "CACHEDIR.TAG").unlink(missing_ok=True)  # py-rattler's own, which conda does not make


@dataclass(frozen=True)
class Script:
    """The scripts of one package (core/link.py, run_script)."""

    record: rattler.RepoDataRecord
    spec: MatchSpec
    prefix: Path

    @property
    def _package(self) -> str:
        return f"{canonical(self.record.channel)}::{self.spec.name}-{self.spec.version}-{self.spec.build}"

    def before(self) -> None:
        """Run the pre-link script, in the unpacked package."""
        path = self.spec.folder / "bin" / f".{self.spec.name}-pre-link.sh"
        if path.exists():
            warnings.warn(PRE_LINK.format(self._package), stacklevel=2)
            self._run("pre-link", path, ["bash", "-x", str(path)], SOURCE_DIR=str(self.spec.folder))

    def after(self) -> LinkError | None:
        """Run the post-link script, in the prefix; what it failed of."""
        path = self.prefix / "bin" / f".{self.spec.name}-post-link.sh"
        if not path.exists():
            return None
        try:
            self._run("post-link", path, ["bash", "-c", f". {path}"], CONDA_PREFIX=str(self.prefix))
        except LinkError as failure:
            error = LinkError(f"{failure}\n\n()")  # what conda has of the errors of its way back
            place = "ERROR conda.core.link:_execute(1070): An error occurred while installing package"
            print(f"{place} '{self._package}'.", file=sys.stderr)
            return error
        return None

    def _run(self, action: str, path: Path, command: list[str], **more: str) -> None:
        env = os.environ | {
            "ROOT_PREFIX": str(ROOT),
            "PREFIX": str(self.prefix),
            "PKG_NAME": self.spec.name,
            "PKG_VERSION": self.spec.version,
            "PKG_BUILDNUM": str(self.record.build_number),
            "PATH": f"{path.parent}:{os.environ.get('PATH', '')}",
            **more,
        }
        done = subprocess.run(
            command, cwd=path.parent, env=env, stdin=subprocess.PIPE, capture_output=True, text=True, check=False
        )
        messages = self._messages()
        if done.returncode:
            raise LinkError(
                f"{action} script failed for package {self._package}\nlocation of failed script: {path}\n"
                f"==> script messages <==\n{messages or '<None>'}\n==> script output <==\n"
                f"stdout: {done.stdout}\nstderr: {done.stderr}\nreturn code: {done.returncode}\n"
            )

    def _messages(self) -> str:
        """What the script has for the user."""
        file = self.prefix / ".messages.txt"
        if not file.exists():
            return ""
        text = file.read_text()
        file.unlink()
        print(text, flush=True)
        return text
