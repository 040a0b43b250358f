"""What importing a part of condock brings in, seen in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from textual import widgets

from tests.paths import ROOT
from tui.core.first_plan import with_bases
from tui.core.plan import BuildPlan
from tui.core.plan_file import PLAN_FILE, dump_plan

LOOK = """
import importlib, sys
for module in sys.argv[2].split():
    importlib.import_module(module)
    found = sorted(set(sys.argv[1].split()) & set(sys.modules))
    if found:
        sys.exit(f"{module} brings in {', '.join(found)}")
"""


def modules(*places: str) -> list[str]:
    """The names of all modules in these folders, and of single modules."""
    files = set[Path]()
    for place in places:
        found = {path for path in (*(ROOT / place).rglob("*.py"), ROOT / f"{place}.py") if path.is_file()}
        assert found, f"there is no {place}"
        files |= found
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files
    )


@pytest.mark.parametrize(
    ("places", "forbidden"),
    [
        (["tui/core"], "textual rich screens tui.app tui.widgets tui.main tui.headless"),
        (["tui/core"], "anaconda_auth keyring docker pydantic requests rattler dotenv"),
        (
            ["tui/headless"],
            "textual rich screens tui.app tui.widgets anaconda_auth keyring docker requests rattler",
        ),
        (["tui/widgets"], "screens tui.app tui.main tui.headless"),
        (
            ["tui/app", "tui/project_app", "screens", "tui/widgets"],
            "anaconda_auth keyring docker pydantic requests rattler dotenv",
        ),
        (
            ["tui/main", "tui/arguments", "tui/commands", "tui/options"],
            "textual rich yaml asyncio tui.core.project anaconda_auth docker importlib.metadata",
        ),
        # The first frame: a step is imported when it is shown.
        (
            ["tui/app", "screens/start"],
            "screens.account screens.build screens.dependencies screens.preview textual.widgets._text_area "
            "tui.widgets.palette tui.core.engine.find_engine",
        ),
        # What only prints looks for no engine and no key.
        (
            ["tui/headless/render"],
            "asyncio subprocess logging tomllib shutil typing string heapq tui.core.engine.find_engine keyring",
        ),
        # A build that is repeated is started before anything else is there, and shown with little more.
        (["tui/main"], "argparse asyncio dataclasses inspect pathlib typing tui.core.errors tui.arguments"),
        (
            [
                "tui/headless/fast_repeat",
                "tui/headless/receipt",
                "tui/headless/views/plain_lines",
                "tui/headless/views/live_lines",
            ],
            "argparse yaml docker dotenv tempfile tui.core.project tui.core.plan tui.core.engine.find_engine",
        ),
    ],
)
def test_importing_leaves_out_what_is_heavy_or_above(places: list[str], forbidden: str) -> None:
    command = [sys.executable, "-c", LOOK, forbidden, " ".join(modules(*places))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr.strip() == ""
    assert done.returncode == 0


RUN = """
import sys
from tui.main import main
code = main(sys.argv[2:])
print(sorted(set(sys.argv[1].split()) & set(sys.modules)), code)
"""
_GUESSES = "tui.core.first_plan tui.core.application.frameworks tui.core.environment.draft.draft"
_WRITES = "tui.core.locks.lock_writer tui.core.environment.yaml_fixes tui.core.images.own_catalogue"


@pytest.mark.parametrize(
    ("arguments", "forbidden", "code"),
    [
        (["render"], f"argparse hashlib {_GUESSES} {_WRITES}", 0),
        ([], f"argparse textual {_WRITES}", 2),  # the wizard, which finds no terminal here
    ],
)
def test_running_leaves_out_what_is_not_needed(
    tmp_path: Path, arguments: list[str], forbidden: str, code: int
) -> None:
    (tmp_path / "environment.yml").write_text("channels: [defaults]\ndependencies: [python]\n")
    saved = with_bases(BuildPlan()).change("build", image="mine")
    (tmp_path / PLAN_FILE).write_text(dump_plan(saved))
    command = [sys.executable, "-c", RUN, forbidden, *arguments, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines()[-1:] == [f"[] {code}"], done.stderr


def test_a_place_that_is_not_there_is_no_place_to_look() -> None:
    with pytest.raises(AssertionError, match="there is no tui/gone"):
        modules("tui/core", "tui/gone")


def test_the_look_would_see_it() -> None:
    """The control: a forbidden module that is imported is named."""
    command = [sys.executable, "-c", LOOK, "textual", "tui.core.untrusted_text tui.themes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr.strip() == "tui.themes brings in textual"
    assert done.returncode == 1


def ours() -> list[ModuleType]:
    return [import_module(name) for name in modules("tui", "screens") if not name.endswith("__main__")]


def test_every_dataclass_can_be_made_one_later() -> None:
    classes = {one for module in ours() for one in vars(module).values() if isinstance(one, type)}
    late = [one for one in classes if is_dataclass(one) and one.__module__.startswith("tui.core")]
    assert len(late) > 100
    assert [one for one in late if any(part.type is None for part in fields(one))] == []


def test_buttons_and_texts_are_our_own_which_cost_less() -> None:
    found = [
        f"{module.__name__} takes Textual's {name}"
        for module in ours()
        for name in ("Button", "Static")
        if getattr(module, name, None) is getattr(widgets, name)
    ]
    assert found == []
