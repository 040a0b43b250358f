"""What is guessed from a folder's code, and what is said of an application that cannot work."""

from __future__ import annotations

import errno
import json
import os
import shlex
import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import ROOT
from tui.core.application.application import application_problems
from tui.core.application.frameworks import FRAMEWORKS
from tui.core.application.notebooks import notebook_code
from tui.core.application.python_files import SourceCode, python_sources
from tui.core.application.starts import find_starts, guess_application, needed_packages
from tui.core.plan import Application

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
FACTORY = "import flask\ndef create_app():\n    app = flask.Flask(__name__)\n    return app\n"
STREAMLIT = "import streamlit as st\nst.title('x')\n"
DJANGO = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
DASH = "from dash import Dash\napp = Dash(__name__)\n"
PYPROJECT = (
    '[project]\nname = "shop"\n\n[project.scripts]\nno-such = "elsewhere:main"\nshop = "shop.cli:main"\n\n[tool]\n'
)
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": ["%pylab\n", "import helper\n", "helper.read('sales.csv')"]}]}
)
UVICORN = "--host 0.0.0.0 --port 8000"
SERVE = "run --host 0.0.0.0 --port 5000"


def fill(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


# files, what is copied, the port, the command
GUESSES: list[tuple[dict[str, str], tuple[str, ...], str, str]] = [
    ({}, (), "", "python"),
    ({"notes.txt": "x", "environment.yml": "x"}, (), "", "python"),
    ({"app.py": FASTAPI}, ("app.py",), "8000", f"uvicorn app:app {UVICORN}"),
    (
        {"main.py": "import fastapi as f\nimport fastapi\napi: fastapi.FastAPI = fastapi.FastAPI(title='x')\n"},
        ("main.py",),
        "8000",
        f"uvicorn main:api {UVICORN}",
    ),
    ({"app/__init__.py": "", "app/main.py": FASTAPI}, ("app",), "8000", f"uvicorn app.main:app {UVICORN}"),
    (
        {"src/shop/__init__.py": "", "src/shop/web.py": FASTAPI, "setup.py": "import setuptools\n"},
        ("src",),
        "8000",
        f"uvicorn --app-dir src shop.web:app {UVICORN}",
    ),
    (
        {"web.py": "from fastapi import FastAPI\nasync def get_app():\n    return FastAPI()\n"},
        ("web.py",),
        "8000",
        f"uvicorn --factory web:get_app {UVICORN}",
    ),
    ({"app.py": FLASK}, ("app.py",), "5000", f"flask --app app:app {SERVE}"),
    ({"wsgi.py": FLASK.replace("app =", "site =")}, ("wsgi.py",), "5000", f"flask --app wsgi:site {SERVE}"),
    ({"flaskr/__init__.py": FACTORY}, ("flaskr",), "5000", f"flask --app flaskr:create_app {SERVE}"),
    (
        {"src/flaskr/__init__.py": FACTORY},
        ("src",),
        "5000",
        f"flask --app src/flaskr/__init__.py:create_app {SERVE}",
    ),
    (
        {"app.py": FLASK, "environment.yml": "dependencies:\n  - gunicorn>=20\n", "templates/a.html": ""},
        ("app.py", "templates"),
        "5000",
        "gunicorn --bind 0.0.0.0:5000 app:app",
    ),
    (
        {"flaskr/__init__.py": FACTORY, "requirements.txt": "flask\ngunicorn\n"},
        ("flaskr",),
        "5000",
        "gunicorn --bind 0.0.0.0:5000 'flaskr:create_app()'",
    ),
    (
        {"Home.py": STREAMLIT, "pages/one.py": STREAMLIT, ".streamlit/secrets.toml": "x"},
        ("Home.py", "pages"),
        "8501",
        "streamlit run Home.py --server.address=0.0.0.0 --server.port=8501",
    ),
    ({"main.py": "print(1)\n"}, ("main.py",), "", "python main.py"),
    ({"my tool.py": "print(1)\n"}, ("my tool.py",), "", "python 'my tool.py'"),
    ({"a.py": "x = 1\n", "b.py": "if __name__ == '__main__':\n    pass\n"}, ("b.py",), "", "python b.py"),
    ({"a.py": "x = 1\n", "b.py": "y = 1\n"}, (), "", "python"),
    ({"pkg/__init__.py": "", "pkg/__main__.py": "print(1)\n"}, ("pkg",), "", "python -m pkg"),
    ({"src/pkg/__main__.py": "print(1)\n"}, ("src",), "", "env PYTHONPATH=src python -m pkg"),
    ({"test_app.py": FASTAPI, "conftest.py": FLASK, "setup.py": "print(1)\n"}, (), "", "python"),
    ({"tests/app.py": FASTAPI, ".venv/x/app.py": FASTAPI, "node_modules/app.py": FLASK}, (), "", "python"),
    (
        {"my/pyvenv.cfg": "", "my/app.py": FASTAPI, "conda/conda-meta/h": "", "conda/app.py": FASTAPI},
        (),
        "",
        "python",
    ),
    (
        {
            "main.py": "import os, helper.deep\nfrom models import *\n" + FASTAPI,
            "helper/__init__.py": "def f():\n    import late\n",
            "models.py": "from . import x\nimport main\n",
            "late.py": "",
            "unrelated.py": "",
            "data/big.csv": "1",
            ".env": "KEY=1",
        },
        ("main.py", "helper", "models.py", "late.py"),
        "8000",
        f"uvicorn main:app {UVICORN}",
    ),
    ({"deep/app.py": FLASK, "tool.py": FASTAPI}, ("tool.py",), "8000", f"uvicorn tool:app {UVICORN}"),
    ({"app.py": "# from fastapi import FastAPI\n# app = FastAPI()\nprint(1)\n"}, ("app.py",), "", "python app.py"),
    (
        {
            "manage.py": DJANGO,
            "shop/settings.py": "",
            "shop/wsgi.py": WSGI,
            "polls/views.py": "",
            "static/a.css": "",
        },
        ("manage.py", "shop", "polls", "static"),
        "8000",
        "python manage.py runserver --noreload 0.0.0.0:8000",
    ),
    (
        {"site/manage.py": DJANGO, "site/shop/wsgi.py": WSGI, "requirements.txt": "gunicorn\n"},
        ("site",),
        "8000",
        "gunicorn --chdir site --bind 0.0.0.0:8000 shop.wsgi:application",
    ),
    ({"app.py": DASH}, ("app.py",), "8050", "env HOST=0.0.0.0 PORT=8050 python app.py"),
    (
        {"app.py": DASH + "server = app.server\n", "environment.yml": "dependencies: \n- gunicorn\n"},
        ("app.py",),
        "8050",
        "gunicorn --bind 0.0.0.0:8050 app:server",
    ),
    (
        {"board.py": "import panel as pn\npn.Row('x').servable()\n"},
        ("board.py",),
        "5006",
        "panel serve board.py --address 0.0.0.0 --port 5006 '--allow-websocket-origin=*'",
    ),
    (
        {"app.py": "import gradio as gr\ngr.Interface(str, 'text', 'text').launch()\n"},
        ("app.py",),
        "7860",
        "env GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 python app.py",
    ),
    (
        {"app.py": "from shiny import App, ui\napp = App(ui.page_fluid(), None)\n"},
        ("app.py",),
        "8000",
        "shiny run --host 0.0.0.0 --port 8000 app.py",
    ),
    (
        {"app.py": "from shiny.express import ui\nui.h1('x')\n"},
        ("app.py",),
        "8000",
        "shiny run --host 0.0.0.0 --port 8000 app.py",
    ),
    (
        {"src/shop/__init__.py": "", "src/shop/cli.py": "def main(): ...\n", "pyproject.toml": PYPROJECT},
        ("src",),
        "",
        "env PYTHONPATH=src python -c 'import sys; from shop.cli import main; sys.exit(main())'",
    ),
    (
        {"cli.py": "def main(): ...\n", "pyproject.toml": '[project.scripts]\nx = "os:abort"\n'},
        ("cli.py",),
        "",
        "python cli.py",
    ),
    (
        {
            "Sales.ipynb": NOTEBOOK,
            "other.ipynb": "{}",
            "sales.csv": "1",
            "helper.py": "",
            ".env": "",
            "left.csv": "",
        },
        ("Sales.ipynb", "other.ipynb", "helper.py", "sales.csv"),
        "8888",
        "jupyter lab --no-browser --ip=0.0.0.0 --port=8888 Sales.ipynb",
    ),
    (
        {
            "main.py": "open('data/a.csv', '.env', 'api_token.txt', '../x.csv', 'environment.yml')",
            "data/a.csv": "",
            "data/b.csv": "",
            "api_token.txt": "",
            "environment.yml": "",
        },
        ("main.py", "data/a.csv"),
        "",
        "python main.py",
    ),
]


@pytest.mark.parametrize(
    ("folder", "commands"),
    [
        ("fastapi", ["uvicorn main:app --host 0.0.0.0 --port 8000"]),
        (
            "notebook",
            [
                "jupyter lab --no-browser --ip=0.0.0.0 --port=8888 Untitled1.ipynb",
                "voila --no-browser --Voila.ip=0.0.0.0 --port=8866 Untitled1.ipynb",
                "papermill --kernel python3 --log-output Untitled1.ipynb /tmp/Untitled1.ipynb",
            ],
        ),
        ("macos-export", ["python report.py"]),
        ("script", ["python shrink.py"]),
        ("streamlit", ["streamlit run app.py --server.address=0.0.0.0 --server.port=8501"]),
    ],
)
def test_what_people_bring_starts_with_the_files_it_needs(folder: str, commands: list[str]) -> None:
    brought = ROOT / "tests" / "data" / "brought" / folder
    starts = find_starts(brought)
    assert [start.application.command for start in starts] == commands
    code_and_data = {path.name for path in brought.iterdir()} - {"environment.yml", "requirements.txt"}
    assert all(set(start.application.files) == code_and_data for start in starts)
    assert all(start.framework.sentence.endswith(".") for start in starts)


def test_each_framework_says_what_it_does_and_needs_what_its_command_starts() -> None:
    for row in FRAMEWORKS:
        program = row.command.split()[0]
        assert row.sentence.endswith(".")
        assert row.port in row.command
        assert program in ("python", "env", "[env") or {program, "jupyterlab"} & set(row.packages), row.name


def test_of_a_notebook_only_the_code_is_read() -> None:
    cells: list[object] = [
        {"cell_type": "markdown", "source": ["import this"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy\n", "!pip install x"]},
        {"cell_type": "code", "source": "%%bash\nimport -h"},
        {"cell_type": "code", "source": "%%time\nimport pandas"},
        {"cell_type": "code", "source": [1, None]},
        "odd",
    ]
    assert notebook_code(json.dumps({"cells": cells})).split() == ["import", "numpy", "import", "pandas"]
    for text in ("", "[" * 100_000, "[]", '{"cells": 1}', '{"worksheets": [1, {"cells": [3]}]}'):
        assert notebook_code(text) == ""


@pytest.mark.parametrize(("files", "copied", "port", "command"), GUESSES)
def test_guesses_what_the_folder_holds(
    tmp_path: Path, files: dict[str, str], copied: tuple[str, ...], port: str, command: str
) -> None:
    guess = guess_application(fill(tmp_path, files))
    assert guess == Application(files=copied, port=port, command=command)
    assert application_problems(guess, tmp_path, lambda _: False) == ()


@pytest.mark.parametrize(
    ("text", "packages"),
    [(FASTAPI, ("fastapi", "uvicorn")), (FLASK, ("flask",)), (STREAMLIT, ("streamlit",)), ("", ())],
)
def test_says_which_packages_the_framework_needs(tmp_path: Path, text: str, packages: tuple[str, ...]) -> None:
    assert needed_packages(fill(tmp_path, {"app.py": text})) == packages


def test_code_is_not_run(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    guess_application(fill(tmp_path, {"app.py": trap + FASTAPI, "sitecustomize.py": trap, "conftest.py": trap}))
    assert not (tmp_path / "ran").exists()


def test_odd_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, {"app.py": FASTAPI, "huge.py": "#" * 600_000, "broken.py": "def (:\n", "x.py/inner.txt": ""})
    (tmp_path / "binary.py").write_bytes(bytes(range(256)))
    (tmp_path / "dangling.py").symlink_to(tmp_path / "none")
    (tmp_path / "circle").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "bell\a.py").write_text(FASTAPI)
    assert [str(source.path) for source in python_sources(tmp_path)] == ["app.py", "binary.py", "broken.py"]
    assert guess_application(tmp_path).command.startswith("uvicorn app:app")


def test_a_folder_that_cannot_be_read_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    fill(tmp_path, {"app.py": FASTAPI})
    assert guess_application(tmp_path / "none") == Application()
    monkeypatch.setattr(os, "scandir", refuse)  # root, as in CI, may look into every folder
    assert guess_application(tmp_path) == Application()


def test_a_folder_of_many_files_is_left_soon(tmp_path: Path) -> None:
    for number in range(2_500):
        (tmp_path / f"m{number}.py").write_text("import m1\n")
    for number in range(400):
        (tmp_path / f"d{number}").mkdir()
    began = time.monotonic()
    assert guess_application(tmp_path) == Application()
    assert len(python_sources(tmp_path)) == 200
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("text", ["from " + "a" * 40_000, "import a" + ", a" * 13_000, "from a" + " " * 40_000])
def test_no_line_of_code_keeps_its_reader_busy(text: str) -> None:
    began = time.process_time()
    assert SourceCode(PurePosixPath("app.py"), text).imports() <= {"a"}
    assert time.process_time() - began < 1  # seconds; quadratic, the first would take half a minute


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["from fastapi", "import ", ",", ".", "app", " = ", "FastAPI(", "\n", "flask", "def create_app("]
        )
    ).map("".join)
)
def test_no_text_makes_the_guess_fail(text: str) -> None:
    source = SourceCode(PurePosixPath("app.py"), text)
    fitting = [(row, name) for row in FRAMEWORKS if (name := row.fits(source)) is not None]
    assert fitting
    assert all(shlex.split(row.command_for(source, name)) for row, name in fitting)
    assert all(name.isidentifier() or not name for name in source.imports())


