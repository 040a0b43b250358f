"""The last receipt of each plan, in the user's state folder beside the record of its builds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tui.core.building.fast_repeat.searched import RECEIPT_VERSION, receipt_file
from tui.core.building.timing.history import plan_id
from tui.core.dataclass import dataclass
from tui.core.project import Project
from tui.core.proof.receipt import Receipt, from_statement, to_statement
from tui.core.proof.receipt_words import receipt_line
from tui.core.state import read_state, write_state

_MOST_BYTES = 4_000_000
_MOST_PLANS = 200


@dataclass(frozen=True)
class KeptReceipt:
    """A receipt, with what it is good for."""

    receipt: Receipt
    built: str
    """The image's id as the builder told it; empty where it was not wholly searched."""
    key: str
    """The fingerprint of the key that was looked for."""


def read_receipt(project: Project, env: Mapping[str, str]) -> KeptReceipt | None:
    """The last receipt of this plan; None where there is none that can be read."""
    try:
        data = json.loads(read_state(env, receipt_file(plan_id(project, env)), _MOST_BYTES) or "{}")
        if data.get("version") != RECEIPT_VERSION:
            return None
        return KeptReceipt(from_statement(data["statement"]), data["built"], data["key"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def keep_receipt(project: Project, env: Mapping[str, str], kept: KeptReceipt) -> None:
    """Put it in the place of the last one; nothing happens where nothing can be kept."""
    data: dict[str, Any] = {
        "version": RECEIPT_VERSION,
        "built": kept.built,
        "key": kept.key,
        "exit_code": kept.receipt.exit_code.name,
        "line": receipt_line(kept.receipt),
        "statement": to_statement(kept.receipt),
    }
    content = json.dumps(data).encode()
    write_state(env, receipt_file(plan_id(project, env)), content, siblings=_MOST_PLANS)
