"""How everything looks: one table of colours, spacing and type, in light and in dark."""

from gui.theme.fonts import font
from gui.theme.icons import family_icon, icon, paint_family, paint_icon, pixmap
from gui.theme.motion import duration, motion_reduced, set_motion
from gui.theme.style import (
    ThemeNotifier,
    apply,
    current,
    family_colour,
    notifier,
    palette,
    set_role,
    system_theme,
)
from gui.theme.tokens import (
    CLASSES,
    DARK,
    DARK_CONTRAST,
    LIGHT,
    LIGHT_CONTRAST,
    MOTION_MS,
    RADII,
    SPACING,
    THEMES,
    TYPE,
    Theme,
)

__all__ = [
    "CLASSES",
    "DARK",
    "DARK_CONTRAST",
    "LIGHT",
    "LIGHT_CONTRAST",
    "MOTION_MS",
    "RADII",
    "SPACING",
    "THEMES",
    "TYPE",
    "Theme",
    "ThemeNotifier",
    "apply",
    "current",
    "duration",
    "family_colour",
    "family_icon",
    "font",
    "icon",
    "motion_reduced",
    "notifier",
    "paint_family",
    "paint_icon",
    "palette",
    "pixmap",
    "set_motion",
    "set_role",
    "system_theme",
]
