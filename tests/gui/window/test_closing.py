"""A window that is closed is gone: nothing keeps it, nothing of it stays behind."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.theme.style import notifier
from gui.window import Window

pytestmark = pytest.mark.endurance


def open_and_close() -> weakref.ref[Window]:
    window = Window()
    window.show()
    window.session.new("points-2d")
    window.document.select(list(window.document.graph.nodes)[:1])
    QApplication.processEvents()
    window.document.edit("Move", window.document.graph.move({"n1": (5, 5)}))
    window.document.undo()
    assert window.close()
    window.deleteLater()
    return weakref.ref(window)


def settle() -> None:
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()


def alive() -> dict[str, int]:
    """How many of the program's own objects there are, by class."""
    count: dict[str, int] = {}
    for thing in gc.get_objects():
        kind = type(thing)
        if str(kind.__module__).startswith("gui.") and kind.__module__ != "gui.theme.style":
            count[kind.__qualname__] = count.get(kind.__qualname__, 0) + 1
    return count


def test_five_windows_leave_nothing_behind(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    theme.set_motion("reduced")
    open_and_close()
    settle()
    listeners = notifier().receivers("2changed()") if hasattr(notifier(), "receivers") else 0
    widgets, before = len(qapp.allWidgets()), alive()
    windows = [open_and_close() for _ in range(5)]
    settle()
    assert [window() for window in windows] == [None] * 5
    assert {name: n for name, n in alive().items() if n > before.get(name, 0)} == {}
    assert len(qapp.allWidgets()) <= widgets
    assert notifier().receivers("2changed()") <= listeners


DROPPED = """
import gc
import os
import subprocess
import sys
from PySide6.QtWidgets import QApplication
from gui import theme
from gui.window import Window

app = QApplication([])
theme.apply(app, "light")
for _ in range(3):
    window = Window()
    window.show()
    window.session.new("digit-cnn")
    app.processEvents()
    window.document.mark_saved()
    window.close()
    app.processEvents()
    del window
    gc.collect()
print("sound")
"""


def test_a_window_that_is_only_dropped_is_freed_without_a_crash(tmp_path: Path) -> None:
    """Who holds a part of Qt that is freed with its owner frees it twice: the process dies, so it is another one."""
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    done = subprocess.run(
        [sys.executable, "-c", DROPPED],
        cwd=Path(__file__).parents[3],
        env={**os.environ, **dict.fromkeys(places, str(tmp_path)), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith("sound")
