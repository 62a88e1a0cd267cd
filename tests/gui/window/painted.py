"""What is written on a widget while it is painted: every text, and how many pixels high its type is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtGui import QFontInfo, QPainter


@dataclass(frozen=True)
class Written:
    """A text, and the height of its type in device-independent pixels."""

    words: str
    pixels: float


def written(paint: Callable[[], object], ratio: float) -> list[Written]:
    """All that is written with painters while ``paint`` runs. ``ratio``: pixels of the screen for each point.

    Whatever is painted counts, on widgets and on the pictures that are kept of parts of them.
    """
    found: list[Written] = []
    really: Any = QPainter.drawText

    def record(painter: QPainter, *arguments: Any) -> Any:
        words = next(argument for argument in arguments if isinstance(argument, str))
        height = QFontInfo(painter.font()).pixelSize() * painter.deviceTransform().m22() / ratio
        found.append(Written(words, height))
        return really(painter, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QPainter, "drawText", record)
        paint()
    return found
