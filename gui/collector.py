"""Python's cycle collector, in the window's thread only.

Automatic collection runs in whatever thread happens to allocate: a closed dialog that is part of a reference cycle
would then be destroyed by the thread that trains or predicts, which Qt answers by aborting ("QBasicTimer::stop:
Failed. Possibly trying to stop from a different thread"; the same is known from pyqtgraph, whose remedy this is:
https://pyqtgraph.readthedocs.io/en/latest/api_reference/garbage_collector.html).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS = 500


def collect_what_is_due() -> None:
    """Collect the oldest generation that the usual thresholds say is due; call it from the window's thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if thresholds[generation] and counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


class Collector(QObject):
    """Takes automatic collection over as long as it lives; it belongs to the thread that makes it.

    It begins when it is told that the program has been loaded, which a thread does while the window is up: to look
    through the hundreds of thousands of objects of its modules would hold up several frames, again and again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @Slot()
    def begin(self) -> None:
        """What is there now is there to stay, and never looked at again; what comes from now on is collected."""
        gc.freeze()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        collect_what_is_due()
