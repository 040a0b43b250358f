"""The screens of the wizard, one file a step; each is imported when it is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screens.step_screen import StepScreen

SCREENS = {
    "start": "screens.start:StartScreen",
    "account": "screens.account:AccountScreen",
    "base": "screens.base_image:BaseImageScreen",
    "dependencies": "screens.dependencies:DependenciesScreen",
    "secret": "screens.secret:SecretScreen",
    "application": "screens.application:ApplicationScreen",
    "preview": "screens.preview:PreviewScreen",
    "build": "screens.build:BuildScreen",
}
"""The place of each step's screen, by its key."""


def screen_of(key: str) -> type[StepScreen]:
    """The screen of the step with this key."""
    module, _, name = SCREENS[key].partition(":")
    screen: type[StepScreen] = getattr(import_module(module), name)
    return screen


def import_screens() -> None:
    """Have all of them there before they are asked for."""
    for key in SCREENS:
        screen_of(key)
