"""The windows of the program: the first one as it starts, others as they are asked for, here or by another start."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

import resources
from gui.background import AGAIN_MS, aside, under_way
from gui.first_run import FirstSight
from gui.frame import BORDERS
from gui.instance import Instance
from gui.open_windows import bring_to_front, open_windows
from gui.request import Request
from gui.window import Window

UNSEEN_MS = 2_000
"""A window that does not come onto the screen, as on one that is locked, is furnished all the same after this time."""
STEP = QPoint(28, 28)
"""How far a new window lies from the one in front."""


class Windows(QObject):
    """Makes windows. ``loaded``: torch is there, or could not be loaded."""

    loaded = Signal()

    def __init__(self, instance: Instance | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instance = instance
        self._first: Window | None = None
        self._request = Request()
        self._troubles: Sequence[str] = ()
        self._has_begun = False
        self._is_ready = any(window.is_furnished for window in _all())
        self._waiting: list[Request] = []
        """What was asked for before there was a whole window to ask."""
        open_windows().another_wanted.connect(self.another)
        if instance is not None:
            instance.asked.connect(self.serve)

    # The first

    def start(self, first: Window, request: Request, troubles: Sequence[str] = ()) -> None:
        """Furnish the first window, which is shown, as soon as its frame has been painted, and do what is asked for.

        ``troubles`` are sentences about what went wrong until now; "" for nothing.
        """
        self._first, self._request, self._troubles = first, request, troubles
        FirstSight(self._first).seen.connect(self._furnish)
        QTimer.singleShot(UNSEEN_MS, self._furnish)

    @Slot()
    def _furnish(self) -> None:
        window = self._first
        # Closed already: another loop within Qt's own would make Qt forget that it is to end.
        if self._has_begun or window is None or not window.isVisible():
            return
        self._has_begun = True
        from gui import excepthook
        from gui.crash.watch import crash_watch

        crash_watch().begin()
        excepthook.install(self.unexpected)
        QGuiApplication.setWindowIcon(QIcon(str(resources.path("icons", "app", "sketchnet.svg"))))
        if self._instance is not None:
            self._instance.listen()
        aside(_load)
        if not window.isVisible():  # closed meanwhile
            return
        _read_libraries_aside()
        from gui.preferences.store import preferences

        preferences().apply_all()
        window.furnish()
        window.studio.warmed.connect(self.loaded)
        begin(window, self._request.files[0] if self._request.files else None)
        for sentence in filter(None, self._troubles):
            window.status.say(sentence, serious=True)
        crash_watch().tell_crash(window)
        # All has found its place before it is painted.
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        window.canvas.fit_all()
        self._is_ready = True
        more = self._request.files[1:]
        waiting, self._waiting = [*([Request(more, new_window=True)] if more else []), *self._waiting], []
        for request in waiting:  # after the question that the first window may have
            QTimer.singleShot(0, self, partial(self.serve, request))

    # Others

    @Slot(object)
    def serve(self, request: Request) -> None:
        """Do what another start asks for: open files, each in its own window, or come to the front.

        A project that is open already is shown where it is. A window in which nothing was done yet is used for another
        project, unless a new one is asked for. While a question is on the screen the request waits for its answer.
        """
        if not self._is_ready:
            self._waiting.append(request)
            return
        front = open_windows().front
        if under_way() or QApplication.activeModalWidget() is not None:
            if front is not None:
                bring_to_front(front, request.token)
            QTimer.singleShot(AGAIN_MS, self, partial(self.serve, request))
            return
        for file in request.files:
            self.open(file, new_window=request.new_window, token=request.token)
        if not request.files and (request.new_window or front is None):
            self.another()
        elif not request.files and front is not None:
            bring_to_front(front, request.token)

    @Slot(object)
    def open_file(self, file: Path) -> None:
        """Open a file that the system says is to be opened."""
        self.serve(Request((file,)))

    def open(self, file: Path, *, new_window: bool = False, token: str = "") -> None:
        """Open a project in the window that is right for it, and bring that to the front."""
        shown = open_windows().showing(file)
        if shown is not None:
            bring_to_front(shown, token)
            return
        unused = None if new_window else next((w for w in reversed(_all()) if w.is_untouched), None)
        window = unused or self.another()
        bring_to_front(window, token)
        if not window.files.open(file) and unused is None:
            window.close()

    @Slot()
    def another(self) -> Window:
        """Open a new window with an empty drawing."""
        front = open_windows().front
        window = Window()
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if front is not None:
            window.setWindowState(Qt.WindowState.WindowNoState)
            area = front.screen().availableGeometry()
            size = front.normalGeometry().size().boundedTo(area.size() - BORDERS)
            window.resize(size)
            lowest = area.topLeft() + QPoint(area.width(), area.height()) - QPoint(*(size + BORDERS).toTuple())
            wanted = front.pos() + STEP
            window.move(min(wanted.x(), lowest.x()), min(wanted.y(), lowest.y()))
        window.show()
        window.begin_empty()
        bring_to_front(window)
        return window

    @Slot(str)
    def unexpected(self, sentence: str) -> None:
        """Tell of an error that nothing else has caught, in the window in use."""
        for window in reversed(_all()):
            if window.is_furnished:
                window.unexpected(sentence)
                return

    def close(self) -> None:
        """The program ends."""
        for window in _all():
            window.close()
        if self._first is not None:
            self._first.close()
        self._first = None
        if self._has_begun:
            from gui.crash.watch import crash_watch

            crash_watch().end()
        if self._instance is not None:
            self._instance.close()


def _all() -> list[Window]:
    return [window for window in open_windows().all if isinstance(window, Window)]


def _load() -> None:
    """Runs in a thread: the frame of the window stays alive meanwhile."""
    import gui.interior  # noqa: F401
    from gui.theme import motion

    motion.system_asks_for_less()  # kept for when a widget wants to know: to ask the system takes some frames


def _read_libraries_aside() -> None:
    """Have torch's libraries read while the window is furnished, which needs no library that is not there yet."""
    from engine.running import torch_preload

    threading.Thread(target=torch_preload.read_libraries, name="torch's libraries").start()


def begin(window: Window, file: Path | None) -> None:
    """Show what was asked for, and the tour to somebody who is new here and asked for nothing."""
    is_first = file is None and window.help.is_first_start() and not window.files.will_ask(None)
    window.begin(file)
    if is_first:
        window.help.tour.start()
