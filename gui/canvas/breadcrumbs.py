"""Where one is, above the canvas: the network, and the blocks one has stepped into. Hidden in the network itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QWidget

from gui.canvas.titles import titles_of
from gui.document import Document
from gui.plain_text import PlainLabel, caption, plain_tip
from gui.theme.style import set_role

EDGE = 12
_ALL = "All copies of this block change with it. Switch off to change this one alone."


class Breadcrumbs(QFrame):
    """A button for every level above the one where one is. A box says whether copies change too."""

    def __init__(self, document: Document, view: QWidget) -> None:
        super().__init__(view)
        self._document, self._view = document, view
        self.setObjectName("breadcrumbs")
        set_role(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Where you are")
        self.titles: list[str] = []
        self.buttons: list[QPushButton] = []
        self.copies = QCheckBox(self)
        self.copies.setToolTip(_ALL)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 10, 4)
        self._row.setSpacing(6)
        self._row.addWidget(self.copies)
        self.copies.toggled.connect(self._set_copies)
        document.changed.connect(self.refresh)
        view.installEventFilter(self)
        self.hide()

    @Slot()
    def refresh(self, *_values: object) -> None:
        """Show the present path."""
        document = self._document
        path = document.path
        titles = ["Network", *titles_of(document.whole, path)] if path else []
        if titles != self.titles:
            self.titles = titles
            self._rebuild(titles)
        count = document.copies
        self.copies.setVisible(count > 1)
        self.copies.setText(f"change all {count} copies")
        self.copies.blockSignals(True)
        self.copies.setChecked(document.change_copies)
        self.copies.blockSignals(False)
        self.setVisible(bool(path))
        self._lie()

    def _rebuild(self, titles: list[str]) -> None:
        while self._row.count() > 1:
            taken = self._row.takeAt(0)
            part = taken.widget() if taken is not None else None
            if part is not None:
                part.hide()
                part.deleteLater()
        self.buttons = []
        for level, title in enumerate(titles):
            if level:
                arrow = PlainLabel("›", self)
                set_role(arrow, "quiet")
                self._put(arrow)
            if level == len(titles) - 1:
                here = PlainLabel(title, self)
                set_role(here, "strong")
                self._put(here)
                break
            button = QPushButton(caption(title), self)
            set_role(button, "link")
            button.setToolTip(plain_tip(f"Step out to {title}"))
            button.setProperty("level", level)
            button.clicked.connect(self._go)
            self._put(button)
            self.buttons.append(button)

    def _put(self, part: QWidget) -> None:
        self._row.insertWidget(self._row.count() - 1, part)
        # Qt shows what is added to a visible widget only later; until then a layout counts it as nothing.
        part.show()

    @Slot()
    def _go(self) -> None:
        level, document = int(self.sender().property("level")), self._document
        left = document.path[level]
        document.go(document.path[:level])
        document.select({left})
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(bool)
    def _set_copies(self, on: bool) -> None:
        self._document.change_copies = on

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._lie()
        return bool(super().eventFilter(watched, event))

    def _lie(self) -> None:
        if not self.isHidden():
            hint = self.sizeHint()
            self.setGeometry(EDGE, EDGE, min(hint.width(), self._view.width() - 2 * EDGE), hint.height())
            self.raise_()
