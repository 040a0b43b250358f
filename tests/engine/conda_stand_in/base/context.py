"""conda's settings: those of the command line, of variables and of condarc's files, in this order."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(sys.prefix)
"""conda's own prefix, and with it the environment `base`."""

_YES = {"1", "on", "true", "y", "yes"}


class Context:
    """The settings; before `reset_context` those of no file, as in conda."""

    # What anaconda-auth asks every conda for.
    proxy_servers: Mapping[str, str] = {}
    client_ssl_cert = client_ssl_cert_key = None
    ssl_verify = True

    def __init__(self) -> None:
        self._files: list[dict[str, Any]] = []
        self._texts: list[str] = []
        self._options: dict[str, bool] = {}

    def read(self, options: dict[str, bool]) -> None:
        """Read condarc's files, and take over what the command line says."""
        self._texts = [file.read_text() for file in condarc_files()]
        self._files = [yaml.safe_load(text) or {} for text in self._texts]
        self._options = options

    @property
    def pkgs_dir(self) -> Path:
        """Where packages are kept once they are fetched."""
        return Path(os.environ.get("CONDA_PKGS_DIRS") or ROOT / "pkgs")

    @property
    def pkgs_dirs(self) -> tuple[str, ...]:
        """The same, as conda itself has it: the first is where packages are put."""
        return (str(self.pkgs_dir),)

    @property
    def channels(self) -> list[str]:
        """The channels that are asked whatever a command names."""
        return self._sequence("channels")

    @property
    def default_channels(self) -> list[str]:
        """What `defaults` stands for; empty for Anaconda's own."""
        return self._sequence("default_channels")

    @property
    def channel_settings(self) -> list[dict[str, str]]:
        """Which channels have a plugin for their authentication."""
        return [setting for settings in self._files for setting in settings.get("channel_settings") or []]

    @property
    def download_only(self) -> bool:
        """Whether to end before anything is linked."""
        return self._flag("download_only")

    @property
    def offline(self) -> bool:
        """Whether to use what has been fetched before, and nothing else."""
        return self._flag("offline")

    @property
    def quiet(self) -> bool:
        """Whether to say less."""
        return self._flag("quiet")

    @property
    def fetch_threads(self) -> int:
        """How many packages are fetched at once."""
        return int(os.environ.get("CONDA_FETCH_THREADS") or 5)

    def _sequence(self, name: str) -> list[str]:
        said = os.environ.get(f"CONDA_{name.upper()}", "").split(",")
        for text, settings in zip(self._texts, self._files, strict=True):
            if re.search(rf"^{name}:[ ]*#!final$", text, re.MULTILINE):
                return list(settings[name])
        later_first = [value for settings in reversed(self._files) for value in settings.get(name) or []]
        return list(dict.fromkeys(value for value in (*map(str.strip, said), *later_first) if value))

    def _flag(self, name: str) -> bool:
        return self._options.get(name, False) or os.environ.get(f"CONDA_{name.upper()}", "").lower() in _YES


def condarc_files() -> list[Path]:
    """The files with settings for the machine, and those below conda's own prefix, the weakest first."""
    named = [
        *sorted(Path("/etc/conda/condarc.d").glob("*.yml")),
        ROOT / ".condarc",
        ROOT / "condarc",
        *sorted((ROOT / "condarc.d").glob("*.yml")),
    ]
    return [file for file in named if file.is_file()]


context = Context()


def reset_context(**options: bool) -> None:
    """Make `context` what the files, the variables and these options say."""
    context.read(options)
