"""What is said of an application that would be in an image without its files, or without what starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.application.advice import application_advice, missing_packages, other_starts, words_for_flags
from tui.core.application.starts import as_started, find_starts, on_port
from tui.core.dataclass import replace
from tui.core.plan import Application

BROUGHT = ROOT / "tests" / "data" / "brought"


@pytest.mark.parametrize(
    ("command", "environment", "missing"),
    [
        ("python main.py", (), ()),
        ("env A=1 python main.py", (), ()),
        ("", (), ()),
        ("'open", (), ()),
        ("uvicorn main:app", ("fastapi",), ("uvicorn",)),
        ("uvicorn main:app", ("uvicorn-standard",), ()),
        ("uvicorn main:app", ("uvicornx",), ("uvicorn",)),
        ("gunicorn app:app", ("flask",), ("gunicorn",)),
        ("flask --app app run", (), ("flask",)),
        ("jupyter lab", ("jupyter",), ()),
        ("jupyter lab", ("ipykernel",), ("jupyterlab",)),
        ("voila x.ipynb", ("voila", "jupyterlab"), ()),
        ("papermill x.ipynb -", (), ("papermill", "ipykernel")),
    ],
)
def test_the_program_of_a_command_has_to_be_in_the_environment(
    command: str, environment: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert missing_packages(command, environment) == missing


def test_an_image_without_any_work_is_said(tmp_path: Path) -> None:
    (advice,) = application_advice(Application(), (), ("python",), tmp_path)
    assert "condock recognises nothing here" in advice.message
    assert "nothing of your work" in advice.message
    starts = find_starts(BROUGHT / "script")
    (advice,) = application_advice(Application(), starts, ("python",), BROUGHT / "script")
    assert "recognises" not in advice.message
    assert not list(application_advice(starts[0].application, starts, ("python",), BROUGHT / "script"))


def test_a_notebook_can_be_started_in_other_ways() -> None:
    starts = find_starts(BROUGHT / "notebook")
    others = other_starts(starts[0].application, starts)
    assert [start.framework.name for start in others] == ["Voila", "papermill"]
    assert words_for_flags(others[0]) == (
        "Voila: --command 'voila --no-browser --Voila.ip=0.0.0.0 --port=8866 Untitled1.ipynb' --port 8866"
    )
    assert other_starts(Application(), starts) == ()


@pytest.mark.parametrize(
    ("was", "command", "port", "becomes"),
    [
        ("8501", "--server.port=8501", "9090", "--server.port=9090"),
        ("9090", "--server.port=9090", "8501", "--server.port=8501"),
        ("8501", "--server.port=8501", "", "--server.port=8501"),  # on its way to be another one
        ("", "--server.port=8501", "9", "--server.port=9"),
        ("99x", "--server.port=8501", "99", "--server.port=99"),
        ("8501", "--server.port=8501", "99x", "--server.port=8501"),
        ("8501", "--server.port=7000", "9090", "--server.port=7000"),  # typed by hand, and another one before
        ("8501", "--server.port=8501 --theme.base=dark", "9090", "--server.port=8501 --theme.base=dark"),
    ],
)
def test_a_command_of_condocks_own_goes_along_with_the_port(
    was: str, command: str, port: str, becomes: str
) -> None:
    starts = find_starts(BROUGHT / "streamlit")
    begins = "streamlit run app.py --server.address=0.0.0.0 "
    application = Application(("app.py",), port=was, command=begins + command)
    moved = on_port(application, port, starts)
    assert (moved.port, moved.command) == (port, begins + becomes)


def test_the_way_that_is_taken_is_known_on_every_port() -> None:
    starts = find_starts(BROUGHT / "streamlit")
    (start,) = as_started(starts, on_port(starts[0].application, "9090", starts).command)
    assert start.framework.sentence == "Streamlit serves the page on port 9090."
    assert start.application.port == "9090"
    assert as_started(starts, "python app.py --port 9090") == starts


def test_a_command_that_says_another_port_than_the_image_is_advised_on() -> None:
    starts = find_starts(BROUGHT / "streamlit")
    application = replace(starts[0].application, port="9090")
    (advice,) = application_advice(application, starts, ("streamlit",), BROUGHT / "streamlit")
    assert advice.message.startswith("The command says port 8501, and the image port 9090")
    assert advice.field == "application.command"


def test_a_file_that_the_command_names_and_is_not_copied_is_advised_on(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    application = Application(command="python app.py")
    (advice,) = application_advice(application, (), ("python",), tmp_path)
    assert advice.message == "The command names `app.py`, which is not copied into the image."
    assert advice.field == "application.files"
    assert not list(application_advice(replace(application, files=("app.py",)), (), ("python",), tmp_path))
