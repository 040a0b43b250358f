"""Conda environments of this machine as a start, read without conda."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tui.core.environment.document import read_environment
from tui.core.environment.draft.from_conda import (
    CondaEnvironment,
    draft_of_environment,
    find_environment,
    find_environments,
)
from tui.core.errors import CondockError

TOKEN = "zq-5e0c-canary-71f2"
HISTORY = f"""\
==> 2024-05-01 10:00:00 <==
# cmd: /opt/conda/bin/conda create -n shop python=3.11 pandas
# conda version: 24.3.0
+defaults/linux-64::python-3.11.9-h955ad1f_0
+defaults/linux-64::pandas-2.1.4-py311ha02d727_0
+defaults/noarch::six-1.16.0-pyhd3eb1b0_1
+conda-forge/noarch::rich-13.7.1-pyhd8ed1ab_0
+https://conda.anaconda.org/t/{TOKEN}/acme/linux-64::tool-1.0-0
+https://repo.anaconda.cloud/repo/acme/main/linux-64::own-1.0-0
# update specs: ["python=3.11", 'pandas', "numpy[version='>=1']", "gone"]
==> 2024-06-01 10:00:00 <==
# update specs: ["conda-forge/noarch::rich==13.7.1=pyhd8ed1ab_0", "Scipy >=1.1, <2"]
# remove specs: ["gone"]
# neutered specs: ["pandas[version='2.1.4']"]
# update specs: __import__('os').system('touch run')
# update specs: [{"x" * 10}, 1]
"""
INSTALLED = ("python-3.11.9-h955ad1f_0", "pandas-2.1.4-py311_0", "numpy-1.26-0", "six-1.16.0-0", "rich-13.7.1-0",
             "scipy-1.11-0", "own-1.0-0")  # fmt: skip


def make(path: Path, history: str = HISTORY, installed: tuple[str, ...] = INSTALLED) -> Path:
    (path / "conda-meta").mkdir(parents=True)
    (path / "conda-meta/history").write_text(history)
    for name in installed:
        (path / f"conda-meta/{name}.json").write_text("{}")
    return path


def by_pip(path: Path, name: str, installer: str = "pip", requested: bool = True, direct: object = None) -> None:
    record = path / f"lib/python3.11/site-packages/{name}.dist-info"
    record.mkdir(parents=True)
    (record / "INSTALLER").write_text(f"{installer}\n")
    if requested:
        (record / "REQUESTED").touch()
    if direct is not None:
        (record / "direct_url.json").write_text(json.dumps(direct))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr("tui.core.environment.draft.from_conda._SYSTEM_ROOTS", ())
    return {"HOME": str(tmp_path)}


def test_environments_are_found_where_conda_wrote_them_down_and_under_the_roots(
    tmp_path: Path, home: dict[str, str]
) -> None:
    one = make(tmp_path / "elsewhere/one")
    make(tmp_path / "miniconda3")
    (tmp_path / "miniconda3/condabin").mkdir()
    make(tmp_path / "miniconda3/envs/two")
    make(tmp_path / "envs/three")
    (tmp_path / ".conda").mkdir()
    lines = [one, one, tmp_path / "gone", "relative", "", tmp_path / "miniconda3/envs/two"]
    (tmp_path / ".conda/environments.txt").write_text("\n".join(map(str, lines)))
    env = {**home, "CONDA_ENVS_PATH": str(tmp_path / "envs")}
    assert [found.name for found in find_environments(env)] == ["base", "one", "three", "two"]
    assert find_environment(env, "two").path == tmp_path / "miniconda3/envs/two"
    assert find_environment(env, str(one)).name == "one"
    with pytest.raises(CondockError, match=r"no conda environment `four`\. There are: base, one, three, two\."):
        find_environment(env, "four")


def test_a_name_that_two_have_is_asked_for_by_its_folder(tmp_path: Path, home: dict[str, str]) -> None:
    make(tmp_path / "miniconda3/envs/x")
    make(tmp_path / "miniforge3/envs/x")
    with pytest.raises(CondockError, match=r"Several conda environments are called `x`\. Give the folder: "):
        find_environment(home, "x")


def test_what_was_asked_for_is_taken_over_with_its_channels_and_pips_part(tmp_path: Path) -> None:
    path = make(tmp_path / "shop")
    by_pip(path, "fastapi-0.110.0")
    by_pip(path, "starlette-0.36.3", requested=False)
    by_pip(path, "six-1.16.0", installer="conda")
    by_pip(path, "demo_tool-0.1", direct={"url": "file:///home/me/demo", "dir_info": {"editable": True}})
    git = {"url": "https://github.com/a/b", "vcs_info": {"vcs": "git", "commit_id": "0a" * 20}}
    by_pip(path, "theirs-1.0", direct=git)
    by_pip(path, "secret-1.0", direct={"url": f"https://me:{TOKEN}@h/x.whl"})
    draft = draft_of_environment(CondaEnvironment("shop", path), "My Shop")
    document = read_environment(draft.text)
    assert document.problems == ()
    assert document.name == "my-shop"
    assert document.channels == ("defaults", "conda-forge", "https://repo.anaconda.cloud/repo/acme/main")
    assert [one.text for one in document.dependencies] == [
        "python=3.11",
        "numpy",
        "pandas",
        "conda-forge::rich==13.7.1",
        "Scipy>=1.1,<2",
        "pip",
    ]
    assert [one.text for one in document.pip] == [
        "fastapi==0.110.0",
        f"theirs @ git+https://github.com/a/b@{'0a' * 20}",
    ]
    said = [str(decision) for decision in draft.decisions]
    assert "installed by pip: demo-tool==0.1 → left out (it was installed from a folder of this machine)" in said
    assert "asked for from conda → conda: python=3.11" in said
    assert TOKEN not in draft.text + "".join(said)
    assert not Path("run").exists()


def test_python_is_named_also_where_nobody_asked_for_it(tmp_path: Path) -> None:
    path = make(tmp_path / "x", "# update specs: numpy >=1.2,<2, scipy\n", INSTALLED)
    document = read_environment(draft_of_environment(CondaEnvironment("x", path), "x").text)
    assert [one.text for one in document.dependencies] == ["python=3.11", "numpy>=1.2,<2", "scipy"]
    assert document.channels == ("defaults",)


@pytest.mark.parametrize(
    "history",
    [
        "# update specs: " + "[" * 50_000,
        "# update specs: " + "a," * 40_000,
        "#" + " " * 100_000 + "x",
        "+" + "a-" * 5_000,
        "# update specs: ['" + "=" * 5_000 + "']",
        "# update specs: ['a\\x1b[31m', 'b\\n- c']",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_a_hostile_history_harms_nobody(tmp_path: Path, history: str) -> None:
    path = make(tmp_path / "x", history, ("a-1-0",))
    document = read_environment(draft_of_environment(CondaEnvironment("x", path), "x").text)
    assert "\x1b" not in str(document.dependencies)
    assert {one.name for one in document.dependencies} <= {"a"}


def test_a_folder_that_is_no_environment_or_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CondockError, match="is not a conda environment"):
        draft_of_environment(CondaEnvironment("x", tmp_path), "x")
    (tmp_path / "real").write_text("# update specs: ['a']")
    (tmp_path / "x/conda-meta").mkdir(parents=True)
    os.symlink(tmp_path / "real", tmp_path / "x/conda-meta/history")
    with pytest.raises(CondockError, match="leads outside"):
        draft_of_environment(CondaEnvironment("x", tmp_path / "x"), "x")