SOUND = Application(files=("app.py",), port="8000", command="python app.py")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.py", "`none.py` is not in the folder"),
        ("", "no readable name"),
        (" ", "no readable name"),
        ("a\nRUN x", "no readable name"),
        ("../x", "`../x` is outside the folder"),
        ("src/../../x", "is outside the folder"),
        ("/etc/passwd", "is outside the folder"),
        ("~/x", "is outside the folder"),
        ("C:\\x", "is outside the folder"),
        ("data*.csv", "BuildKit does not find it"),
        ("!x.py", "BuildKit does not find it"),
        ("link.py", "`link.py` is a link to a place outside the folder"),
        ("circle", "`circle` is not in the folder"),
        ("a\0b", "no readable name"),
        ("x" * 300, "is not in the folder"),
        (".env", "`.env` is kept back from the build by the ignore file"),
    ],
)
def test_files_that_cannot_be_copied(tmp_path: Path, path: str, said: str) -> None:
    folder = fill(tmp_path, {"folder/app.py": "", "folder/.env": "", "outside.py": ""}) / "folder"
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "circle").symlink_to(folder / "circle")
    (problem,) = application_problems(Application(files=("app.py", path)), folder, lambda name: name == ".env")
    assert said in problem.message
    assert problem.field == "application.files"
    assert problem.hint.endswith(".")


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, {"app.py": ""})
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, as in CI, may read every file
    (problem,) = application_problems(SOUND, tmp_path, lambda _: False)
    assert problem.message == "`app.py` cannot be read by you."


