"""Whether there is a desktop to talk to: none where the window is drawn for nobody, as in tests."""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication

_NOBODY_LOOKS = ("offscreen", "minimal", "vnc")


def has_desktop() -> bool:
    """Whether somebody sees the windows on a desktop."""
    app = QGuiApplication.instance()
    return isinstance(app, QGuiApplication) and app.platformName() not in _NOBODY_LOOKS


def has_session_bus() -> bool:
    """Whether the programs of the session talk by D-Bus: looked for without starting one."""
    if not sys.platform.startswith("linux"):
        return False
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (bool(runtime) and os.path.exists(f"{runtime}/bus"))
