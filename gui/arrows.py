"""The arrow keys as directions, for everything that is navigated by keyboard."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

ARROWS: Mapping[Qt.Key, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Key -> (step to the right, step down)."""
