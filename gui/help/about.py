"""What the program is: its version and those of its parts, and the licence of each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine import __version__
from gui.crash.report import versions_text
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import set_role
from resources import licences
from resources.licences import LicensedPart

_SENTENCE = "Sketch a neural network, train it, draw a digit and watch it read."
VERSIONS = "Versions"


class AboutDialog(QDialog):
    """Versions first; below them every part, with its licence beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Sketchnet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 560)
        self._components: tuple[LicensedPart, ...] = licences.components()
        title, sentence = PlainLabel(f"Sketchnet {__version__}"), PlainLabel(_SENTENCE)
        set_role(title, "title")
        set_role(sentence, "quiet")
        self.list, self.text = QListWidget(), QPlainTextEdit()
        self.list.setAccessibleName("Versions and licences")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setAccessibleName("Text")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(fonts.font("number"))
        self.copy, self.close_button = QPushButton("Copy versions"), QPushButton("Close")
        self.copied = PlainLabel()
        set_role(self.copied, "quiet")
        sides = QSplitter()
        sides.setChildrenCollapsible(False)
        sides.addWidget(self.list)
        sides.addWidget(self.text)
        sides.setSizes([210, 650])
        ending = QHBoxLayout()
        ending.addWidget(self.copy)
        ending.addWidget(self.copied)
        ending.addStretch(1)
        ending.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(sentence)
        column.addWidget(sides, 1)
        column.addLayout(ending)
        self._fill()
        self.copy.setAutoDefault(False)
        self.close_button.setDefault(True)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.accept)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _fill(self) -> None:
        self.list.addItem(VERSIONS)
        heading = QListWidgetItem("LICENCES", self.list)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setFont(fonts.font("section"))
        for component in self._components:
            item = QListWidgetItem(component.name, self.list)
            item.setToolTip(f"{component.name} {component.version}: {component.licence}")

    @Slot(int)
    def _show(self, row: int) -> None:
        if row == 0:
            self.text.setPlainText(versions_text())
        elif row > 1:
            one = self._components[row - 2]
            head = "\n".join(filter(None, (f"{one.name} {one.version}", f"Licence: {one.licence}", one.address)))
            self.text.setPlainText(f"{head}\n\n{one.text}")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(versions_text())
        self.copied.setText("Copied.")
