"""A word to the user who has turned to something else, by the desktop's own notifications."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from contextlib import suppress

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from gui.desktop.identity import ID, NAME
from gui.system import presence

_SHOWN_MS = 10_000
_LONGEST = 200


def can_notify() -> bool:
    """Whether there is a way to reach the user on this computer."""
    if not presence.has_desktop():
        return False
    if sys.platform.startswith("linux"):
        return presence.has_session_bus() and bool(_sender())
    return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()


def is_looked_at() -> bool:
    """Whether the user is at a window of the program."""
    return QApplication.activeWindow() is not None


def notify(title: str, sentence: str) -> None:
    """Show a notification; without a word where that does not work."""
    if not can_notify():
        return
    sentence = sentence[:_LONGEST]
    if sys.platform.startswith("linux"):
        _send(title, sentence)
    else:
        _show_from_tray(title, sentence)


def _sender() -> str:
    return shutil.which("notify-send") or shutil.which("gdbus") or ""


def _send(title: str, sentence: str) -> None:
    """By the program that desktops have for that: Qt's D-Bus cannot send the numbers that are asked for."""
    found, body = _sender(), html.escape(sentence, quote=False)  # the body may hold markup
    if not found:
        return
    words = [found, f"--app-name={NAME}", f"--icon={ID}", "--", title, body]
    if found.endswith("gdbus"):
        there = "org.freedesktop.Notifications"
        words = [found, "call", "--session", f"--dest={there}", "--object-path=/org/freedesktop/Notifications"]
        words += [f"--method={there}.Notify", "--", NAME, "uint32 0", ID, _quoted(title), _quoted(body)]
        words += ["@as []", "@a{sv} {}", "-1"]
    nothing = subprocess.DEVNULL
    with suppress(OSError):
        child = subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing)
        _collect(child)


def _quoted(text: str) -> str:
    """``text`` as GVariant writes it: else what looks like a number or a list would be taken for one."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _collect(child: subprocess.Popen[bytes]) -> None:
    """Look again until the child has ended, so that nothing is left of it."""
    app = QApplication.instance()
    if child.poll() is None and app is not None:
        QTimer.singleShot(1_000, app, lambda: _collect(child))


def _show_from_tray(title: str, sentence: str) -> None:
    app = QApplication.instance()
    icon = QSystemTrayIcon(QApplication.windowIcon(), app)
    icon.show()
    icon.showMessage(title, sentence, QApplication.windowIcon(), _SHOWN_MS)
    QTimer.singleShot(_SHOWN_MS, icon, icon.deleteLater)
