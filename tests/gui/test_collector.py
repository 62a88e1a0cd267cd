"""Reference cycles with widgets in them are collected by the window's thread and by no other."""

from __future__ import annotations

import gc
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
    yield made
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
