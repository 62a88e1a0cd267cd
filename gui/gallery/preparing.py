"""Finding out about the entries and painting them, one short piece of work a turn, so that the window never waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from gui.gallery.entries import GalleryEntry, Known, prepare
from gui.theme.style import current


class Preparing(QObject):
    """Remembers what it has prepared, so that a gallery opened again is there at once."""

    ready = Signal(object)
    """An entry: more is known about it, or its picture is there."""

    def __init__(self, size: QSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.size = size
        self.known: dict[GalleryEntry, Known] = {}
        self._pictures: dict[tuple[GalleryEntry, str, float], QPixmap] = {}
        self._waiting: deque[GalleryEntry] = deque()
        self._ratio = 1.0
        self._work: tuple[GalleryEntry, str, QImage, Iterator[Known | None]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.step)

    def picture(self, entry: GalleryEntry) -> QPixmap | None:
        """The picture of an entry in the theme of the moment, if it has been painted."""
        return self._pictures.get((entry, current().name, self._ratio))

    def start(self, wanted: Iterable[GalleryEntry], ratio: float) -> None:
        """Prepare these, in this order, for a screen with so many pixels to the unit."""
        self._ratio = ratio
        self._work = None
        self._waiting = deque(entry for entry in wanted if self.picture(entry) is None)
        if self._waiting:
            self._timer.start()

    def stop(self) -> None:
        """Leave the rest for another time."""
        self._timer.stop()
        self._work = None

    @property
    def busy(self) -> bool:
        """Whether there is something left to prepare."""
        return self._timer.isActive()

    @Slot()
    def step(self) -> None:
        """Do one piece of the work."""
        if self._work is None:
            if not self._waiting:
                self._timer.stop()
                return
            entry = self._waiting.popleft()
            image = QImage(self.size * self._ratio, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(self._ratio)
            image.fill(Qt.GlobalColor.transparent)
            self._work = (entry, current().name, image, prepare(entry, self.known.get(entry), image))
        entry, theme, image, work = self._work
        try:
            known = next(work)
        except StopIteration:
            self._work = None
            if entry in self.known:
                self._pictures[(entry, theme, self._ratio)] = QPixmap.fromImage(image)
                self.ready.emit(entry)
            return
        if known is not None and entry not in self.known:
            self.known[entry] = known
            self.ready.emit(entry)
