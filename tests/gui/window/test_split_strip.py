"""How rows are divided, on the data block's page: seen, moved by mouse and keyboard, undone in one step."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from engine.training.recipe import Recipe
from gui.splits.bar import Boundary, pixel_edges
from gui.splits.shares import Shares
from gui.splits.strip import PARTS, SplitFacts, SplitStrip
from tests.gui.window.test_own_table import data_page, opened

pytestmark = pytest.mark.usefixtures("nothing_read")
LEFT = Qt.MouseButton.LeftButton


# What moving a boundary comes to

SHARES = st.tuples(st.integers(0, 90), st.integers(0, 90)).filter(lambda both: sum(both) <= 90)
OWN = st.sampled_from([None, 0.0, 0.1, 0.4])


@given(SHARES, OWN, OWN, st.integers(0, 1), st.floats(-0.5, 1.5), st.sampled_from([2, 3]))
def test_a_recipe_takes_every_place_of_a_boundary(both, held, judged, boundary, place, digits) -> None:
    shares = Shares(both[0] / 100, both[1] / 100, held, judged)
    if not shares.can_move(boundary):
        return
    moved = shares.moved(boundary, place, digits)
    assert sum(moved.widths) == pytest.approx(1)
    assert Recipe(validation=moved.validation, test=moved.test)
    assert min(moved.widths) >= 0


def test_the_other_shares_stay() -> None:
    shares = Shares(0.1, 0.15)
    assert shares.moved(0, 0.7) == Shares(0.15, 0.15)
    assert shares.moved(1, 0.8) == Shares(0.05, 0.2)
    assert shares.moved(1, 0.2) == Shares(0.0, 0.25), "the test can take all of validation, and no more"
    assert shares.stepped(0, 1) == Shares(0.09, 0.15)
    assert shares.stepped(1, -1) == Shares(0.09, 0.16)
    # Of 100 rows 40 came for the test: a share of the other 60 is one of 0.6 of the strip.
    given_test = Shares(0.1, 0.15, own_test=0.4)
    assert given_test.widths == pytest.approx((0.54, 0.06, 0.4))
    assert given_test.stepped(0, -1).validation == pytest.approx(0.11)
    assert not given_test.can_move(1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda widths: sum(widths) > 0.1), st.integers(60, 400))
def test_what_there_is_can_be_seen(widths, length) -> None:
    parts = [width / sum(widths) for width in widths]
    edges = pixel_edges(parts, length)
    assert edges[-1] == pytest.approx(length)
    drawn = [end - begin for begin, end in pairwise(edges)]
    assert all(width >= 5 - 1e-6 for width, part in zip(drawn, parts, strict=True) if part > 0)


# In the window


def strip_of(desk) -> SplitStrip:
    page = data_page(desk)
    desk.until(lambda: page.split.lines["train"].rows.text() not in ("", "0"), "the rows")
    desk.until(lambda: "≈" not in page.split.lines["train"].rows.text(), "the exact rows")
    desk.window.inspector.ensureWidgetVisible(page.split.words)
    QApplication.processEvents()
    return page.split


def shown(strip: SplitStrip) -> list[str]:
    return [f"{strip.lines[name].rows.text()} {strip.lines[name].share.text()}" for name in PARTS]


def drag(boundary: Boundary, by: int, *, drop: bool = True) -> None:
    """Press on a boundary and move the mouse; the boundary goes along, so that places are those of the bar."""
    start = boundary.geometry().center()
    QTest.mousePress(boundary, LEFT, pos=boundary.mapFromParent(start))
    for part in (by // 2, by):
        QTest.mouseMove(boundary, boundary.mapFromParent(start + QPoint(part, 0)))
        QApplication.processEvents()
    if drop:
        QTest.mouseRelease(boundary, LEFT, pos=boundary.mapFromParent(start + QPoint(by, 0)))


def test_the_strip_says_what_each_part_is(desk) -> None:
    strip = strip_of(desk)
    assert shown(strip) == ["150 75 %", "20 10 %", "30 15 %"]
    assert strip.words.text() == "At random, each class in proportion."
    assert strip.bar.accessibleDescription() == "Training 150 (75 %). Validation 20 (10 %). Test 30 (15 %)"


def test_a_part_says_its_classes_under_the_mouse(desk) -> None:
    strip = strip_of(desk)
    at = strip.bar.centre_of(2).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, at, strip.bar.mapToGlobal(at))
    QApplication.sendEvent(strip.bar, event)
    lines = QToolTip.text().splitlines()
    assert lines[0] == "Test: 30 samples"
    counts = dict(line.split(": ") for line in lines[1:])
    assert set(counts) == {"upper", "lower"}
    assert sum(map(int, counts.values())) == 30
    QToolTip.hideText()


def test_keys_move_a_boundary_in_one_step_of_undo(desk) -> None:
    strip = strip_of(desk)
    first, second = strip.bar.boundaries
    first.setFocus()
    assert QApplication.focusWidget() is first
    for _ in range(3):
        QTest.keyClick(first, Qt.Key.Key_Left)
    assert desk.recipe().validation == pytest.approx(0.13)
    assert desk.recipe().test == 0.15
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Right)
    QTest.keyClick(second, Qt.Key.Key_PageDown)
    assert (desk.recipe().validation, desk.recipe().test) == (pytest.approx(0.04), pytest.approx(0.24))
    strip_of(desk)
    assert shown(strip) == ["144 72 %", "8 4 %", "48 24 %"]
    desk.window.document.undo()
    assert (desk.recipe().validation, desk.recipe().test) == (0.13, 0.15)
    desk.window.document.undo()
    assert (desk.recipe().validation, desk.recipe().test) == (0.1, 0.15)
    QTest.keyClick(first, Qt.Key.Key_Home)
    assert desk.recipe().validation == pytest.approx(0.75)
    QTest.keyClick(first, Qt.Key.Key_End)
    assert desk.recipe().validation == 0


def test_a_drag_is_one_step_and_is_seen_before_it_is_done(desk) -> None:
    strip = strip_of(desk)
    first = strip.bar.boundaries[0]
    before = desk.window.document.depth
    one_percent = (strip.bar.width() - 14) / 100
    drag(first, round(-10 * one_percent), drop=False)
    assert desk.recipe().validation == 0.1, "nothing is done while it is dragged"
    assert strip.lines["validation"].rows.text() == "≈ 40"
    QTest.mouseRelease(first, LEFT, pos=first.rect().center())
    assert desk.recipe().validation == pytest.approx(0.2, abs=0.011)
    assert round(100 * desk.recipe().validation, 6) == round(100 * desk.recipe().validation)
    assert desk.window.document.depth == before + 1
    desk.window.document.undo()
    assert desk.recipe().validation == 0.1


def test_escape_ends_a_drag_without_a_trace(desk) -> None:
    strip = strip_of(desk)
    first = strip.bar.boundaries[0]
    before = desk.window.document.depth
    drag(first, -40, drop=False)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert shown(strip) == ["150 75 %", "20 10 %", "30 15 %"]
    QTest.mouseRelease(first, LEFT, pos=first.rect().center())
    assert desk.window.document.depth == before


def test_a_screen_reader_finds_and_moves_a_boundary(desk) -> None:
    strip = strip_of(desk)
    first, second = strip.bar.boundaries
    for boundary, name, value in ((first, "Training, in percent", 75), (second, "Test, in percent", 15)):
        spoken = QAccessible.queryAccessibleInterface(boundary)
        assert spoken.role() == QAccessible.Role.Slider
        assert spoken.text(QAccessible.Text.Name) == name
        assert spoken.valueInterface().currentValue() == value
    QAccessible.queryAccessibleInterface(second).valueInterface().setCurrentValue(20)
    assert (desk.recipe().validation, desk.recipe().test) == (pytest.approx(0.05), pytest.approx(0.2))


def test_the_wheel_scrolls_the_panel_and_moves_nothing(desk) -> None:
    strip = strip_of(desk)
    value = strip.bar.boundaries[0].value()
    at = QPointF(strip.bar.boundaries[0].rect().center())
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(at, at, QPoint(), QPoint(0, 120), buttons, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(strip.bar.boundaries[0], event)
    assert strip.bar.boundaries[0].value() == value


def test_a_table_with_groups_says_how_many(desk, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    rows = [f"p{n % 12},{n / 7:.3f},{'yes' if n % 3 else 'no'}" for n in range(120)]
    path.write_text("patient,dose,ill\n" + "\n".join([*rows, *rows[:6]]) + "\n", encoding="utf-8")
    opened(desk, path)
    desk.window.document.try_setting("Group", "dataset_options.group", "patient")
    page = data_page(desk)
    desk.until(lambda: page.split.words.text().startswith("By group: 12 groups of patient."), "the groups")
    assert "6 copies stay with the sample they repeat." in page.split.words.text()
    assert sum(int(page.split.lines[name].rows.text()) for name in PARTS) == 126


def test_without_the_file_there_are_shares_and_no_numbers(desk, tmp_path: Path) -> None:
    desk.window.document.set_recipe(
        "Data", Recipe(dataset="own-table", dataset_options={"path": str(tmp_path / "gone.csv")}, validation=0.2)
    )
    page = data_page(desk)
    assert shown(page.split) == [" 65 %", " 20 %", " 15 %"]
    assert page.split.words.text() == "Counted once the file is read."


def test_much_and_little_find_room(qapp, letters) -> None:
    strip = SplitStrip()
    strip.setFixedWidth(230)
    strip.show()
    strip.show_split(SplitFacts(Shares(0.01, 0.01), {"train": 98_000_000, "validation": 1_000_000, "test": 1_000_000}))
    QApplication.processEvents()
    assert shown(strip) == ["98,000,000 98 %", "1,000,000 1 %", "1,000,000 1 %"]
    for line in strip.lines.values():
        for label in (line.title, line.rows, line.share):
            assert label.width() >= label.sizeHint().width()
    first, second = strip.bar.boundaries
    assert not first.geometry().intersects(second.geometry())
    for boundary in (first, second):
        assert strip.bar.rect().contains(boundary.geometry())
    strip.show_split(SplitFacts(Shares(0.0, 0.0), {"train": 7, "validation": 0, "test": 0}))
    QApplication.processEvents()
    assert shown(strip) == ["7 100 %", "0 0 %", "0 0 %"]
    assert not first.geometry().intersects(second.geometry())
    strip.deleteLater()
