"""Reference cycles with widgets in them are collected by the window's thread and by no other."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref

import pytest

from gui.collector import Collector


class _Knot:
    """Refers to itself, so that only the collector can free it; notes the thread that does."""

    freed: list[threading.Thread] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.freed.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    _Knot.freed.clear()
    gc.enable()  # as it is when the program starts; in the suite it is off from the beginning
    made = Collector()
    made.begin()
    yield made
    gc.unfreeze()
    gc.disable()
    made.deleteLater()


def test_a_busy_thread_frees_nothing(collector: Collector) -> None:
    kept = weakref.ref(_Knot())

    def work() -> None:
        for _ in range(20_000):
            _ = [[]]
        _hold = [[] for _ in range(20_000)]

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert kept() is not None
    assert not gc.isenabled()


def test_the_window_frees_it_soon(collector: Collector, qtbot) -> None:
    _Knot()
    # Far more than is due: whatever earlier tests left to be freed meanwhile counts against it.
    waste = [[] for _ in range(40 * gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: bool(_Knot.freed), timeout=10_000)
    assert set(_Knot.freed) == {threading.main_thread()}
    assert waste


def test_nothing_is_looked_at_while_the_program_is_being_loaded(qapp, qtbot, monkeypatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr("gui.collector.collect_what_is_due", lambda: looked.append(gc.get_freeze_count()))
    monkeypatch.setattr("gui.collector.LOOK_MS", 5)
    made = Collector()
    qtbot.wait(60)
    assert looked == []
    made.begin()
    qtbot.waitUntil(lambda: len(looked) > 2)
    assert min(looked) > 10_000, "the modules are left out"
    gc.unfreeze()
    made.deleteLater()


def test_the_program_begins_to_collect_when_torch_is_there(tmp_path) -> None:
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(tmp_path))
    code = (
        "import gc, sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from gui import collector, app\n"
        "begin = collector.Collector.begin\n"
        "def begun(self):\n"
        "    begin(self)\n"
        "    print('begun', 'torch' in sys.modules, gc.get_freeze_count() > 100_000, flush=True)\n"
        "    QTimer.singleShot(0, lambda: __import__('PySide6.QtWidgets').QtWidgets.QApplication.quit())\n"
        "collector.Collector.begin = begun\n"
        "sys.exit(app.main([]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | homes, capture_output=True, text=True)
    assert done.stdout.split() == ["begun", "True", "True"], done.stderr
