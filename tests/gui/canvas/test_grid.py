"""The steps in which nodes are placed, and the dots that show them."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.grid import GRID, grid_steps, snap


@given(st.floats(-1e6, 1e6))
def test_snapping(value: float) -> None:
    assert snap(value) % GRID == 0
    assert abs(snap(value) - value) <= GRID / 2 + 1e-9


@given(st.floats(0.05, 4))
def test_grid_dots_are_never_crowded(scale: float) -> None:
    assert grid_steps(scale) * scale >= 16
    assert math.log2(grid_steps(scale) / (3 * GRID)) % 1 == 0
