"""The progress of runs on the program's sign in the task bar, where the desktop shows it: KDE, Ubuntu's dock and others
listen for a signal of D-Bus that Unity began (https://wiki.ubuntu.com/Unity/LauncherAPI). Nothing is sent elsewhere.
"""

from __future__ import annotations

from typing import Any

from gui.desktop.identity import ID
from gui.system import presence

_PATH, _INTERFACE = "/com/canonical/unity/launcherentry/1", "com.canonical.Unity.LauncherEntry"


class TaskBar:
    """The progress of all runs of the program, as the mean of what is done of each."""

    def __init__(self) -> None:
        self._runs: dict[object, float] = {}
        self._shown: int | None = None

    def show(self, run: object, done: float) -> None:
        """So much of a run is ``done``, 0 to 1."""
        self._runs[run] = max(0.0, min(1.0, done))
        self._update()

    def end(self, run: object) -> None:
        """A run has ended."""
        if self._runs.pop(run, None) is not None:
            self._update()

    def _update(self) -> None:
        percent = round(100 * sum(self._runs.values()) / len(self._runs)) if self._runs else None
        if percent != self._shown:
            self._shown = percent
            send({"progress": (percent or 0) / 100, "progress-visible": percent is not None})


def send(properties: dict[str, Any]) -> None:
    """Tell the task bar what to show beside the program's sign."""
    if not presence.has_desktop() or not presence.has_session_bus():
        return
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    message = QDBusMessage.createSignal(_PATH, _INTERFACE, "Update")
    message.setArguments([f"application://{ID}.desktop", properties])
    QDBusConnection.sessionBus().send(message)
