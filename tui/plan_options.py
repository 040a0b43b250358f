"""Flags: one for each value of the plan that people set, and of the platforms."""

from __future__ import annotations

import argparse

from tui.core.plan import NETWORKS, Form, SecretMode

_TEXTS = (
    ("--image", "build.image", "name and tag of the image"),
    ("--builder", "base.builder", "image with conda to build in"),
    ("--runtime", "base.runtime", "image to ship on"),
    ("--mirror", "base.mirror", "registry prefix in front of both"),
    ("--site", "account.site", "site of anaconda-auth whose key is used"),
    ("--domain", "account.domain", "host the key belongs to, such as an on-prem one"),
    ("--env-file", "secret.file", "the .env file to mount"),
    ("--plugin-channel", "secret.plugin_channel", "channel of anaconda-registration"),
    ("--environment", "environment.file", "the environment file"),
    ("--command", "application.command", "what runs when the image starts"),
    ("--port", "application.port", "port the application listens on"),
    ("--workdir", "application.folder", "working folder in the image"),
    ("--user", "application.user", "user in the image"),
    ("--cuda", "environment.cuda", "CUDA version that the hosts' drivers offer, such as 12.4"),
    ("--docker-context", "build.context", "Docker context whose engine builds"),
    ("--buildx-builder", "build.builder", "buildx builder that builds"),
)
"""Flags that take any text: the flag, the plan's name of the value, and what it is."""

_LISTS = (
    ("--key-host", "account.hosts", "HOST", "further host that is shown the key"),
    ("--copy", "application.files", "PATH", "file to copy"),
    ("--lock", "environment.locks", "FILE", "lock file to use"),
    ("--cache-from", "build.cache_from", "CACHE", "where layers of earlier builds are taken from"),
    ("--cache-to", "build.cache_to", "CACHE", "where this build's layers are kept for others"),
)
"""Flags that may be given several times: also how their value is called in the help."""

_SWITCHES = (
    ("--accept-tos", "base.accept_tos", "accept Anaconda's Terms of Service"),
    ("--base-channels", "environment.base_channels", "also the channels of the base's own conda"),
    ("--package-cache", "build.package_cache", "keep downloaded packages between builds, outside the image"),
    ("--link-network", "build.link_network", "let packages' scripts use the network; the key stays away"),
    ("--push", "build.push", "send the image to the registry in its name"),
)


def plan_options(parser: argparse.ArgumentParser) -> None:
    """One flag for each value of the plan that people set; the default is what condock guesses."""
    for flag, field, about in _TEXTS:
        parser.add_argument(flag, dest=field, metavar="VALUE", help=about)
    for flag, field, choices, about in (
        ("--network", "build.network", NETWORKS, "network of the build"),
        ("--secret", "secret.mode", [mode.value for mode in SecretMode], "how the key reaches the build"),
        ("--form", "build.form", [form.value for form in Form], "whether packages are kept from the key"),
    ):
        parser.add_argument(flag, dest=field, choices=choices, help=about)
    for flag, field, name, about in _LISTS:
        parser.add_argument(flag, dest=field, action="append", metavar=name, help=about)
    platform_option(parser, "build.platforms")
    for flag, field, about in _SWITCHES:
        parser.add_argument(flag, dest=field, action="store_true", default=None, help=about)


def platform_option(parser: argparse.ArgumentParser, field: str = "platforms") -> None:
    parser.add_argument(
        "--platform",
        dest=field,
        action="extend",
        type=lambda text: text.split(","),  # as docker takes it, and several times too
        metavar="PLATFORM",
        help="what the image is for: linux/amd64, linux/arm64 or both",
    )
