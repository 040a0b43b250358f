"""Reads what BuildKit calls a step: `[builder 2/4] RUN make`."""

from __future__ import annotations

import re
from functools import lru_cache

from tui.core.dataclass import dataclass

# Forms as seen from buildx 0.13.1 and 0.36.1: "[2/4] RUN ..", "[linux/arm64 1/1] COPY ..", "[stage-1  2/12] ..".
_NUMBERED = r"(?s)\[(?:(\w+/\S+) )?(?:(\S+) )?\s*(\d+)/(\d+)\] (.*)"
_INTERNAL = "[internal] "
_RUN_FLAGS = r"(?<=^RUN )\s*(?:--\S+\s+)+"
_MADE_READY = r"(?<=^RUN )(?:(?:(?:rm -rf|mkdir -p|find|export) |alone=)[^&]+&& )+"
_CONDA = r'"\$\(conda info --base\)/bin/python" -I -c "\$alone"'
"""How conda is begun where it has to be told of one processor (`dockerfile/isolated_form.py`)."""
_DIGEST = r"@sha256:[0-9a-f]{64}"


@dataclass(frozen=True)
class StepName:
    """A step's name in its parts; `index` is 0 for what is not an instruction of the Dockerfile."""

    text: str
    """The instruction as written, or what BuildKit does by itself."""
    stage: str = ""
    index: int = 0
    """Counted from 1, FROM included."""
    total: int = 0
    platform: str = ""
    internal: bool = False
    """BuildKit's own preparations, such as loading the Dockerfile."""

    @property
    def title(self) -> str:
        """One line for a list: the instruction without flags, what readies a mount, digests and line breaks."""
        text = self.text if self.index == 0 else re.sub(_RUN_FLAGS, "", self.text)
        text = " ".join(re.sub(_DIGEST, "", text).split())
        text = re.sub(_CONDA, "conda", re.sub(_MADE_READY, "", text))
        return text[:1].upper() + text[1:]


@lru_cache(maxsize=16_384)
def parse_name(name: str) -> StepName:
    """The parts of a step's name. Of any other text, all of it is the `text`."""
    if match := re.fullmatch(_NUMBERED, name):
        platform, stage, index, total, text = match.groups(default="")
        return StepName(text, stage, int(index), int(total), platform)
    return StepName(name.removeprefix(_INTERNAL), internal=name.startswith(_INTERNAL))
