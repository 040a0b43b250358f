"""The platforms of images, by the names that Docker and conda have for them."""

from __future__ import annotations

from tui.core.dataclass import dataclass


@dataclass(frozen=True)
class Platform:
    """One platform."""

    docker: str
    """Such as `linux/arm64`."""
    conda: str
    """Such as `linux-aarch64`."""
    machine: str
    """As the kernel, pip and archspec call it: `aarch64`."""

    @property
    def architecture(self) -> str:
        """As BuildKit has it in TARGETARCH: `arm64`."""
        return self.docker.partition("/")[2]


PLATFORMS = (
    Platform("linux/amd64", "linux-64", "x86_64"),
    Platform("linux/arm64", "linux-aarch64", "aarch64"),
)
"""The platforms that condock makes images for: Anaconda's own bases have these two."""

_OTHERS = (Platform("linux/ppc64le", "linux-ppc64le", "ppc64le"), Platform("linux/s390x", "linux-s390x", "s390x"))
TO_CONDA = {platform.docker: platform.conda for platform in (*PLATFORMS, *_OTHERS)}
"""Every platform of images that conda has a name for, by Docker's name."""

DOCKER_NAMES = tuple(platform.docker for platform in PLATFORMS)
CONDA_NAMES = tuple(platform.conda for platform in PLATFORMS)
BY_CONDA_NAME = {platform.conda: platform for platform in PLATFORMS}


def conda_platform(name: str) -> str:
    """conda's name of a platform such as `linux/arm64` or `linux/arm64/v8`; empty where it has none."""
    return TO_CONDA.get("/".join(name.split("/")[:2]), "")
