"""The imports of a folder's code, which is read and never run."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.application.imports import find_imports

BROUGHT = ROOT / "tests/data/brought"


def names(folder: Path, *files: str) -> set[str]:
    return {found.name for found in find_imports(folder, files)}


def of_code(folder: Path, code: str) -> set[str]:
    (folder / "main.py").write_text(code)
    return names(folder, "main.py")


@pytest.mark.parametrize(
    ("folder", "file", "tops"),
    [
        ("fastapi", "main.py", {"pandas", "fastapi"}),
        ("notebook", "Untitled1.ipynb", {"matplotlib", "numpy", "pandas", "sklearn"}),
        ("script", "shrink.py", {"cv2", "numpy", "yaml"}),
        ("streamlit", "app.py", {"pandas", "streamlit"}),
        ("macos-export", "report.py", {"pandas", "rich"}),
    ],
)
def test_the_folders_that_people_bring(folder: str, file: str, tops: set[str]) -> None:
    assert {name.partition(".")[0] for name in names(BROUGHT / folder, file)} == tops


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import os, sys, cv2.aruco as a", {"cv2.aruco"}),
        ("from google.cloud import storage", {"google.cloud.storage"}),
        ("from . import x\nfrom .y import z\nfrom ..w import v", set()),
        ("import distutils.core, imp, telnetlib, compression.zstd, __main__", set()),
        (
            "def f():\n    import a\nclass C:\n    import b\nasync def g():\n    for x in y:\n        import c",
            {"a", "b", "c"},
        ),
        ("try:\n    import ujson as json\nexcept ImportError:\n    import simplejson as json", set()),
        (
            "try:\n    import a\nexcept (ValueError, m.ModuleNotFoundError):\n    a = 1\nfinally:\n    import b",
            {"b"},
        ),
        ("try:\n    import a\nexcept:\n    pass", set()),
        ("try:\n    import a\nexcept ValueError:\n    import b", {"a", "b"}),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import a", set()),
        ("import typing as t\nif t.TYPE_CHECKING:\n    import a\nelse:\n    import b", {"b"}),
        ("import sys\nif sys.platform == 'win32':\n    import winreg, wmi\nelif x:\n    import b", {"b"}),
        ("if False:\n    import a", set()),
        ("match x:\n    case 1:\n        import a", {"a"}),
        ("text = '''\nimport a\n'''", set()),
        ("from a import *", {"a"}),
        ("print 'python 2'\nimport a, b as c\nfrom d.e import (\n    f)\nif x:\n    import g", {"a", "b", "d.e"}),
    ],
)
def test_what_code_needs(tmp_path: Path, code: str, found: set[str]) -> None:
    assert of_code(tmp_path, code) == found


def test_the_folders_own_modules_are_not_packages(tmp_path: Path) -> None:
    for name in ("helpers.py", "src/shop/__init__.py", "src/shop/cart.py", "lib/deep/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert of_code(tmp_path, "import helpers, shop.cart, deep.x, lib, other") == {"other"}


def test_only_what_is_copied_is_read(tmp_path: Path) -> None:
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool/a.py").write_text("import one")
    (tmp_path / "b.py").write_text("import two")
    assert names(tmp_path, "tool") == {"one"}
    assert names(tmp_path, "b.py") == {"two"}
    assert names(tmp_path, ".") == {"one", "two"}
    assert names(tmp_path) == set()


def test_magics_in_a_notebook_do_not_hide_what_it_imports(tmp_path: Path) -> None:
    cells = ["!pip install a\nimport b", "for x in y:\n    !ls {x}\nimport c", "%%bash\nimport d", "df?\nimport e"]
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4}))
    assert names(tmp_path, "n.ipynb") == {"b", "c", "e"}


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 5_000,
        "x = " + "-" * 50_000 + "1",
        "x = " + "not " * 50_000 + "1",
        "x = " + "a." * 50_000 + "b",
        "x = " + "[" * 150 + "]" * 150,
        "x = 1 " + "+ 1 " * 50_000,
        "lambda: " * 20_000 + "1",
        "\0import a",
        "import " + "a." * 10_000 + "b",
        "import " + ", ".join(f"m{n}" for n in range(20_000)),
        "\n".join(" " * n + "if x:" for n in range(99)) + "\n" + " " * 99 + "pass",
        "from " + " " * 100_000 + "x",
    ],
    ids=itertools.count(),
)
def test_hostile_code_is_read_in_a_moment_and_harms_nobody(tmp_path: Path, code: str) -> None:
    found = of_code(tmp_path, f"{code}\n")
    assert len(found) <= 500
    assert all(len(name) <= 100 for name in found)


def test_nothing_is_run(tmp_path: Path) -> None:
    of_code(tmp_path, f"open({str(tmp_path / 'run')!r}, 'w')\nimport main\nraise SystemExit")
    assert not (tmp_path / "run").exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("import secret_package")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.py").symlink_to(tmp_path / "elsewhere.py")
    assert names(folder, "link.py", ".") == set()
