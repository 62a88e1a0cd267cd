"""The context menu of notes and frames."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from engine.graph.notes import COLOURS
from gui.canvas.actions import CanvasActions
from gui.canvas.notes.item import HUES
from gui.canvas.notes.notes import Notes


def fill(menu: QMenu, id: str, notes: Notes, actions: CanvasActions) -> None:
    """Offer what can be done with a note, which is selected if it is not yet."""
    if id not in notes.selection:
        notes.select_alone(id)
    note = notes.note(id)
    menu.addAction("Rename…" if note.is_frame else "Write…", partial(notes.edit, id))
    colours = menu.addMenu("Colour")
    for colour in COLOURS:
        chosen = colours.addAction(_swatch(colour), colour.capitalize(), partial(notes.colour, colour))
        chosen.setCheckable(True)
        chosen.setChecked(colour == note.colour)
    menu.addSeparator()
    for action in (actions.cut, actions.copy, actions.duplicate):
        menu.addAction(action)
    menu.addSeparator()
    menu.addAction(actions.delete)


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(32, 32)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(HUES[colour]))
    painter.drawEllipse(2, 2, 12, 12)
    painter.end()
    return QIcon(pixmap)
