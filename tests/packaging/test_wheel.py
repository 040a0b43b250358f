"""The wheel: what is in it, and that it runs where nothing of the checkout is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.paths import ROOT

_OFFLINE = ("No matching distribution found for hatchling", "Could not find a version that satisfies")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built by pip as anybody's pip builds it: with hatchling from the package index."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and any(said in done.stderr for said in _OFFLINE):
        pytest.skip("the package index, which has hatchling, cannot be reached")
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with the wheel and, by a path file, the dependencies of this one."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home)
    place = {"base": str(home), "platbase": str(home)}
    scripts = Path(sysconfig.get_path("scripts", vars=place))
    command = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--no-index", str(wheel)], cwd=home, check=True)
    packages = Path(sysconfig.get_path("purelib", vars=place))
    # After ours on the path, and without its own path files: the checkout stays unknown.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def test_only_our_own_names_are_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"tui", "screens", "condock-0.1.0.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig", ".rej"))]


def test_every_module_and_every_asset_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {
        path.relative_to(ROOT).as_posix() for top in ("tui", "screens") for path in (ROOT / top).rglob("*.py")
    }
    assets = {
        f"tui/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "assets").rglob("*") if path.is_file()
    }
    assert "tui/assets/base_images.yml" in assets
    assert not (modules | assets) - names
    assert "condock-0.1.0.dist-info/licenses/LICENSE" in names


def run(script: Path, *arguments: str, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [script, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "condock", "--version", cwd=tmp_path) == "condock 0.1.0\n"
    run(installed / "condock", "init", cwd=tmp_path)
    assert run(installed / "condock", "render", cwd=tmp_path).startswith("FROM continuumio/miniconda3:")


def test_it_finds_its_modules_and_assets_in_itself(installed: Path, tmp_path: Path) -> None:
    code = (
        "import screens, tui.app; from tui.core import assets as a; print(screens.__file__, a.ASSETS, a.__file__)"
    )
    for path in run(installed / "python", "-c", code, cwd=tmp_path).split():
        assert Path(path).is_relative_to(installed.parent)
