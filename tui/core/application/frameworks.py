"""The frameworks that an application may be written with: how each is recognised, and how it is started.

A framework is a row of `FRAMEWORKS`. Where a row fits, so does no later one that starts the same file.
"""

from __future__ import annotations

import re
import shlex
from functools import lru_cache

from tui.core.application.python_files import SourceCode
from tui.core.dataclass import dataclass

_FACTORY = r"(?m)^(?:async )?def (create_app|make_app|get_app|build_app)\("
_PART = r"\[([^]]*)\]|(\S+)"
_PLACE = r"\{(\w+)\}"


@dataclass(frozen=True)
class Framework:
    """One row of the table: all that is set of `module`, `application`, `text` and `path` has to fit a file."""

    name: str
    sentence: str
    """The way in which the image starts."""
    command: str
    """The words that start it. `[...]` is left out where the name in it stands for nothing.

    Names: `{file}`, its path, and `{leaf}`, the last part of that; `{root}`, the folder that imports start from;
    `{module}`; `{target}`, the module, or with a root the file; `{name}` of the application, `name()` for a
    factory, `{call}` the same without brackets, `{factory}` uvicorn's option for one; `{parent}`, the folder it is
    in, and `{above}`, the path of the folder that one is in.
    """
    port: str = ""
    packages: tuple[str, ...] = ()
    """The conda packages that the command needs."""
    module: str = ""
    """The package that its code imports."""
    application: str = ""
    """An expression for what makes the application, which has a name or is made by a factory."""
    text: str = ""
    """An expression for something in the code."""
    path: str = ""
    """An expression for the whole path."""
    beside: str = ""
    """A package that the folder asks for."""
    whole: bool = False
    """True where it finds its other code by itself: all code is copied, and it is started from one file alone."""
    suffix: str = ".py"

    def fits(self, source: SourceCode) -> str | None:
        """The application in this file: `name`, a factory as `name()`, or empty; None where it is none."""
        text, path = source.text, str(source.path)
        if source.path.suffix != self.suffix or (self.path and not _compiled(self.path).fullmatch(path)):
            return None
        if self.module and not _compiled(rf"^[ \t]*(?:from|import)[ \t]+{self.module}\b").search(text):
            return None
        if self.text and not _compiled(self.text).search(text):
            return None
        return self._application(text) if self.application else ""

    def _application(self, text: str) -> str | None:
        if found := _compiled(rf"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?:\w+\.)?{self.application}").search(text):
            return found[1]
        factory = re.search(_FACTORY, text)
        return f"{factory[1]}()" if factory and _compiled(rf"\b{self.application}").search(text) else None

    def command_for(self, source: SourceCode, name: str) -> str:
        """The command that starts this file, whose application has this name."""
        path = source.path
        values = {
            "file": str(path),
            "leaf": path.name,
            "root": source.root,
            "module": source.module,
            "target": str(path) if source.root else source.module,
            "name": name,
            "call": name.removesuffix("()"),
            "factory": "--factory" if name.endswith("()") else "",
            "parent": path.parent.name,
            "above": "" if path.parent.parent.name == "" else str(path.parent.parent),
        }
        words: list[str] = []
        for optional, word in re.findall(_PART, self.command):
            if word or all(values[place] for place in re.findall(_PLACE, optional)):
                words += [part.format(**values) for part in (word or optional).split()]
        return shlex.join(words)


@lru_cache(maxsize=100)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.MULTILINE)


_SCRIPT = "It runs to its end, and so does the container."