@pytest.mark.parametrize("path", ["app.py", ".", "src", "src/", "./app.py", "mit Leerzeichen.py"])
def test_files_that_can_be_copied(tmp_path: Path, path: str) -> None:
    fill(tmp_path, {"app.py": "", "src/x.py": "", "mit Leerzeichen.py": ""})
    assert application_problems(Application(files=(path,)), tmp_path, lambda _: False) == ()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("folder", "", "not a full path"),
        ("folder", "app", "not a full path"),
        ("folder", "/app/../etc", "not a full path"),
        ("folder", "/app\nRUN x", "not a full path"),
        ("folder", "/env", "/env is where the conda environment is"),
        ("folder", "/env/app", "/env is where the conda environment is"),
        ("port", "http", "not a number"),
        ("port", "8000/tcp", "not a number"),
        ("port", "-1", "not a number"),
        ("port", "٣", "not a number"),
        ("port", "0", "out of range"),
        ("port", "65536", "out of range"),
        ("port", "080", "out of range"),
        ("port", "9" * 5000, "out of range"),
        ("command", "python 'app.py", "opened and never closed"),
        ("command", "python app.py \\", "opened and never closed"),
        ("command", " ", "There is no command"),
        ("command", "python a.py && python b.py", "`&&` needs a shell"),
        ("command", "python a.py > log", "`>` needs a shell"),
        ("user", "", "not a name for Linux"),
        ("user", "App", "not a name for Linux"),
        ("user", "my user", "not a name for Linux"),
        ("user", "-x", "not a name for Linux"),
        ("user", "a" * 33, "not a name for Linux"),
        ("user", "app\n", "not a name for Linux"),
        ("user", "1:", "not a name for Linux"),
    ],
)
def test_values_that_cannot_work(tmp_path: Path, field: str, value: str, said: str) -> None:
    fill(tmp_path, {"app.py": ""})
    values = {"files": SOUND.files, "port": SOUND.port, "command": SOUND.command, field: value}
    (problem,) = application_problems(Application(**values), tmp_path, lambda _: False)  # type: ignore[arg-type]
    assert said in problem.message
    assert problem.field == f"application.{field}"
    assert problem.hint.endswith(".")


@pytest.mark.parametrize(
    "application",
    [
        Application(),
        Application(command=""),
        Application(port="1", user="root"),
        Application(port="65535", user="1000:1000", folder="/"),
        Application(user="65532", folder="/srv/my app/"),
        Application(user="_x-1", command="sh -c 'a && b'"),
    ],
)
def test_values_that_work(tmp_path: Path, application: Application) -> None:
    assert application_problems(application, tmp_path, lambda _: False) == ()
