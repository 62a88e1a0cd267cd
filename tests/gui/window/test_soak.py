"""Some seconds of anything at all on the real window; ``tests/benchmarks/soak.py`` does it for as long as one likes."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from tests.soaking import Soak

pytestmark = pytest.mark.endurance

SECONDS = 6.0


@pytest.mark.parametrize("seed", [11, 12])
def test_nothing_that_anybody_does_leaves_a_trace(qapp, seed: int) -> None:
    theme.apply(qapp, "light")
    soak = Soak(seed)
    try:
        end = time.monotonic() + SECONDS
        for number in range(600):
            soak.turn()
            if number % 10 == 9:
                soak.settle()
            if time.monotonic() > end and sum(soak.done.values()) > 10:
                break
        soak.begin_again()
        widgets = len(QApplication.allWidgets())
        soak.settle()
        soak.begin_again()
        assert len(QApplication.allWidgets()) <= widgets
    finally:
        soak.end()
        theme.apply(qapp, "light")
    assert not soak.faults, f"seed {seed}: " + "\n".join(soak.faults)
    assert sum(soak.done.values()) > 10
