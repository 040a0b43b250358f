"""Looks after a build: is the key nowhere in what it made, and writes that down as a receipt."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event

from tui.core.audience import build_place, image_names, key_hosts
from tui.core.building.attempt import Attempt, Result
from tui.core.building.events import BuildSucceeded
from tui.core.building.held_image import is_held_by_builder
from tui.core.building.key.key_record import first_fingerprint
from tui.core.building.key.key_shown import key_planned
from tui.core.building.log.log import BuildLog
from tui.core.dataclass import replace
from tui.core.dockerfile.deciding_step import mounts_key
from tui.core.dockerfile.key_readers import KeyReaders
from tui.core.engine.contexts import reaching
from tui.core.engine.report import EngineReport
from tui.core.errors import CondockError
from tui.core.project import Project
from tui.core.proof.audit import WHOLE, Unread, audit_image
from tui.core.proof.docker_save import find_image, saved_image
from tui.core.proof.held_push import search_held
from tui.core.proof.kept_receipts import KeptReceipt, keep_receipt, read_receipt
from tui.core.proof.key_search import TooShortError, search_for
from tui.core.proof.receipt import KeyAudience, Receipt
from tui.core.proof.written import search_written
from tui.core.secret import Secret
from tui.core.untrusted_text import shown

Progress = Callable[[int], None]


def _silent(size: int) -> None:
    """Tell nobody."""


def audit_build(
    attempt: Attempt, result: Result, log: BuildLog, progress: Progress = _silent, *, stop: Event | None = None
) -> Receipt | None:
    """The receipt of a build that went well; None where it mounted no key.

    An image that was wholly searched for this key already is not read again. An engine may know it by another id
    than the builder does, and then by its tag. `progress` gets the bytes that were read; StoppedError once `stop`
    is set.
    """
    outcome, project, env, key = result.progress.outcome, attempt.project, attempt.env, attempt.key
    if key is None or not isinstance(outcome, BuildSucceeded):
        return None
    fingerprint = attempt.fingerprint or first_fingerprint(project, env, key)
    known = read_receipt(project, env)
    if known and (known.built, known.key) == (outcome.image, fingerprint) and outcome.image and fingerprint:
        return known.receipt
    begun = Receipt(
        project.plan.build.image, "", time.time(), unread=(Unread("the image", "its search was not finished"),)
    )
    keep_receipt(project, env, KeptReceipt(begun, "", fingerprint))
    if is_held_by_builder(project):
        receipt = search_held(attempt, outcome.image, key, progress, stop)
    else:
        names = (outcome.image, project.plan.build.image) if outcome.image else ()
        engine = reaching(env, project.plan.build.context)
        receipt = search_image(project.plan.build.image, names, key, engine, progress, stop=stop)
    receipt = _insisting_on(project.plan.build.platforms, _beside_the_image(receipt, attempt, result, log))
    keep_receipt(project, env, KeptReceipt(receipt, outcome.image if receipt.is_whole else "", fingerprint))
    return receipt


def search_image(
    image: str,
    names: Sequence[str],
    key: Secret,
    env: Mapping[str, str],
    progress: Progress = _silent,
    *,
    stop: Event | None = None,
) -> Receipt:
    """Search the first of these that the engine has; where it cannot be, the receipt says why.

    One that is found by another of its names must be the same image as the first name says.
    """
    receipt = Receipt(image, "", time.time())
    try:
        digest = find_image(names, env)
        receipt = replace(receipt, digest=digest)
        with saved_image(digest, env, stop) as chunks:
            audit = audit_image(chunks, key, progress)
        if len(names) > 1 and not audit.findings and names[0] not in (digest, *audit.ids):
            raise CondockError(f"{shown(names[-1], 120)} is another image now than the one that was built.", "")
        return receipt.with_audit(audit)
    except CondockError as error:
        why = f"could not be searched: {error.message.removesuffix('.')}"
        return replace(receipt, unread=(Unread(WHOLE, why),))


def _insisting_on(platforms: Sequence[str], receipt: Receipt) -> Receipt:
    """The receipt on which none of these platforms counts as another's, whose parts may be elsewhere."""
    own = tuple(f"{platform}/" for platform in platforms)
    unread = (replace(one, layer=one.layer or f"{one.where}/".startswith(own)) for one in receipt.unread)
    return replace(receipt, unread=tuple(unread))


def _beside_the_image(receipt: Receipt, attempt: Attempt, result: Result, log: BuildLog) -> Receipt:
    """The receipt with what was searched beside the image, and with who saw the key."""
    project, key = attempt.project, attempt.key
    receipt = replace(receipt, audience=audience_of(project, result.readers))
    if key is None:
        return receipt
    try:
        beside = search_written(project, attempt.env, log, search_for(key))
    except TooShortError:
        return receipt
    return replace(
        receipt,
        files=beside.names,
        findings=(*receipt.findings, *beside.findings),
        unread=(*receipt.unread, *beside.unread),
    )


def audience_of(project: Project, readers: KeyReaders | None) -> KeyAudience | None:
    """Who saw the key: what the build told, or else what the plan says; None where nobody knows."""
    readers = readers or key_planned(project)
    if readers is None:
        return None
    return KeyAudience(
        hosts=key_hosts(project),
        names=image_names(project),
        readers=readers.readers,
        isolated=readers.isolated,
        packages=readers.packages,
        pip=readers.pip,
        builder=": ".join(filter(None, (build_place(project), _versions(project.engine)))),
        instructions=tuple(_on_one_line(one.text) for one in project.instructions() if mounts_key(one)),
    )


def _versions(engine: EngineReport | None) -> str:
    if engine is None:
        return ""
    nodes = engine.builder.nodes if engine.builder else ()
    told = (
        ("Docker", engine.server),
        ("buildx", engine.buildx_version),
        *(("BuildKit", node.version) for node in nodes),
    )
    return ", ".join(dict.fromkeys(f"{name} {version.removeprefix('v')}" for name, version in told if version))


def _on_one_line(instruction: str) -> str:
    return " ".join(instruction.replace("\\\n", " ").split())
