"""The files that a command names and an image would lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.application.command_files import uncopied_files
from tui.core.application.starts import find_starts
from tui.core.dataclass import replace
from tui.core.plan import Application

BROUGHT = ROOT / "tests" / "data" / "brought"
FILES = ("app.py", "run.py", "nb.ipynb", "out.csv", "src/web/main.py", "pack/__main__.py", ".env", "secret.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("python app.py", ("app.py",)),
        ("python ./app.py --port 1", ("app.py",)),
        ("python /app/app.py", ("app.py",)),
        ("./run.py", ("run.py",)),
        ("streamlit run app.py --server.port=8501", ("app.py",)),  # `run` is no module here
        ("uvicorn app:app", ("app.py",)),
        ("gunicorn --chdir src web.main:app", ("src/web/main.py",)),
        ("env PYTHONPATH=src python -m web.main", ("src/web/main.py",)),
        ("python -m pack", ("pack/__main__.py",)),
        ("flask --app app run", ("app.py",)),
        ("papermill nb.ipynb /tmp/nb.ipynb", ("nb.ipynb",)),
        ("python app.py --out out.csv", ("app.py",)),
        ("python app.py nb.ipynb app.py", ("app.py", "nb.ipynb")),
        ("python gone.py /etc/passwd ../app.py src .env secret.json", ()),
        ("python", ()),
        ("python 'app.py", ()),
        ("", ()),
    ],
)
def test_files_are_named_by_their_paths_and_their_modules(
    folder: Path, command: str, named: tuple[str, ...]
) -> None:
    assert uncopied_files(Application(command=command), folder) == named


@pytest.mark.parametrize("copied", [("src",), ("src/web",), ("./src/web/main.py",), (".",)])
def test_what_is_copied_with_its_folder_is_copied(folder: Path, copied: tuple[str, ...]) -> None:
    assert uncopied_files(Application(copied, command="python src/web/main.py"), folder) == ()


@pytest.mark.parametrize("name", ["fastapi", "notebook", "script", "streamlit"])
def test_each_way_of_condocks_own_names_its_file(name: str) -> None:
    for start in find_starts(BROUGHT / name):
        assert uncopied_files(start.application, BROUGHT / name) == ()
        assert uncopied_files(replace(start.application, files=()), BROUGHT / name) == (start.file,)
