"""The window in which one looks at all images of a dataset."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data.image_contents import UNKNOWN, ImageContents
from engine.data.pictures.layout import GivenPart
from engine.text import printable
from gui.canvas.announce import say
from gui.elided import ElidedLabel
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import hairline, set_role
from gui.wall.edit_bar import EditBar
from gui.wall.filters import SPLIT_WORDS, WallFilters
from gui.wall.sieve import Guesses, Mask, Sieve
from gui.wall.thumbnails import Wall
from gui.wall.view import WallView

_READING = "The images are being read…"
_NONE_SHOWN = "No image is like that. Choose other filters."


class WallWindow(QDialog):
    """Shows what it is given; ``closed`` tells that it was closed."""

    closed = Signal()
    walled = Signal()
    """Other images are shown, or the same after edits; or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Images")
        self.resize(1080, 680)
        self.setMinimumSize(760, 400)
        self.wall: Wall | None = None
        self._sieve: Sieve | None = None
        self.title, self.facts, self.words = ElidedLabel(), PlainLabel(), PlainLabel(_READING)
        self.asking = PlainLabel()
        """How far the network has been asked."""
        self.filters, self.view = WallFilters(), WallView()
        self.status = ElidedLabel()
        """What is selected."""
        self.duplicates = QPushButton("Near duplicates…")
        self.edits = EditBar()
        """Hidden where nothing can be edited."""
        self._lay_out()
        self.filters.changed.connect(self._sift)
        self.filters.sized.connect(self.view.set_side)
        self.view.chosen.connect(self._show_chosen)
        self.view.numbered.connect(self._numbered)
        self.view.deleted.connect(self._deleted)
        self.view.menu_wanted.connect(self._menu)
        self.finished.connect(self.closed)

    def _lay_out(self) -> None:
        set_role(self, "panel")
        set_role(self.title, "title")
        for label in (self.facts, self.words, self.asking, self.status):
            set_role(label, "quiet")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.facts.setWordWrap(True)
        self.duplicates.setAutoDefault(False)
        self.duplicates.setToolTip(plain_tip("Find images that are nearly the same"))
        said, head = QVBoxLayout(), QHBoxLayout()
        said.setSpacing(4)
        said.addWidget(self.title)
        said.addWidget(self.facts)
        head.setContentsMargins(16, 12, 16, 0)
        head.addLayout(said, 1)
        head.addWidget(self.duplicates, 0, Qt.AlignmentFlag.AlignVCenter)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(16, 8, 16, 8)
        self.foot.setSpacing(12)
        self.foot.addWidget(self.status, 1)
        self.foot.addWidget(self.asking)
        self.foot.addWidget(self.edits)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.filters)
        column.addWidget(hairline())
        column.addWidget(self.view, 1)
        column.addWidget(self.words, 1)
        column.addWidget(hairline())
        column.addLayout(self.foot)
        self._show_what_there_is()

    def show_words(self, title: str, words: str = _READING) -> None:
        """Say what is the case where there are no images to show."""
        self.title.setText(title)
        self.facts.clear()
        self.words.setText(words)
        self.wall = self._sieve = None
        self.edits.hide()
        self.view.show_wall(None)
        self._show_what_there_is()
        self.walled.emit()

    def show_images(self, title: str, images: ImageContents, edited: Mask | None = None) -> None:
        """Show all images of a dataset, of which ``edited`` (N) were changed by hand."""
        is_new = self.wall is None
        self.title.setText(title)
        known = None if self.wall is None else self.wall.guesses
        guesses = known if known is not None and len(known.labels) == len(images) else Guesses.none(len(images))
        marked = np.zeros(len(images), dtype=np.bool_) if edited is None else edited
        self.wall = Wall(images, guesses, marked)
        self._sieve = Sieve(images) if is_new or self._sieve is None else self._sieve.of(images)
        self.edits.setVisible(edited is not None)
        self.edits.show_classes(images.classes)
        self.filters.begin(images.classes, named=bool(images.names), may_edit=edited is not None)
        self._sift()
        if is_new:
            self.view.setFocus()
        self.walled.emit()

    def show_guesses(self, guesses: Guesses, words: str = "") -> None:
        """What the network says of the images, and how far it has been asked."""
        self.asking.setText(words)
        if self.wall is not None:
            self.wall = Wall(self.wall.images, guesses, self.wall.edited)
            self._sift()

    @Slot()
    def _sift(self) -> None:
        wall, sieve = self.wall, self._sieve
        if wall is None or sieve is None:
            return
        sifted = sieve.sifted(self.filters.wanted, wall.guesses, wall.edited)
        self.filters.show_counts(sifted, wall.guesses.known)
        count, classes = len(wall.images), len(wall.images.classes)
        shown = f"{len(sifted.shown):,} of " if len(sifted.shown) < count else ""
        of_classes = f" of {counted(classes, 'class', 'classes')}" if classes else ""
        channels, height, width = wall.images.sizes
        colours = "colour" if channels == 3 else "grey"
        self.facts.setText(f"{shown}{counted(count, 'image')}{of_classes} · {height}×{width} in {colours}")
        self.view.show_wall(wall, sifted.shown)
        self.words.setText(_NONE_SHOWN)
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        self.filters.setEnabled(self.wall is not None)
        self.duplicates.setEnabled(self.wall is not None)
        there = self.wall is not None and len(self.view.shown) > 0
        self.view.setVisible(there)
        self.words.setVisible(not there)

    @Slot()
    def _show_chosen(self) -> None:
        words = self.chosen_words()
        self.status.setText(words)
        self.status.setToolTip(plain_tip(words))
        if self.view.hasFocus():
            say(self.view, words)
        wall, selected = self.wall, self.view.selected
        if wall is not None:
            excluded = bool((wall.images.parts[selected] == int(GivenPart.ANY)).all())
            self.edits.show_selection(len(selected), all_excluded=excluded, edits=int(wall.edited.sum()))

    @property
    def may_edit(self) -> bool:
        """Whether what is said of the images can be edited."""
        return not self.edits.isHidden()

    @Slot(int)
    def _numbered(self, number: int) -> None:
        if self.may_edit:
            self.edits.number(number)

    @Slot()
    def _deleted(self) -> None:
        if self.may_edit:
            self.edits.turn()

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        if self.may_edit:
            self.edits.ask(at)

    def chosen_words(self) -> str:
        """What is selected, in words: all that is known of one image, of several their number."""
        wall, selected = self.wall, self.view.selected
        if wall is None or not len(selected):
            return "Nothing selected"
        if len(selected) > 1:
            return f"{len(selected):,} images selected"
        return described(wall, int(selected[0]))


def described(wall: Wall, number: int) -> str:
    """All that is known of an image, in a line."""
    images, guesses = wall.images, wall.guesses
    words = [f"Image {number + 1:,}"]
    if images.names:
        words.append(printable(images.names[number]))
    if name := wall.class_name(int(images.labels[number])):
        words.append(f"class {name}")
    words.append(SPLIT_WORDS[GivenPart(int(images.parts[number]))])
    if guesses.labels[number] != UNKNOWN:
        words.append(f"predicted {wall.class_name(int(guesses.labels[number]))}, {guesses.sure[number]:.0%}")
    if wall.edited[number]:
        words.append("edited")
    return " · ".join(words)
