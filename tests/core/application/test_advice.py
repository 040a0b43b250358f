"""What is said of an application that would be in an image without its files, or without what starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.application.advice import application_advice, missing_packages, other_starts, words_for_flags
from tui.core.application.starts import find_starts
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
    (advice,) = application_advice(Application(), (), ("python",))
    assert "condock recognises nothing here" in advice.message
    assert "nothing of your work" in advice.message
    starts = find_starts(BROUGHT / "script")
    (advice,) = application_advice(Application(), starts, ("python",))
    assert "recognises" not in advice.message
    assert not list(application_advice(starts[0].application, starts, ("python",)))


def test_a_notebook_can_be_started_in_other_ways() -> None:
    starts = find_starts(BROUGHT / "notebook")
    others = other_starts(starts[0].application, starts)
    assert [start.framework.name for start in others] == ["Voila", "papermill"]
    assert words_for_flags(others[0]) == (
        "Voila: --command 'voila --no-browser --Voila.ip=0.0.0.0 --port=8866 Untitled1.ipynb' --port 8866"
    )
    assert other_starts(Application(), starts) == ()
