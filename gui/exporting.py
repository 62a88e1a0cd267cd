"""Exporting images of the diagram and the table of layers: asks where, writes, and reports the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from engine.files.atomic import WriteError
from gui.canvas.view import Canvas
from gui.files import Files
from gui.panels.layers_panel import LayersPanel
from gui.picture import GROUNDS, DiagramPictureError, copy_picture, save_picture


class TableExport(QObject):
    """Writes the table of layers where the user wants it."""

    def __init__(self, panel: LayersPanel, files: Files, action: QAction) -> None:
        super().__init__(panel)
        self._panel, self._files = panel, files
        action.triggered.connect(self._save)
        panel.wants_file.connect(self._save)

    @Slot()
    def _save(self) -> None:
        path = self._files.dialogs.file_for_table(self._files.suggestion(".csv"))
        if path is None:
            return
        try:
            self._panel.write(path)
        except WriteError as error:
            self._files.dialogs.tell("The table could not be written", str(error))


class Exporting(QObject):
    """Serves the picture actions of a window. ``say`` shows a sentence."""

    def __init__(self, canvas: Canvas, files: Files, actions: dict[str, QAction], say: Callable[[str], None]) -> None:
        super().__init__(canvas)
        self._canvas, self._files, self._say = canvas, files, say
        self._grounds: dict[QAction, str] = {}
        for ground in GROUNDS:
            action = actions[f"picture_{ground}"]
            self._grounds[action] = ground
            action.triggered.connect(self._save)
        actions["copy_picture"].triggered.connect(self._copy)

    @Slot()
    def _save(self) -> None:
        sender = self.sender()
        if not isinstance(sender, QAction):
            return
        path = self._files.dialogs.file_for_picture(self._files.suggestion(".png"))
        if path is not None:
            self.save(path, self._grounds[sender])

    def save(self, path: Path, ground: str) -> None:
        """Write the picture and say so."""
        try:
            save_picture(self._canvas, path, ground)
        except DiagramPictureError as error:
            self._files.dialogs.tell("The image could not be written", str(error))
        else:
            self._say(f"Wrote {path.name}.")

    @Slot()
    def _copy(self) -> None:
        try:
            copy_picture(self._canvas)
        except DiagramPictureError as error:
            self._say(str(error))
        else:
            self._say("An image of the diagram is on the clipboard.")
