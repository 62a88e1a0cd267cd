"""The canvas's fonts and how wide a text is in them; remembered, because a large drawing asks thousands of times."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from gui.theme.fonts import font


@lru_cache(maxsize=32)
def face(role: str) -> QFont:
    """The font of a role; texts on the canvas are scaled, so they are never hinted to whole pixels."""
    made = QFont(font("strong" if role == "badge" else role))
    if role == "badge":
        made.setPixelSize(12)
        made.setWeight(QFont.Weight.Bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=32)
def metrics(role: str) -> QFontMetricsF:
    """The measures of a role's font."""
    return QFontMetricsF(face(role))


@lru_cache(maxsize=8192)
def width(role: str, text: str) -> float:
    """How wide a text is, in canvas units."""
    return float(metrics(role).horizontalAdvance(text)) if text else 0.0


@lru_cache(maxsize=4096)
def shortened(role: str, text: str, room: float) -> str:
    """The text, cut with an ellipsis if it is wider than ``room``."""
    if width(role, text) <= room + 0.5:
        return text
    return str(metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, room))


def forget() -> None:
    """Fonts changed: measure again."""
    for cache in (face, metrics, width, shortened):
        cache.cache_clear()
