"""What happened, with everything that somebody needs who is to find the cause; it stays on this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.crash.log import log_file
from gui.crash.report import CrashReport
from gui.folder_opening import open_folder
from gui.plain_text import PlainLabel, caption
from gui.theme.style import set_role

_STAYS = "This report stays on your computer. Copy it if you want to show it to somebody; it holds no data of yours."


class CrashDialog(QDialog):
    """A report. ``restart_wanted`` says that the program is to start again."""

    restart_wanted = Signal()

    def __init__(self, made: CrashReport, *, may_restart: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Crash report")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 480)
        title, sentence, stays = PlainLabel(made.title), PlainLabel(made.sentence), PlainLabel(_STAYS)
        set_role(title, "title")
        set_role(stays, "caption")
        self.said = PlainLabel()
        set_role(self.said, "quiet")
        self.said.hide()
        self.text = QPlainTextEdit(made.text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Report")
        self.text.setFont(theme.font("number"))
        self.text.setTabChangesFocus(True)
        self.copy, self.folder = QPushButton("Copy"), QPushButton("Open folder")
        self.restart, self.close_button = QPushButton(caption("Restart and recover")), QPushButton("Close")
        self.folder.setToolTip("Open the folder with the logs")
        self.restart.setToolTip("Write unsaved work down, start Sketchnet again and restore it")
        self.restart.setVisible(may_restart)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for label in (title, sentence, stays, self.said):
            label.setWordWrap(True)
        for part in (title, sentence):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        for part in (stays, self.said):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.folder)
        row.addStretch(1)
        row.addWidget(self.restart)
        row.addWidget(self.close_button)
        column.addLayout(row)
        for button in (self.copy, self.folder, self.restart):
            button.setAutoDefault(False)
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self._open_folder)
        self.restart.clicked.connect(self.restart_wanted)
        self.close_button.clicked.connect(self.accept)

    def say(self, sentence: str) -> None:
        """Show a sentence below the report."""
        self.said.setText(sentence)
        self.said.setAccessibleName(sentence)
        self.said.show()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.say("Copied.")

    @Slot()
    def _open_folder(self) -> None:
        said = open_folder(log_file().parent)
        if said:
            self.say(said)
