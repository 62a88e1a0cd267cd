"""Whether this PySide6 keeps its references to None: a build that does not aborts after minutes of use.

PySide6 6.12.0 on Python below 3.12 drops one reference at every call that returns nothing, and the process dies in
``none_dealloc`` without a word. Short suites stay green, so the calls are made here, many at once, in a process whose
end can be looked at.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

VOID_CALLS = 100_000
EMITS = 20_000

SCRIPT = f"""
import sys
from PySide6.QtCore import QObject, QPointF, Signal, Slot
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QApplication, QWidget

class Bell(QObject):
    rang = Signal(object)
    def __init__(self):
        super().__init__()
        self.heard = 0
        self.rang.connect(self.listen)
    @Slot(object)
    def listen(self, value):
        self.heard += 1

application = QApplication([])
before = sys.getrefcount(None)
widget, point, transform = QWidget(), QPointF(), QTransform()
for number in range({VOID_CALLS} // 4):
    widget.setToolTip("x")
    widget.update()
    point.setX(number)
    transform.reset()
bell = Bell()
for number in range({EMITS}):
    bell.rang.emit(number)
assert bell.heard == {EMITS}, bell.heard
print("lost", before - sys.getrefcount(None))
"""


def test_void_calls_and_signals_keep_none_alive(clean_environment: dict[str, str]) -> None:
    pytest.importorskip("PySide6")
    environment = {**clean_environment, "QT_QPA_PLATFORM": "offscreen"}
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, timeout=100, check=False
    )
    assert answer.returncode == 0, f"Qt ended with {answer.returncode}: {answer.stderr[-500:]}"
    # Far fewer than one a call; a few come and go with the objects made in between.
    assert int(answer.stdout.split()[-1]) < 1000
