"""Whether things may move: briefly, and not at all when the system or the user asks for less motion."""

from __future__ import annotations

import sys
from functools import lru_cache

from gui.theme.tokens import MOTION_MS

_WISHES = ("system", "full", "reduced")
_wish = "system"


def set_motion(wish: str) -> None:
    """``system`` (ask the system), ``full`` or ``reduced``; ValueError for any other word."""
    global _wish
    if wish not in _WISHES:
        raise ValueError(f"Expected one of {', '.join(_WISHES)}, found {wish!r}.")
    _wish = wish


def motion_reduced() -> bool:
    """True when nothing should be animated."""
    return system_asks_for_less() if _wish == "system" else _wish == "reduced"


def duration(milliseconds: int = MOTION_MS) -> int:
    """How long an animation may take: ``milliseconds``, or 0 when motion is reduced."""
    return 0 if motion_reduced() else milliseconds


@lru_cache(maxsize=1)
def system_asks_for_less() -> bool:
    """What the system's accessibility settings say; asked once, and False where they cannot be read.

    Qt 6.11 has no question for this, so each system is asked in its own way.
    """
    if sys.platform == "win32":
        return not _windows_animations()
    if sys.platform == "darwin":
        return _answer("defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
    return _answer("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false"


def _windows_animations() -> bool:
    import ctypes

    client_area_animation = 0x1042  # SPI_GETCLIENTAREAANIMATION
    enabled = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(client_area_animation, 0, ctypes.byref(enabled), 0)  # type: ignore[attr-defined]
    return bool(enabled.value)


def _answer(*command: str) -> str:
    import subprocess  # seldom needed, and the window's frame is not to wait for it

    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=0.5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
