"""What may wait for the next frame."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


def paint_in_next_frame(widget: QWidget) -> None:
    """Let a widget be painted in the next frame: to fill it and to paint it together take longer than one."""
    widget.setUpdatesEnabled(False)
    QTimer.singleShot(0, widget, partial(widget.setUpdatesEnabled, True))
