"""Questions to the user. One place, so that tests can answer them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QWidget

from engine.files.endings import with_ending
from engine.project.file import SUFFIX
from engine.project.rescue import MOST_LEFT_OUT, left_out_folder
from gui.plain_text import message

PICTURES = {".png": "PNG image", ".svg": "SVG drawing", ".pdf": "PDF page"}
"""The kinds of pictures that the diagram can be written as."""
_SETTINGS_FILTER = "Settings (*.json)"
_FILTER = f"Sketchnet projects (*{SUFFIX})"


class Dialogs:
    """The dialogs of one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def file_to_open(self, folder: Path) -> Path | None:
        """Which project to open."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a project", str(folder), f"{_FILTER};;All files (*)")
        return Path(name) if name else None

    def picture_to_try(self, folder: Path, endings: Sequence[str]) -> Path | None:
        """Which picture the network is to read; ``endings`` are those of pictures."""
        kinds = f"Images ({' '.join(f'*{ending}' for ending in endings)});;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Open an image", str(folder), kinds)
        return Path(name) if name else None

    def data_to_open(self, folder: Path, kinds: Mapping[str, Sequence[str]]) -> Path | None:
        """Which file to learn from; ``kinds`` are what there are, each with the endings of its files."""
        listed = [("Files to learn from", [one for endings in kinds.values() for one in endings]), *kinds.items()]
        filters = [f"{what} ({' '.join(f'*{ending}' for ending in endings)})" for what, endings in listed]
        shown = ";;".join((*filters, "All files (*)"))
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a file to learn from", str(folder), shown)
        return Path(name) if name else None

    def folder_to_open(self, folder: Path) -> Path | None:
        """Which folder of images to learn from."""
        name = QFileDialog.getExistingDirectory(self._window, "Open a folder of images to learn from", str(folder))
        return Path(name) if name else None

    def file_to_save(self, suggestion: Path) -> Path | None:
        """Where to save the project; the suffix is added where it is missing."""
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the project", str(suggestion), _FILTER)
        if not name:
            return None
        return self._with_ending(Path(name), SUFFIX)

    def file_for_source(self, suggestion: Path) -> Path | None:
        """Where to write the Python file."""
        name, _ = QFileDialog.getSaveFileName(self._window, "Export as Python", str(suggestion), "Python (*.py)")
        return self._with_ending(Path(name), ".py") if name else None

    def file_for_picture(self, suggestion: Path) -> Path | None:
        """Where to write a picture of the diagram; a PNG where no suffix is given."""
        kinds = ";;".join(f"{title} (*{ending})" for ending, title in PICTURES.items())
        name, kind = QFileDialog.getSaveFileName(self._window, "Export an image", str(suggestion), kinds)
        if not name:
            return None
        return self._with_ending(Path(name), *sorted(PICTURES, key=lambda ending: ending not in kind))

    def file_for_table(self, suggestion: Path) -> Path | None:
        """Where to write the table of layers."""
        title, kind = "Export the table of layers", "CSV (*.csv)"
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(suggestion), kind)
        return self._with_ending(Path(name), ".csv", ".tsv", ".txt") if name else None

    def table_to_predict(self, folder: Path, endings: Sequence[str]) -> Path | None:
        """Which table the network is to predict; ``endings`` are those of tables."""
        kinds = f"Tables ({' '.join(f'*{ending}' for ending in endings)});;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Predict a table", str(folder), kinds)
        return Path(name) if name else None

    def file_for_predictions(self, suggestion: Path) -> Path | None:
        """Where to write a table with its predictions: a CSV file, or a workbook."""
        kinds = "CSV (*.csv);;Excel (*.xlsx)"
        name, kind = QFileDialog.getSaveFileName(self._window, "Save the predictions", str(suggestion), kinds)
        if not name:
            return None
        return self._with_ending(Path(name), *((".xlsx", ".csv") if "xlsx" in kind else (".csv", ".xlsx")))

    def file_for_examples(self, suggestion: Path, form: str) -> Path | None:
        """Where to export examples: ``form`` is that of ``engine.data.examples.export``."""
        kinds = {"csv": "CSV (*.csv)", "npz": "NumPy arrays (*.npz)"}
        name, _ = QFileDialog.getSaveFileName(self._window, "Export examples", str(suggestion), kinds.get(form, ""))
        if not name or form not in kinds:
            return Path(name) if name else None
        return self._with_ending(Path(name), f".{form}")

    def settings_to_open(self, folder: Path) -> Path | None:
        """Which file to import settings from."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import settings", str(folder), _SETTINGS_FILTER)
        return Path(name) if name else None

    def settings_to_save(self, suggestion: Path) -> Path | None:
        """Where to export the settings to."""
        name, _ = QFileDialog.getSaveFileName(self._window, "Export settings", str(suggestion), _SETTINGS_FILTER)
        return self._with_ending(Path(name), ".json") if name else None

    def _with_ending(self, path: Path, *endings: str) -> Path | None:
        """The path with the first of ``endings`` unless it has one; None when a file of that name is to stay.

        The system's dialog has asked about replacing only what has the name as it was typed.
        """
        named = with_ending(path, *endings)
        return named if named == path or not os.path.lexists(named) or self.replace(named.name) else None

    def replace(self, name: str) -> bool:
        """Whether to replace a file that already exists."""
        box = self._box(f"“{name}” already exists.", "Replace it?", QMessageBox.Icon.Warning)
        yes = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.exec()
        return box.clickedButton() is yes

    def unsaved(self, name: str, training: bool) -> str:
        """What to do with unsaved work: "save", "discard" or "cancel"."""
        more = "Otherwise they are lost."
        if training:
            more = "Training is under way. Save stops it and keeps what it has learned so far; Discard loses that too."
        box = self._box(f"Save the changes to “{name}”?", more)
        save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.exec()
        clicked = box.clickedButton()
        return "save" if clicked is save else "discard" if clicked is discard else "cancel"

    def recover(self, name: str) -> bool:
        """Whether to go on with unsaved work that a crash left behind; ``name`` of its file, "" when it had none."""
        whose = f"for “{name}”" if name else "that had no file yet,"
        more = " The file itself stays as it is until you save." if name else ""
        words = f"There is unsaved work {whose} from a session that ended unexpectedly."
        kept = f" The last {MOST_LEFT_OUT} that were discarded are kept in {left_out_folder()}."
        box = self._box(words, f"Restore it?{more}{kept}")
        yes = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Discard", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(yes)
        box.exec()
        return box.clickedButton() is yes

    def in_use(self, name: str, holder: str) -> bool:
        """Whether to open a copy of a file that another process is at work on."""
        more = f"{_capital(holder)} is using it. Open a copy, to be saved under another name?"
        box = self._box(f"“{name}” is in use.", more)
        copy = box.addButton("Open a copy", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(copy)
        box.exec()
        return box.clickedButton() is copy

    def changed(self, name: str) -> str:
        """What to do when the file was written by somebody else meanwhile: "overwrite", "save as" or "cancel"."""
        words = f"“{name}” was changed by another program since it was opened here."
        more = "Saving would overwrite what the other program has written."
        box = self._box(words, more, QMessageBox.Icon.Warning)
        other = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
        over = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(other)
        box.exec()
        clicked = box.clickedButton()
        return "overwrite" if clicked is over else "save as" if clicked is other else "cancel"

    def empty_caches(self, size: str, files: str) -> bool:
        """Whether to remove what can be made again: ``files`` in number that take ``size``."""
        words = f"Empty the caches? {files} with {size} will be removed."
        more = "They hold generated digits and tables that were read. They are made again when needed, which takes a "
        box = self._box(words, f"{more}moment. Your projects and downloaded datasets stay.")
        yes = box.addButton("Empty", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is yes

    def reset_settings(self) -> bool:
        """Whether to give every setting and shortcut its default."""
        box = self._box("Reset all settings and shortcuts?", "Your projects and recent files stay.")
        yes = box.addButton("Reset", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.exec()
        return box.clickedButton() is yes

    def tell(self, title: str, sentence: str) -> None:
        """Something that did not work, in a sentence or two."""
        self._box(title, sentence, QMessageBox.Icon.Warning).exec()

    def about(self) -> None:
        """Versions and licences of the program and of what it is made of."""
        from gui.help.about import AboutDialog  # not needed to show the window

        AboutDialog(self._window).open()

    def _box(self, text: str, more: str, icon: QMessageBox.Icon = QMessageBox.Icon.Question) -> QMessageBox:
        box = QMessageBox(icon, "", message(text), parent=self._window)
        box.setInformativeText(message(more))
        for label in box.findChildren(QLabel):  # Qt's own way leaves the second text out
            label.setTextFormat(Qt.TextFormat.PlainText)
        return box


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
