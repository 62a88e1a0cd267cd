"""The desktop that tests of the window stand on: one without wishes, and as slow as it likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import motion, style

PATIENCE_MS = 60_000
"""How long to wait for what takes moments on an idle computer: so long that only what never comes is missed."""


class PatientBot(QtBot):
    """pytest-qt's, with more patience than five seconds."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **rest: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **rest)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **rest: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **rest)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """In place of pytest-qt's own."""
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def desktop_without_wishes() -> Iterator[None]:
    """High contrast and less motion are tried on purpose, never because this computer's desktop asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(motion, "system_asks_for_less", lambda: False)
        patch.setattr(style.ThemeNotifier, "wants_contrast", lambda _self: False)
        yield


@pytest.fixture
def pointer_out_of_the_way(qapp: QApplication) -> None:
    """The mouse pointer does not rest where an earlier test left it: what appears below it would be pointed at.

    For tests that ask for it: a right click that is sent to a window afterwards may open no menu.
    """
    QCursor.setPos(-100, -100)  # where no window is; a screen that has no such place puts it into its corner
