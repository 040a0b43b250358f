"""Packages that the code imports and the environment lacks, by their names for conda."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.application.imports import Import, find_imports
from tui.core.environment.document import EnvironmentDocument, read_environment
from tui.core.environment.edits import apply_edits
from tui.core.environment.finding_groups import grouped
from tui.core.environment.findings import Finding
from tui.core.environment.fix_all import fix_all, group_fix
from tui.core.environment.missing_packages import Supply, missing, required_names, with_missing
from tui.core.environment.package_names import _tables, conda_name, is_known, normal, package_of_import, pip_name
from tui.core.environment.typos import is_slip
from tui.core.project import open_project

BROUGHT = ROOT / "tests/data/brought"
D = "dependencies:\n  - python\n"


def imports(*names: str) -> tuple[Import, ...]:
    return tuple(Import(name, "main.py", 1) for name in names)


def said(text: str, *names: str, supply: Supply | None = None) -> list[str]:
    """The hints on what is missing."""
    return [found.hint for found in with_missing(read_environment(text), text, imports(*names), supply).advice]


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("cv2", "opencv"),
        ("PIL.Image", "pillow"),
        ("sklearn.linear_model.LinearRegression", "scikit-learn"),
        ("yaml", "pyyaml"),
        ("bs4.BeautifulSoup", "beautifulsoup4"),
        ("torch.nn", "pytorch"),
        ("dateutil.parser", "python-dateutil"),
        ("redis", "redis-py"),
        ("google.cloud.storage.Client", "google-cloud-storage"),
        ("google.protobuf", "protobuf"),
        ("mpl_toolkits.mplot3d", "matplotlib"),
        ("pandas.DataFrame", "pandas"),
        ("prompt_toolkit", "prompt-toolkit"),
    ],
)
def test_a_missing_package_is_offered_by_its_name_for_conda(module: str, package: str) -> None:
    assert said(D, module) == [f"Add `- {package}`."]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("opencv", "cv2"),
        ("py-opencv >=4", "cv2"),
        ("conda-forge::scikit-learn=1", "sklearn"),
        ("Pillow", "PIL"),
        ("matplotlib-base", "matplotlib.pyplot"),
        ("typing-extensions", "typing_extensions"),
        ("anaconda", "pandas"),
        ("py-odd", "odd"),
        ("pip\n  - pip:\n      - opencv-python-headless==4.8", "cv2"),
        ("pip\n  - pip:\n      - redis", "redis"),
        ("pip\n  - pip:\n      - 'odd_thing[x] >=1'", "odd_thing"),
    ],
)
def test_what_the_environment_names_is_not_missing(line: str, module: str) -> None:
    assert said(f"{D}  - {line}\n", module) == []


@pytest.mark.parametrize("text", ["dependencies: [python", "- python\n", "dependencies: python numpy\n"])
def test_while_the_text_cannot_be_read_nothing_is_said_of_what_it_lacks(text: str) -> None:
    document = with_missing(read_environment(text), text, imports("flask"))
    assert document.problems and not document.advice
    assert not missing(document, imports("flask"), Supply())


def test_the_server_is_not_the_library() -> None:
    assert said(f"{D}  - redis\n", "redis") == ["Add `- redis-py`."]


def test_what_packages_bring_along_or_a_file_of_requirements_asks_for_is_not_missing(tmp_path: Path) -> None:
    assert said(D, "numpy", "six", supply=Supply(frozenset({"numpy"}))) == ["Add `- six`."]
    (tmp_path / "requirements.txt").write_text("-i https://h/simple\nNumPy==1\nsix ; python_version > '3'  # x\n")
    required = required_names(tmp_path, "environment.yml", ["requirements.txt", "gone.txt"])
    assert required == {"numpy", "six"}
    assert said(D, "numpy", "six", supply=Supply(required=required)) == []


def test_what_is_not_known_is_said_without_a_fix_until_the_channels_have_it() -> None:
    assert said(D, "frobnicate.x") == ["Add that package, unless another one brings it along."]
    assert said(D, "frobnicate.x", supply=Supply(channel={"frobnicate"})) == ["Add `- frobnicate`."]
    assert said(D, "cv2", supply=Supply(channel={"py-opencv"})) == ["Add `- py-opencv`."]
    assert said(D, "google.something.of.ours") == []


@pytest.mark.parametrize(
    ("command", "ends"),
    [("python main.py", True), ("uvicorn main:app --host 0.0.0.0", True), ("python other.py", False), ("", False)],
)
def test_what_the_started_file_imports_is_more_than_advice(command: str, ends: bool) -> None:
    document = with_missing(read_environment(D), D, imports("cv2"), command=command)
    assert [note.ends_it for note in document.advice if isinstance(note, Finding)] == [ends]


def test_one_key_adds_all_that_is_missing() -> None:
    text = "channels: [a]\ndependencies:\n  - python\n  - pip:\n      - x\n"
    found = imports("cv2", "yaml", "odd", "cv2.aruco", "even")

    def read(text: str) -> EnvironmentDocument:
        return with_missing(read_environment(text), text, found)

    groups = [group for group in grouped(read(text).advice) if "import" in group.message]
    assert [group.message for group in groups] == [
        "The code imports `cv2` and `yaml`, and the environment names no package that brings them.",
        "The code imports `odd` and `even`, and condock does not know which packages bring them.",
    ]
    fix = group_fix(text, groups[0], read)
    assert fix is not None
    assert fix.title == "Add all 2"
    assert apply_edits(text, fix.edits) == text.replace("- python\n", "- python\n  - opencv\n  - pyyaml\n")
    assert group_fix(text, groups[1], read) is None
    assert "odd" not in fix_all(text, read)


def test_a_misspelt_name_is_replaced_where_the_code_imports_what_was_meant() -> None:
    text = "dependencies:\n  - python\n  - conda-forge::flaks >=3  # web\n  - pnadas\n"

    def read(text: str) -> EnvironmentDocument:
        return with_missing(
            read_environment(text), text, imports("flask.Flask", "pandas"), command="python main.py"
        )

    found = read(text).advice
    assert [one.message for one in found] == [
        "`flaks` may be meant for `flask`, which main.py imports and the environment lacks.",
        "`pnadas` may be meant for `pandas`, which main.py imports and the environment lacks.",
    ]
    assert [(one.line, one.column, one.end_column, one.hint, one.ends_it) for one in found] == [
        (3, 5, 27, "Write `flask`.", True),
        (4, 5, 11, "Write `pandas`.", True),
    ]
    assert fix_all(text, read) == text.replace("flaks", "flask").replace("pnadas", "pandas")


def test_an_import_that_is_named_instead_of_its_package_is_replaced() -> None:
    text = f"{D}  - sklearn >=1.3  # learning\n  - defaults::PIL\n"

    def read(text: str) -> EnvironmentDocument:
        return with_missing(read_environment(text), text, imports("sklearn.svm", "PIL.Image"))

    assert [(one.line, one.message, one.hint) for one in read(text).advice] == [
        (
            3,
            "`sklearn` is what main.py imports; conda's package is called `scikit-learn`.",
            "Write `scikit-learn`.",
        ),
        (4, "`pil` is what main.py imports; conda's package is called `pillow`.", "Write `pillow`."),
    ]
    assert fix_all(text, read) == text.replace("sklearn", "scikit-learn").replace("PIL", "pillow")


@pytest.mark.parametrize(
    ("named", "module", "supply", "hint"),
    [
        ("yaml", "yaml", None, "Add `- pyyaml`."),
        ("yaml", "yaml", Supply(channel={"pyyaml", "yaml"}), "Add `- pyyaml`."),
        ("yaml", "yaml", Supply(channel={"pyyaml"}), "Write `pyyaml`."),
        ("sklearn", "sklearn", Supply(channel={"sklearn", "scikit-learn"}), "Add `- scikit-learn`."),
    ],
)
def test_what_conda_calls_so_as_well_stays(named: str, module: str, supply: Supply | None, hint: str) -> None:
    assert said(f"{D}  - {named}\n", module, supply=supply) == [hint]


@pytest.mark.parametrize(
    ("line", "module", "mended_line"),
    [
        ("flaks==3.0.3", "flask", "flask==3.0.3"),
        ("'flaks[async] >=2; python_version < \"3.12\"'  # web", "flask", None),
        ("opencv-pyhton", "cv2", "opencv-python"),
        ("redsi~=5.0", "redis", "redis~=5.0"),
    ],
)
@pytest.mark.parametrize("form", ["python\n  - pip:\n      - {}\n", "python\n  - pip: [{}]\n"])
def test_a_misspelt_name_of_pips_is_replaced_in_place(
    form: str, line: str, module: str, mended_line: str | None
) -> None:
    if "[{" in form:
        line = line.partition("  #")[0]
    text = f"dependencies:\n  - pip\n  - {form.format(line)}"

    def read(text: str) -> EnvironmentDocument:
        return with_missing(read_environment(text), text, imports(module))

    (found,) = read(text).advice
    assert "which main.py imports and the environment lacks" in found.message
    assert found.line == text[: text.index(line)].count("\n") + 1
    assert fix_all(text, read) == text.replace(line, mended_line or line.replace("flaks", "flask"))


@pytest.mark.parametrize("line", ["flaks @ https://host/flaks.whl", "./flaks", "-r flaks.txt", "frobnicaet"])
def test_a_line_of_pips_that_has_an_address_or_no_name_is_not_called_misspelt(line: str) -> None:
    text = f"{D}  - pip\n  - pip:\n      - '{line}'\n"
    assert not any("meant for" in found for found in said(text, "flask", "frobnicate"))


@pytest.mark.parametrize(
    ("line", "module", "supply"),
    [
        ("request", "requests", None),
        ("panda", "pandas", None),
        ("flasgger", "flask", None),
        ("bash", "dash", None),
        ("boto", "boto3", None),
        ("fastai", "fastapi", None),
        ("pyvisa", "pyvista", None),
        ("markdown", "markdown2", None),
        ("flaks", "flask", Supply(channel={"flask", "flaks"})),
        ("flaks", "flask", Supply(frozenset({"flaks"}))),
    ],
)
def test_a_package_that_may_be_real_is_not_called_misspelt(line: str, module: str, supply: Supply | None) -> None:
    assert said(f"{D}  - {line}\n", module, supply=supply) == [f"Add `- {module}`."]


def test_what_is_imported_itself_or_named_too_is_not_called_misspelt() -> None:
    assert said(f"{D}  - flaks\n", "flask", "flaks") == ["Add `- flask`."]
    assert said(f"{D}  - flaks\n  - flask\n", "flask") == []


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("flaks", "flask", True),
        ("lfask", "flask", True),
        ("numpyy", "numpy", True),
        ("clik", "click", True),
        ("reqests", "requests", True),
        ("reuqests", "requests", True),
        ("scikitlearn", "scikit-learn", True),
        ("dajngo", "django", True),
        ("pandaas", "pandas", True),
        ("nunpy", "numpy", True),
        ("crick", "click", False),
        ("xis", "six", False),
        ("dask", "dash", False),
        ("numpy", "numpy", False),
        ("pypdf2", "pypdf", False),
        ("", "flask", False),
    ],
)
def test_a_slip_of_the_fingers_is_told_from_another_name(typed: str, meant: str, slip: bool) -> None:
    assert is_slip(typed, meant) is slip


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("fastapi", ["pandas"]),
        ("notebook", []),
        ("macos-export", []),
        ("script", ["opencv", "numpy", "pyyaml"]),
        ("streamlit", []),
    ],
)
def test_the_folders_that_people_bring(folder: str, names: list[str]) -> None:
    project = open_project(BROUGHT / folder)
    text = project.environment if folder != "script" else D
    found = find_imports(project.path, project.plan.application.files)
    assert found
    document = with_missing(read_environment(text), text, found)
    assert [one.hint for one in document.advice if "imports" in one.message] == [
        f"Add `- {name}`." for name in names
    ]


def test_the_table_is_large_and_says_nothing_twice() -> None:
    table, alike, by_pip, other = _tables()
    differing = [row for row in table.values() if row.conda[0].lower().replace("-", "_") != row.module.lower()]
    assert len(differing) >= 150
    assert not {row.module.lower() for row in table.values()} & alike
    assert all(row.conda and row.known for row in table.values())
    assert by_pip["opencv-python-headless"] == "opencv"
    assert other < {normal(module) for module, row in table.items() if module.lower() not in row.conda}


@pytest.mark.parametrize(
    ("pip", "conda"),
    [
        ("torch", "pytorch"),
        ("opencv-python", "opencv"),
        ("PyYAML", "pyyaml"),
        ("Flask_Cors", "flask-cors"),
        ("redis", "redis-py"),
    ],
)
def test_names_of_pip_and_conda(pip: str, conda: str) -> None:
    assert conda_name(pip) == conda
    assert is_known(pip)
    assert conda_name(pip_name(conda)) == conda


def test_a_name_that_is_in_no_table_stays() -> None:
    assert (conda_name("My_Thing"), is_known("My_Thing"), pip_name("my-thing")) == ("my-thing", False, "my-thing")
    assert package_of_import("google") is None
