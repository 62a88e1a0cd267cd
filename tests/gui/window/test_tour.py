"""The tour: each step is over when somebody has done it, it can be left at any time, and it is in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import windows
from gui.help.placing import EDGE, beside
from gui.help.tour import SEEN, Tour, layer_changed
from gui.settings_file import settings
from resources import examples

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def draw(pad: QWidget) -> None:
    """A stroke by the mouse."""
    middle = pad.rect().center()
    QTest.mousePress(pad, LEFT, Qt.KeyboardModifier.NoModifier, middle - QPoint(0, 30))
    for number in range(1, 7):
        QTest.mouseMove(pad, middle + QPoint(0, 10 * number - 30))
    QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, middle + QPoint(0, 30))


@pytest.fixture
def tour(desk) -> Tour:
    """At its first step, in a project with a pad, a drawing that can be trained, and layers to change."""
    desk.use("digit-mlp", dataset="strokes", dataset_options__samples=200, epochs=1)
    QApplication.processEvents()
    desk.do("tour")
    QApplication.processEvents()
    return desk.window.help.tour


def title(tour: Tour) -> str:
    assert tour.card is not None
    return tour.card.title.text()


def test_each_step_is_over_when_it_is_done(desk, tour) -> None:
    window = desk.window
    assert (tour.card.number.text(), title(tour)) == ("STEP 1 OF 3", "Draw a digit")
    draw(window.tryout.pad.pad)
    assert (tour.card.number.text(), title(tour)) == ("STEP 2 OF 3", "Train the network")
    desk.click(window.toolbar.train)
    desk.until(lambda: title(tour) == "Change a layer", "the third step")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    layer = desk.node("Linear")
    desk.click(window.canvas.viewport(), window.canvas.viewport().mapFromGlobal(window.canvas.place_of(layer)))
    assert window.document.selection == {layer}
    assert title(tour) == "Change a layer", "selecting is not changing"
    desk.type_into(window.inspector.layer.form.field("out_features").edit, "32")
    assert title(tour) == "That is the whole tour"
    assert not tour.card.next_button.isVisible()
    desk.click(tour.card.leave_button)
    assert not tour.running


def test_the_steps_may_be_done_in_any_order(desk, tour) -> None:
    layer = desk.node("Linear")
    desk.window.document.edit("Change", desk.graph.set_params(layer, out_features=9))
    assert title(tour) == "Draw a digit"
    tour.next()
    assert title(tour) == "Train the network"
    tour.next()
    assert not tour.running, "the third step is done already"


@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize("way", ["button", "esc in the diagram", "esc on the card"])
def test_it_is_left_at_any_time(desk, tour, steps: int, way: str) -> None:
    for _step in range(steps):
        desk.click(tour.card.next_button)
    if way == "button":
        desk.click(tour.card.leave_button)
    elif way == "esc in the diagram":
        desk.window.canvas.setFocus()
        QTest.keyClick(desk.window.canvas, Key.Key_Escape)
    else:
        tour.card.next_button.setFocus()
        QTest.keyClick(tour.card.next_button, Key.Key_Escape)
        assert desk.window.canvas.hasFocus()
    assert not tour.running
    assert tour.step is None
    desk.window.document.edit("Change", desk.graph.set_params(desk.node("Linear"), out_features=9))
    draw(desk.window.tryout.pad.pad)
    assert not tour.running, "what is done later means nothing to it"
    desk.do("tour")
    assert title(tour) == "Draw a digit"


def test_next_on_the_last_step_ends_it(desk, tour) -> None:
    for _step in range(3):
        desk.click(tour.card.next_button)
    assert not tour.running


def test_esc_is_for_what_one_is_about_before_it_is_for_the_tour(desk, tour) -> None:
    window = desk.window
    edit = window.toolbar.field("epochs").edit
    desk.type_into(edit, "77", enter=False)
    QTest.keyClick(edit, Key.Key_Escape)
    assert edit.text() == "1"
    assert tour.running
    window.palette_panel.field.setFocus()
    QTest.keyClicks(window.palette_panel.field, "conv")
    QTest.keyClick(window.palette_panel.field, Key.Key_Escape)
    assert window.palette_panel.field.text() == ""
    assert tour.running
    window.canvas.pick_up("ReLU")
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert window.canvas.gesture is None
    assert tour.running
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Key.Key_Space)
    QTest.keyClick(window.canvas.quick_add.field, Key.Key_Escape)
    assert not window.canvas.quick_add.isVisible()
    assert tour.running
    desk.do("explain")
    assert window.help.card is not None
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert window.help.card is None, "the explanation was opened last"
    assert tour.running
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert not tour.running


@pytest.mark.parametrize("size", [(960, 640), (1280, 800), (1440, 900)])
def test_the_card_never_covers_what_it_speaks_of(desk, tour, size: tuple[int, int]) -> None:
    window = desk.window
    window.resize(*size)
    QApplication.processEvents()
    for _step in range(3):
        tour.place()
        card = on_screen(tour.card)
        assert on_screen(window).contains(card)
        for thing in tour.spoken_of():
            assert not card.intersects(thing), (title(tour), card, thing)
        tour.next()


def test_the_card_follows_what_it_speaks_of(desk, tour) -> None:
    tour.next()
    tour.next()
    before = tour.card.pos()
    desk.window.canvas.pan_by(QPoint(0, 60))
    desk.until(lambda: tour.card.pos() != before, "the card beside the layer again")


def test_it_takes_neither_keyboard_nor_mouse(desk, tour) -> None:
    assert QApplication.activeModalWidget() is None
    desk.window.canvas.setFocus()
    desk.click(tour.card.next_button)
    assert desk.window.canvas.hasFocus()
    assert title(tour) == "Train the network"
    for _stop in range(250):
        if tour.card.next_button.hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert tour.card.next_button.hasFocus(), "Tab reaches it"
    QTest.keyClick(tour.card.next_button, Key.Key_Space)
    assert title(tour) == "Change a layer"


def test_it_is_said_to_a_screen_reader(desk) -> None:
    said: list[str] = []
    desk.window.canvas.announcer.said.connect(said.append)
    desk.use("digit-mlp")
    desk.do("tour")
    assert any("Step 1 of 3. Draw a digit. " in words for words in said)


def test_a_project_without_a_pad_has_fewer_steps(desk) -> None:
    desk.use("points-2d")
    desk.do("tour")
    tour = desk.window.help.tour
    assert (tour.card.number.text(), title(tour)) == ("STEP 1 OF 2", "Train the network")
    desk.use("empty")
    assert not tour.running, "another project ends it"
    desk.do("tour")
    assert "Change a layer" not in [step.title for step in tour.steps], "there is none yet"


def test_only_settings_count_as_a_change_of_a_layer(desk) -> None:
    graph, layer = desk.graph, desk.node("Linear")
    assert layer_changed(graph, graph.set_params(layer, out_features=3))
    assert not layer_changed(graph, graph.move({layer: (1.0, 2.0)}))
    assert not layer_changed(graph, graph.add("ReLU"))
    assert not layer_changed(graph, graph)


def test_words_keep_beside_things_wherever_those_are() -> None:
    area, size = QRect(0, 0, 1000, 700), QSize(300, 150)
    room = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    for x in range(0, 1000, 90):
        for y in range(0, 700, 90):
            thing = QRect(x, y, 120, 60)
            place = beside([thing], size, area)
            assert room.contains(place)
            assert place.size() == size
            assert not place.intersects(thing)
    assert room.contains(beside([area], size, area)), "beside what fills the window it still lies in the window"


# The first start


def test_it_is_shown_at_the_very_first_start_only(desk) -> None:
    settings().clear()
    windows.begin(desk.window, None)
    assert title(desk.window.help.tour) == "Draw a digit"
    assert settings().value(SEEN, False, bool)
    desk.window.help.tour.leave()
    windows.begin(desk.window, None)
    assert not desk.window.help.tour.running


def test_it_is_not_shown_with_a_file(desk) -> None:
    settings().clear()
    windows.begin(desk.window, examples.path("line"))
    assert not desk.window.help.tour.running
    assert not settings().value(SEEN, False, bool)


@pytest.mark.parametrize("known", ["recent", "last"])
def test_it_is_not_shown_to_somebody_who_has_worked_here_before(desk, tmp_path: Path, known: str) -> None:
    settings().clear()
    settings().setValue(known, str(tmp_path / "old.sketchnet"))
    windows.begin(desk.window, None)
    assert not desk.window.help.tour.running


def test_a_window_does_not_show_it_by_itself(desk) -> None:
    settings().clear()
    desk.window.begin(None)
    QApplication.processEvents()
    assert not desk.window.help.tour.running
