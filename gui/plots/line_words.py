"""A straight line in words: its formula, and as much of the sentence around it as there is room for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont, QFontMetrics

LARGEST = 20
"""The height of the letters where there is room, in pixels."""
_LARGE, _LEAST = 17, 12
"""The least height of the whole sentence, and of the formula alone."""


def straight_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """``y = 2 x + 1`` with the numbers of the line through these points; "" when they lie on none."""
    if len(x) < 2 or not np.isfinite(y).all() or np.ptp(x) == 0:
        return ""
    slope, start = np.polyfit(x, y, 1)
    if np.abs(slope * x + start - y).max() > 1e-3 * max(float(np.ptp(y)), float(np.abs(y).max()), 1e-9):
        return ""
    return f"y = {slope:.3f} x {'−' if start < 0 else '+'} {abs(start):.3f}"


def found(formula: str) -> str:
    """The whole sentence."""
    return f"The network has found {formula}"


def fitted(formula: str, font: QFont, room: int) -> tuple[str, QFont]:
    """The sentence, or the formula alone where it would be small, and the font with which it fits ``room`` pixels."""
    font = QFont(font)
    sizes = range(LARGEST, _LEAST - 1, -1)
    ways = [(found(formula), size) for size in sizes if size >= _LARGE] + [(formula, size) for size in sizes]
    for words, size in ways:
        font.setPixelSize(size)
        if QFontMetrics(font).horizontalAdvance(words) <= room:
            break
    return words, font
