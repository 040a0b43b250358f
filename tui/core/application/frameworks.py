"""The frameworks that an application may be written with: recognised in its code, and how each is started."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.core.application.python_files import Source

_FACTORY = re.compile(r"^(?:async )?def (create_app|make_app|get_app|build_app)\(", re.MULTILINE)
_NO_ENTRY = re.compile(r"test_.*|.*_test\.py|conftest\.py|setup\.py|noxfile\.py")
_MAIN = re.compile(r"""^if __name__ == ["']__main__["']:""", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """The file that an application starts from, and how."""

    source: Source
    command: str
    port: str = ""
    packages: tuple[str, ...] = ()
    """The conda packages that the command needs."""


@dataclass(frozen=True)
class _Framework:
    module: str
    application_class: str
    """The class whose instance is the application; empty where the file itself is."""
    port: str
    packages: tuple[str, ...]
    command: Callable[[Source, str, bool], list[str]]
    """From the file, the name of its application or factory, and whether gunicorn is a dependency."""

    def application(self, source: Source) -> str | None:
        """The application in this file: `name`, a factory as `name()`, or empty; None where there is none."""
        text = source.text
        if not re.search(rf"^[ \t]*(?:from|import)[ \t]+{self.module}\b", text, re.MULTILINE):
            return None
        if not self.application_class:
            # Streamlit's other pages lie in pages/ and are not started by themselves.
            return None if source.path.parent.name == "pages" or source.path.name == "__init__.py" else ""
        call = rf"\b(?:\w+\.)?{self.application_class}\("
        if found := re.search(rf"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*{call}", text, re.MULTILINE):
            return found[1]
        factory = _FACTORY.search(text)
        return f"{factory[1]}()" if factory and re.search(call, text) else None


def _fastapi(source: Source, name: str, gunicorn: bool) -> list[str]:
    options = ["--app-dir", source.root] if source.root else []
    options += ["--factory"] if name.endswith("()") else []
    target = f"{source.module}:{name.removesuffix('()')}"
    return ["uvicorn", *options, target, "--host", "0.0.0.0", "--port", "8000"]  # noqa: S104


def _flask(source: Source, name: str, gunicorn: bool) -> list[str]:
    if gunicorn:
        options = ["--chdir", source.root] if source.root else []
        return ["gunicorn", *options, "--bind", "0.0.0.0:5000", f"{source.module}:{name}"]
    target = str(source.path) if source.root else source.module
    if name not in ("app", "application", "create_app()", "make_app()"):  # those flask finds by itself
        target += f":{name.removesuffix('()')}"
    return ["flask", "--app", target, "run", "--host", "0.0.0.0", "--port", "5000"]  # noqa: S104


def _streamlit(source: Source, name: str, gunicorn: bool) -> list[str]:
    return ["streamlit", "run", str(source.path), "--server.address=0.0.0.0", "--server.port=8501"]


_FRAMEWORKS = (
    _Framework("fastapi", "FastAPI", "8000", ("fastapi", "uvicorn"), _fastapi),
    _Framework("flask", "Flask", "5000", ("flask",), _flask),
    _Framework("streamlit", "", "8501", ("streamlit",), _streamlit),
)


def find_entry(sources: Sequence[Source], gunicorn: bool = False) -> Entry | None:
    """The entry that the application starts from, among files of which the most probable comes first."""
    candidates = [source for source in sources if not _NO_ENTRY.fullmatch(source.path.name)]
    for framework in _FRAMEWORKS:
        for source in candidates:
            if (name := framework.application(source)) is not None:
                command = shlex.join(framework.command(source, name, gunicorn))
                return Entry(source, command, framework.port, framework.packages)
    return _script([source for source in candidates if source.path.name != "__init__.py"])


def _script(candidates: list[Source]) -> Entry | None:
    """A file that says it is to be run, by its name or its last lines; or the only one there is."""
    for source in candidates:
        if source.path.name in ("main.py", "app.py", "__main__.py") or _MAIN.search(source.text):
            return Entry(source, _script_command(source))
    on_top = [source for source in candidates if len(source.path.parts) == 1]
    return Entry(on_top[0], _script_command(on_top[0])) if len(on_top) == 1 else None


def _script_command(script: Source) -> str:
    if script.path.name != "__main__.py" or script.module == "__main__":
        return shlex.join(["python", str(script.path)])
    setting = ["env", f"PYTHONPATH={script.root}"] if script.root else []
    return shlex.join([*setting, "python", "-m", script.module])
