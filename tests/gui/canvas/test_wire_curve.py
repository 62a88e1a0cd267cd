"""Curves of wires and the places of their labels, without a pixel."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from gui.canvas.wire_curve import Curve, label_middle

points = st.builds(QPointF, st.floats(-3000, 3000), st.floats(-3000, 3000))


@given(start=points, end=points)
def test_a_wire_leaves_to_the_right_and_arrives_from_the_left(start: QPointF, end: QPointF) -> None:
    curve = Curve(start, end)
    assert curve.point(0) == start
    assert curve.point(1) == end
    assert curve.point(0.01).x() >= start.x() - 1e-6
    assert curve.point(0.99).x() <= end.x() + 1e-6
    path = curve.path()
    assert path.currentPosition() == end
    for t in (0.1, 0.37, 0.5, 0.93):
        assert curve.distance(curve.point(t)) < 8.0
    box = path.controlPointRect()
    far = QPointF(box.right() + 100, box.center().y())
    assert curve.distance(far) > 50


@given(start=points, end=points)
def test_pieces_of_a_wire_join(start: QPointF, end: QPointF) -> None:
    pieces = Curve(start, end).pieces
    for before, after in itertools.pairwise(pieces):
        assert before[3] == after[0]


def test_a_wire_back_between_two_rows_keeps_clear_of_both() -> None:
    curve = Curve(QPointF(800, 32), QPointF(100, 216))
    levels = [curve.point(t / 100).y() for t in range(40, 61)]
    assert all(64 + 20 < y < 184 - 20 for y in levels)


def test_a_wire_far_back_runs_in_the_first_gap() -> None:
    for sign in (1, -1):
        curve = Curve(QPointF(800, 32), QPointF(100, 32 + sign * 552))
        assert abs(curve.middle.y() - (32 + sign * 92)) < 1e-6


def test_labels_lie_above_the_wire_or_above_the_nodes_of_a_narrow_gap() -> None:
    wide, narrow = Curve(QPointF(0, 32), QPointF(120, 32)), Curve(QPointF(0, 32), QPointF(20, 32))
    assert 0 < label_middle(wide, 50).y() < 32
    assert label_middle(narrow, 50).y() < 0
