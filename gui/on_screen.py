"""No window lies where nobody can see or move it: as when the screen it was on last time is gone."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

GRIP = 32
"""How much of a window's top must be on a screen, in pixels: by it one moves the window."""
LEAST_WIDTH = 120


def stay_on_screen(window: QWidget, gone: Iterable[QScreen] = ()) -> None:
    """Bring a window back whose upper edge is on no screen, in the size it has where that fits.

    ``gone`` are screens that are being removed.
    """
    without = list(gone)
    areas = [screen.availableGeometry() for screen in QGuiApplication.screens() if screen not in without]
    place = window.geometry()
    grip = QRect(place.left(), place.top(), place.width(), GRIP)
    if not areas or window.isMaximized() or window.isFullScreen() or any(_can_be_seen(grip, area) for area in areas):
        return
    nearest = max(areas, key=lambda area: _size(area.intersected(place)))
    window.resize(window.size().boundedTo(nearest.size()))
    room = nearest.size() - window.size()
    left = min(max(place.left(), nearest.left()), nearest.left() + room.width())
    top = min(max(place.top(), nearest.top()), nearest.top() + room.height())
    window.move(left, top)


def _can_be_seen(grip: QRect, area: QRect) -> bool:
    seen = area.intersected(grip)
    return seen.width() >= min(LEAST_WIDTH, grip.width()) and seen.height() >= GRIP // 2


def _size(area: QRect) -> int:
    return max(0, area.width()) * max(0, area.height())
