"""Reference cycles with widgets in them are collected by the window's thread and by no other."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from gui.gc_control import MADE, Collector, collect_what_is_due

pytestmark = pytest.mark.endurance


class _Knot:
    """Refers to itself, so that only the collector can free it; notes the thread that does."""

    freed: list[threading.Thread] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.freed.append(threading.current_thread())


def end(made: Collector) -> None:
    """At once: it must not look on while other tests run."""
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


@pytest.fixture
def collector(qapp):
    _Knot.freed.clear()
    gc.enable()  # as it is when the program starts; in the suite it is off from the beginning
    made = Collector()
    made.begin()
    yield made
    gc.unfreeze()
    gc.disable()
    end(made)


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
    gc.collect()
    _Knot()
    made: list[object] = []

    def freed() -> bool:
        # Whatever earlier tests left is freed meanwhile, and counts against what is due.
        while gc.get_count()[0] <= 2 * gc.get_threshold()[0]:
            made.append([])
        return bool(_Knot.freed)

    qtbot.waitUntil(freed)
    assert set(_Knot.freed) == {threading.main_thread()}


def test_what_is_large_or_old_is_put_aside_and_not_looked_through(collector: Collector, monkeypatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    monkeypatch.setattr(gc, "get_count", lambda: (0, 3, gc.get_threshold()[2] + 1))
    made = [[] for _ in range(100)]
    before = gc.get_freeze_count()
    collect_what_is_due()
    assert gc.get_freeze_count() >= before + len(made)
    monkeypatch.setattr(gc, "get_count", lambda: (MADE + 1, gc.get_threshold()[1] + 1, 0))
    made += [[] for _ in range(100)]
    before = gc.get_freeze_count()
    collect_what_is_due()
    assert gc.get_freeze_count() >= before + 100
    assert collected == []
    monkeypatch.setattr(gc, "get_count", lambda: (MADE - 1, gc.get_threshold()[1] + 1, 0))
    collect_what_is_due()
    assert collected == [1]


def test_all_of_it_is_looked_through_when_the_user_turns_away(collector: Collector, qapp, monkeypatch) -> None:
    knot = _Knot()
    gc.freeze()
    gone = weakref.ref(knot)
    del knot
    away, back = Qt.ApplicationState.ApplicationInactive, Qt.ApplicationState.ApplicationActive
    qapp.applicationStateChanged.emit(away)
    assert gone() is not None, "not again so soon"
    monkeypatch.setattr("gui.gc_control.REST_S", -1.0)
    qapp.applicationStateChanged.emit(back)
    assert gone() is not None, "not while somebody works"
    qapp.applicationStateChanged.emit(away)
    assert gone() is None
    assert gc.get_freeze_count() > 10_000, "what is left is put aside again"


def test_nothing_is_looked_at_while_the_program_is_being_loaded(qapp, qtbot, monkeypatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr("gui.gc_control.collect_what_is_due", lambda: looked.append(gc.get_freeze_count()))
    monkeypatch.setattr("gui.gc_control.LOOK_MS", 5)
    made = Collector()
    qtbot.wait(60)
    assert looked == []
    made.begin()
    qtbot.waitUntil(lambda: len(looked) > 2)
    assert min(looked) > 10_000, "the modules are left out"
    gc.unfreeze()
    end(made)


def test_the_program_begins_to_collect_when_torch_is_there(tmp_path) -> None:
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(tmp_path))
    code = (
        "import gc, sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from gui import app, gc_control\n"
        "begin = gc_control.Collector.begin\n"
        "def begun(self):\n"
        "    begin(self)\n"
        "    print('begun', 'torch' in sys.modules, gc.get_freeze_count() > 100_000, flush=True)\n"
        "    QTimer.singleShot(0, lambda: __import__('PySide6.QtWidgets').QtWidgets.QApplication.quit())\n"
        "gc_control.Collector.begin = begun\n"
        "sys.exit(app.main([]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | homes, capture_output=True, text=True)
    assert done.stdout.split() == ["begun", "True", "True"], done.stderr
