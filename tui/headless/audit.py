"""`condock audit`: is a key, or any secret, in an image."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from tui.core.claims import insist_on_agreement, unagreed
from tui.core.engine.contexts import reaching
from tui.core.errors import CondockError, ExitCode
from tui.core.files import MOST_BYTES, read_named_text
from tui.core.key_access import build_key, equipped
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project, open_project
from tui.core.proof.after import search_image
from tui.core.proof.deep import search_deep
from tui.core.proof.kept_receipts import read_receipt
from tui.core.proof.key_search import search_for
from tui.core.proof.receipt import Receipt, to_statement
from tui.core.proof.receipt_words import receipt_line, receipt_text
from tui.core.secret import Secret
from tui.headless.open import open_equipped
from tui.headless.receipt import Told, not_clean
from tui.headless.trust import ask
from tui.headless.views.stderr import tell


def audit(
    image: str,
    env: MutableMapping[str, str],
    secret_file: Path | None = None,
    *,
    as_json: bool = False,
    deep: bool = False,
) -> int:
    """Search the image, that of the plan here where none is named, and print the receipt.

    For the key, or what the file holds. CondockError with KEY_FOUND where it is there, with NO_KEY where there is
    nothing to look for, and where the image cannot be searched.
    """
    project = open_project(Path())
    has_plan = project.folder.has(PLAN_FILE)
    if not image and not has_plan:
        raise CondockError(
            f"There is no {PLAN_FILE} here that names an image.", "Name one: `condock audit IMAGE`."
        )
    if deep and (image or not has_plan):
        raise CondockError("Only the stages of a plan can be searched.", "Use --deep without an image's name.")
    agreed = _agreed(env) if deep else project
    key = _secret(secret_file) if secret_file else _key(project, env)
    search_for(key)  # refused now rather than by a receipt of nothing
    named = image or project.plan.build.image
    engine = reaching(env, project.plan.build.context if has_plan else "")
    receipt = search_image(named, [named], key, engine, Told(tell))
    if deep:
        receipt = search_deep(agreed, receipt, key, engine, tell)
    return _show(receipt, as_json=as_json)


def last(env: Mapping[str, str], *, as_json: bool = False) -> int:
    """Print the receipt of the last build here; CondockError where there is none."""
    kept = read_receipt(open_project(Path()), env)
    if kept is None:
        raise CondockError("No build of this plan has a receipt yet.", "`condock build` leaves one.")
    return _show(kept.receipt, as_json=as_json)


def _show(receipt: Receipt, *, as_json: bool) -> ExitCode:
    if as_json:
        print(json.dumps(to_statement(receipt), indent=2))
    else:
        tell(receipt_text(receipt), sys.stdout)
    if receipt.exit_code:
        raise not_clean(receipt_line(receipt), receipt.exit_code)
    return receipt.exit_code


def _agreed(env: MutableMapping[str, str]) -> Project:
    """The project here, after what waits for a yes was asked about, as its stages are built."""
    project = open_equipped(Path(), env)
    if unagreed(project):
        project = ask(project, env)
    insist_on_agreement(project)
    return project


def _key(project: Project, env: Mapping[str, str]) -> Secret:
    found = equipped(project, env)
    key = build_key(found) or found.key
    if not key:
        hint = "Set ANACONDA_AUTH_API_KEY or sign in, or name a file: `--secret-file FILE`."
        raise CondockError("There is no API key to look for.", hint, ExitCode.NO_KEY)
    return key


def _secret(file: Path) -> Secret:
    secret = Secret(read_named_text(file, MOST_BYTES).strip())
    if not secret:
        raise CondockError("The file with the secret is empty.", "Name one that holds it.", ExitCode.NO_KEY)
    return secret