FRAMEWORKS = (
    Framework(
        "FastAPI",
        "uvicorn serves the API on port 8000.",
        "uvicorn [--app-dir {root}] [{factory}] {module}:{call} --host 0.0.0.0 --port 8000",
        "8000",
        ("fastapi", "uvicorn"),
        module="fastapi",
        application=r"FastAPI\(",
    ),
    Framework(
        "Django with gunicorn",
        "gunicorn serves the site on port 8000; its name has to be in ALLOWED_HOSTS.",
        "gunicorn [--chdir {above}] --bind 0.0.0.0:8000 {parent}.wsgi:{name}",
        "8000",
        ("django", "gunicorn"),
        module="django",
        application=r"get_wsgi_application\(",
        path=r"(?:.*/)?[^/]+/wsgi\.py",
        beside="gunicorn",
        whole=True,
    ),
    Framework(
        "Django",
        "Django's own server, which is for trying out, serves the site on port 8000.",
        "python {file} runserver --noreload 0.0.0.0:8000",
        "8000",
        ("django",),
        text=r"\bDJANGO_SETTINGS_MODULE\b",
        path=r"(?:.*/)?manage\.py",
        whole=True,
    ),
    Framework(
        "Dash with gunicorn",
        "gunicorn serves the dashboard on port 8050.",
        "gunicorn [--chdir {root}] --bind 0.0.0.0:8050 {module}:{name}",
        "8050",
        ("dash", "gunicorn"),
        module="dash",
        application=r"\w+\.server\b",
        beside="gunicorn",
    ),
    Framework(
        "Dash",
        "Dash's own server, which is for trying out, serves the dashboard on port 8050.",
        "env HOST=0.0.0.0 PORT=8050 python {file}",
        "8050",
        ("dash",),
        module="dash",
        text=r"\bDash\(",
    ),
    Framework(
        "Streamlit",
        "Streamlit serves the page on port 8501.",
        "streamlit run {file} --server.address=0.0.0.0 --server.port=8501",
        "8501",
        ("streamlit",),
        module="streamlit",
        path=r"(?!(?:.*/)?pages/|(?:.*/)?__init__\.py$).+",  # other pages are not started by themselves
    ),
    Framework(
        "Shiny for Python",
        "Shiny serves the page on port 8000.",
        "shiny run --host 0.0.0.0 --port 8000 {file}",
        "8000",
        ("shiny",),
        module="shiny",
        text=r"\bApp\(|\bshiny\.express\b",
    ),
    Framework(
        "Panel",
        "Panel serves the page on port 5006, to browsers under any address.",
        "panel serve {file} --address 0.0.0.0 --port 5006 --allow-websocket-origin=*",
        "5006",
        ("panel",),
        module="panel",
        text=r"\.servable\(",
    ),
    Framework(
        "Gradio",
        "Gradio serves the page on port 7860.",
        "env GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 python {file}",
        "7860",
        ("gradio",),
        module="gradio",
        text=r"\.launch\(",
    ),
    Framework(
        "Flask with gunicorn",
        "gunicorn serves the application on port 5000.",
        "gunicorn [--chdir {root}] --bind 0.0.0.0:5000 {module}:{name}",
        "5000",
        ("flask", "gunicorn"),
        module="flask",
        application=r"Flask\(",
        beside="gunicorn",
    ),
    Framework(
        "Flask",
        "Flask's own server, which is for trying out, serves the application on port 5000.",
        "flask --app {target}:{call} run --host 0.0.0.0 --port 5000",
        "5000",
        ("flask",),
        module="flask",
        application=r"Flask\(",
    ),
    Framework("Package", _SCRIPT, "[env PYTHONPATH={root}] python -m {module}", path=r".+/__main__\.py"),
    Framework("Script", _SCRIPT, "python {file}", path=r"(?:.*/)?(?:main|app)\.py|__main__\.py"),
    Framework("Script", _SCRIPT, "python {file}", text=r"""^if __name__ == ["']__main__["']:"""),
    Framework(
        "JupyterLab",
        "People open and run it in a browser; the log says the address, with its token.",
        "jupyter lab --no-browser --ip=0.0.0.0 --port=8888 {file}",
        "8888",
        ("jupyterlab",),
        suffix=".ipynb",
        whole=True,
    ),
    Framework(
        "Voila",
        "Voila serves the notebook as a page without its code, on port 8866.",
        "voila --no-browser --Voila.ip=0.0.0.0 --port=8866 {file}",
        "8866",
        ("voila", "ipykernel"),
        suffix=".ipynb",
    ),
    Framework(
        "papermill",
        "papermill runs the notebook once, from its first cell to its last, and prints what they print.",
        "papermill --kernel python3 --log-output {file} /tmp/{leaf}",
        "",
        ("papermill", "ipykernel"),
        suffix=".ipynb",
    ),
)
ONLY_FILE = Framework("Script", _SCRIPT, "python {file}")
"""For a folder with no other code than one file."""
ENTRY_POINT = Framework(
    "Package",
    "The command of your package runs to its end, and so does the container.",
    "[env PYTHONPATH={root}] python -c",
)
"""For a package whose pyproject.toml names a command; what that is follows."""
