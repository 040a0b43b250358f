"""Anaconda's guide and its examples, instruction by instruction: what the guide's form does otherwise, and why.

Seen in November 2026: the guide "Authenticated Docker builds" and the examples it links to (environment variable,
conda-lock; the .env mount is that of their tests). Each row is what the guide says, what condock says, and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tui.core.dockerfile.dockerfile import dockerfile
from tui.core.images.catalogue import catalogue
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import Application, Base, Build, BuildPlan, Environment, Form, SecretMode, SecretMount

BUILDER = next(image.reference for image in catalogue().builders if image.tag == "v25.11.1-1")
RUNTIME = next(image.reference for image in catalogue().runtimes if image.tag == "13.2-slim")
START = ' ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]'
CHANNEL = "--channel https://repo.anaconda.cloud/repo/anaconda-tools --override-channels anaconda-registration"
VARIABLE = "RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY"
DOTENV = "RUN --mount=type=secret,id=dotenv,target=.env"


@dataclass(frozen=True)
class Row:
    """One instruction of the guide (empty for one that condock adds), and condock's where it is another."""

    guide: str
    condock: str = ""
    why: str = ""

    @property
    def ours(self) -> str:
        return self.condock or self.guide


FIRST = (
    Row(f"FROM {BUILDER} AS builder"),
    Row("", "WORKDIR /build", "a relative COPY goes where the base image begins, which is nobody's promise"),
    Row(
        f"RUN conda install --name base {CHANNEL}",
        f"RUN conda install --yes --name base {CHANNEL}",
        "--yes says what conda takes for granted where nobody can answer",
    ),
)
CACHEBUST = Row("", "ARG CACHEBUST", "lets the steps with the key run again: BuildKit's cache does not know it")
LAST = (
    Row(f"FROM {RUNTIME}", f"FROM {RUNTIME} AS runtime", "a stage with a name is told apart in the build's log"),
    Row("COPY --from=builder /env /env"),
    Row('ENV PATH="/env/bin:${PATH}"'),
    Row("", "RUN getent passwd 10001 || useradd --create-home --uid 10001 app", "the application is not root"),
    Row("", "USER 10001", "by number: Kubernetes' runAsNonRoot refuses names"),
    Row("WORKDIR /app"),
    Row(
        "COPY app.py ./",
        "COPY --chown=10001 app.py ./app.py",
        "the user may write where it works",
    ),
    Row("EXPOSE 8000"),
    Row(f"ENTRYPOINT{START}"),
)
COPIED = Row("COPY ./environment.yml ./environment.yml", "COPY environment.yml ./environment.yml", "the same file")
REQUIRED = "required=true stops a build without the key at once; glibc is the runtime's, not the builder's; --yes"
SOLVED = "CONDA_OVERRIDE_GLIBC=2.41 conda env create --yes --prefix /env --file environment.yml"
EXAMPLES = {
    "environment variable": (
        *FIRST,
        COPIED,
        CACHEBUST,
        Row(
            f"{VARIABLE} conda env create --prefix /env --file environment.yml",
            f"{VARIABLE},required=true {SOLVED}",
            REQUIRED,
        ),
        *LAST,
    ),
    ".env file": (
        *FIRST,
        COPIED,
        CACHEBUST,
        Row(
            f"{DOTENV} conda create --prefix /env numpy",
            f"{DOTENV},required=true {SOLVED}",
            f"the packages stand in the environment file, as in the guide; {REQUIRED}",
        ),
        *LAST,
    ),
    "conda-lock": (
        *FIRST,
        CACHEBUST,
        Row(
            f"{VARIABLE} conda install --name base conda-lock",
            f"{VARIABLE},required=true conda install --yes --name base conda-lock",
            "required=true stops a build without the key at once; --yes as above",
        ),
        Row("COPY ./conda-lock.yml ./conda-lock.yml", "COPY conda-lock.yml ./conda-lock.yml", "the same file"),
        Row(
            f"{VARIABLE} conda lock install --prefix /env",
            f"{VARIABLE},required=true conda lock install --prefix /env conda-lock.yml",
            "the file is named, so that it may have another name",
        ),
        *LAST,
    ),
}
PLANS = {
    "environment variable": BuildPlan(),
    ".env file": BuildPlan(secret=SecretMount(SecretMode.DOTENV)),
    "conda-lock": BuildPlan(environment=Environment(locks=("conda-lock.yml",))),
}


def instructions(name: str) -> list[str]:
    """condock's Dockerfile for the guide's example, each instruction on one line."""
    plan = PLANS[name]
    application = Application(files=("app.py",), port="8000", command="uvicorn app:app --host 0.0.0.0 --port 8000")
    plan = BuildPlan(
        base=Base(BUILDER, RUNTIME),
        environment=plan.environment,
        secret=plan.secret,
        application=application,
        build=Build(form=Form.GUIDE),
    )
    locks = tuple(Lock(path, LockKind.CONDA_LOCK, ("linux-64",)) for path in plan.environment.locks)
    return [re.sub(r" *\\\n *", " ", found.text) for found in dockerfile(plan, None, locks)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_guides_form_is_the_guides_but_for_what_is_listed(name: str) -> None:
    assert instructions(name) == [row.ours for row in EXAMPLES[name]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_difference_has_its_reason_and_nothing_of_the_guide_is_left_out(name: str) -> None:
    for row in EXAMPLES[name]:
        assert bool(row.why) == (row.ours != row.guide), row
    wording = {word for row in EXAMPLES[name] for word in row.ours.replace(",required=true", "").split()}
    guide = " ".join(row.guide for row in EXAMPLES[name]).replace("./environment.yml", "environment.yml")
    assert {word for word in guide.split() if word.startswith(("--", "conda", "anaconda"))} <= wording
