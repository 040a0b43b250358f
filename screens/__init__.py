"""The screens of the wizard, one file a step."""

from screens.account import AccountScreen
from screens.application import ApplicationScreen
from screens.base_image import BaseImageScreen
from screens.build import BuildScreen
from screens.dependencies import DependenciesScreen
from screens.preview import PreviewScreen
from screens.secret import SecretScreen
from screens.start import StartScreen
from screens.step_screen import StepScreen

SCREENS: dict[str, type[StepScreen]] = {
    screen.step.key: screen
    for screen in (
        StartScreen,
        AccountScreen,
        BaseImageScreen,
        DependenciesScreen,
        SecretScreen,
        ApplicationScreen,
        PreviewScreen,
        BuildScreen,
    )
}
"""The screen of each step, by its key."""
