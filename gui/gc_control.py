"""Python's cycle collector, in the window's thread only, and for no longer than a part of a frame while one works.

Automatic collection runs in whatever thread happens to allocate: a closed dialog that is part of a reference cycle
would then be destroyed by the thread that trains or predicts, which Qt answers by aborting ("QBasicTimer::stop:
Failed. Possibly trying to stop from a different thread"; the same is known from pyqtgraph, whose remedy this is:
https://pyqtgraph.readthedocs.io/en/latest/api_reference/garbage_collector.html).

To look through everything there is takes a seventh of a second once torch has been loaded. So what has lived for
long is put aside (``gc.freeze``) instead, and looked through when the user has turned to another program.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

LOOK_MS = 500
MADE = 10_000
"""So many more objects than at the last look are no waste but something large that was made, as a drawing."""
REST_S = 60.0
"""The least time between two looks through everything."""


def collect_what_is_due() -> None:
    """Collect what the usual thresholds say is due, but for what is old: that is put aside.

    Call it from the window's thread.
    """
    counts, thresholds = gc.get_count(), gc.get_threshold()
    if counts[0] > MADE or counts[2] > thresholds[2]:
        gc.freeze()
        return
    for generation in (1, 0):
        if thresholds[generation] and counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


def collect_all() -> None:
    """Collect whatever is waste, also of what was put aside. Takes several frames."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Collector(QObject):
    """Takes automatic collection over as long as it lives; it belongs to the thread that makes it.

    It begins when it is told that the program has been loaded, which a thread does while the window is up.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._all = time.monotonic()
        """When everything was looked through last."""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._turned)

    @Slot()
    def begin(self) -> None:
        """Put aside what is there now, and collect what comes from now on."""
        gc.freeze()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        collect_what_is_due()

    @Slot(Qt.ApplicationState)
    def _turned(self, state: Qt.ApplicationState) -> None:
        """The user has turned to another program, or back."""
        rested = time.monotonic() - self._all > REST_S
        if state != Qt.ApplicationState.ApplicationActive and rested and self._timer.isActive():
            collect_all()
            self._all = time.monotonic()
