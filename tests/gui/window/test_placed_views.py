"""Views of results over the window and in windows of their own: none is ever lost, and where they lie is remembered."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from gui import theme
from gui.detached_view import DetachedView, StandIn
from gui.settings_file import settings
from gui.window import Window

LEFT = Qt.MouseButton.LeftButton


def settle() -> None:
    for _turn in range(3):
        QApplication.processEvents()


@pytest.fixture
def results(desk) -> Any:
    desk.window.resize(1440, 900)
    settle()
    assert desk.window.results.space.isVisible()
    return desk.window.results


def tab_middle(results: Any, title: str) -> QPoint:
    bar = results.tabBar()
    index = next(n for n in range(results.count()) if results.tabText(n) == title)
    return bar.tabRect(index).center()


def enlarge_tab(results: Any, title: str) -> None:
    QTest.mouseClick(results.tabBar(), LEFT, pos=tab_middle(results, title))
    QTest.mouseDClick(results.tabBar(), LEFT, pos=tab_middle(results, title))
    settle()


def choose_in_menu(words: str) -> None:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == words)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    settle()


def detach_tab(results: Any, title: str) -> None:
    results.tabBar().customContextMenuRequested.emit(tab_middle(results, title))
    choose_in_menu("Detach")


def test_a_double_click_on_a_tab_enlarges_its_view_and_esc_goes_back(desk, results) -> None:
    for title, view in (("Layers", results.layers), ("Curves", results.curves_page), ("Problems", results.problems)):
        height = view.height()
        enlarge_tab(results, title)
        assert view.isVisible()
        assert not desk.window.canvas.isVisible()
        assert view.window() is desk.window
        assert view.height() > height + 100
        assert results.enlarged.title.text() == title
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        settle()
        assert desk.window.canvas.isVisible()
        assert desk.window.canvas.hasFocus()
        assert results.currentWidget() is view


def test_a_double_click_on_the_title_goes_back(desk, results) -> None:
    enlarge_tab(results, "Layers")
    QTest.mouseDClick(results.layers, LEFT, pos=QPoint(results.layers.width() // 2, results.layers.height() - 5))
    assert results.is_enlarged, "a double click in the view is the view's"
    QTest.mouseDClick(results.enlarged.title, LEFT)
    settle()
    assert not results.is_enlarged
    assert desk.window.canvas.isVisible()
    assert results.currentWidget() is results.layers


def test_the_button_over_the_map_enlarges_it_and_its_menu_detaches_it(desk, results) -> None:
    button = results.curves_page.button
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    settle()
    assert results.space.height() > 500
    assert results.space.window() is desk.window
    QTest.mouseClick(results.enlarged.back, LEFT)
    settle()
    assert results.curves_page.beside is results.space
    button.customContextMenuRequested.emit(QPoint(3, 3))
    choose_in_menu("Detach")
    assert isinstance(results.space.window(), DetachedView)
    assert results.curves_page.beside is None
    assert not button.isVisible()
    results.space.window().close()
    settle()
    assert results.curves_page.beside is results.space
    assert results.space.isVisible()


def test_keys_enlarge_and_detach_what_is_in_front(desk, results) -> None:
    results.setCurrentWidget(results.layers)
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_F11)
    assert results.layers.isVisible()
    assert not desk.window.canvas.isVisible()
    QTest.keyClick(desk.window, Qt.Key.Key_F11)
    assert desk.window.canvas.isVisible()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert isinstance(results.layers.window(), DetachedView)
    window = results.layers.window()
    assert desk.window.commands["train"] in window.actions(), "its keys work there too"


def test_enter_presses_a_button_in_a_detached_window_and_esc_leaves_the_whole_screen(desk, results) -> None:
    desk.use("gan-points", epochs=1)
    desk.train_to_the_end()
    view = results.view("samples")
    results.detach("samples")
    settle()
    window = view.window()
    assert isinstance(window, DetachedView)
    desk.until(view.another.isVisible, "something to show")
    said = view.note.text()
    view.another.setFocus()
    QTest.keyClick(view.another, Qt.Key.Key_Return)
    assert view.note.text() != said
    results.enlarge("samples")
    assert window.isFullScreen()
    QTest.keyClick(view.another, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_a_detached_view_has_a_stand_in_that_brings_it_back(desk, results) -> None:
    detach_tab(results, "Layers")
    window = results.layers.window()
    assert isinstance(window, DetachedView)
    assert window.isVisible()
    assert window.windowTitle() == "Layers"
    assert results.layers.isVisible()
    assert results.front == "curves"
    QTest.mouseClick(results.tabBar(), LEFT, pos=tab_middle(results, "Layers"))
    stand_in = results.currentWidget()
    assert isinstance(stand_in, StandIn)
    QTest.mouseClick(stand_in.back, LEFT)
    settle()
    assert results.currentWidget() is results.layers
    assert results.layers.isVisible()
    assert not window.isVisible()


def test_a_detached_view_goes_on_where_the_new_kind_has_it_and_is_put_away_where_not(desk, results) -> None:
    detach_tab(results, "Layers")
    desk.window.results.detach("plane")
    settle()
    layers, plane = results.layers.window(), results.space.window()
    desk.window.document.try_setting("Learn", "task.kind", "k-means")
    settle()
    assert results.layers.window() is layers
    assert layers.isVisible()
    assert not plane.isVisible()
    assert results.view("plane") is None
    assert results.view("groups").isVisible()
    desk.window.document.try_setting("Learn", "task.kind", "classification")
    settle()
    assert results.space.isVisible(), "where it was"
    assert isinstance(results.space.window(), DetachedView)


def test_opening_a_project_and_another_theme_lose_nothing(desk, results, qapp) -> None:
    detach_tab(results, "Layers")
    enlarge_tab(results, "Test")
    theme.apply(qapp, "dark")
    settle()
    assert results.test.isVisible()
    assert results.layers.isVisible()
    desk.use("houses")
    settle()
    assert desk.window.canvas.isVisible(), "one sees the drawing that was opened"
    for name in ("curves", "test", "layers"):
        results.bring(name)
        settle()
        view = {"curves": results.curves_page, "test": results.test, "layers": results.layers}[name]
        assert view.isVisible(), name
    theme.apply(qapp, "light")


def test_a_map_that_no_longer_fits_the_data_closes_its_window_and_comes_back_with_data_that_it_fits(desk, results):
    results.detach("plane")
    settle()
    desk.use("empty", dataset="iris")
    settle()
    assert not results.space.isVisible()
    assert not results.windows
    desk.use("points-2d")
    settle()
    assert results.space.isVisible()


def test_what_asks_for_the_diagram_goes_back_to_it(desk, results) -> None:
    enlarge_tab(results, "Layers")
    results.layers.reveal.emit(desk.node("Linear"))
    settle()
    assert desk.window.canvas.isVisible()
    assert results.currentWidget() is results.layers
    enlarge_tab(results, "Layers")
    desk.window.show_problems()
    settle()
    assert results.problems.isVisible()
    assert desk.window.canvas.isVisible()


def test_where_views_lie_is_there_at_the_next_start(desk, results) -> None:
    detach_tab(results, "Layers")
    window = results.layers.window()
    window.setGeometry(QRect(200, 150, 640, 480))
    QTest.mouseClick(results.tabBar(), LEFT, pos=tab_middle(results, "Test"))
    results.setCurrentWidget(results.curves_page)
    settle()
    handle = results.curves_page.findChild(type(results.parentWidget())).handle(1)
    at = handle.rect().center()
    QTest.mousePress(handle, LEFT, pos=at)
    QTest.mouseMove(handle, at - QPoint(120, 0))
    QTest.mouseRelease(handle, LEFT, pos=at - QPoint(120, 0))
    width = results.space.width()
    QTest.mouseClick(results.tabBar(), LEFT, pos=tab_middle(results, "Test"))
    desk.window.close()
    assert not window.isVisible()
    other = Window()
    other.session.new("points-2d")
    other.resize(1440, 900)
    other.show()
    desk.until(lambda: bool(other.results.windows), "the window of the layers")
    assert other.results.layers.window().geometry().size() == QRect(0, 0, 640, 480).size()
    assert other.results.currentWidget() is other.results.test
    other.results.setCurrentWidget(other.results.curves_page)
    settle()
    assert abs(other.results.space.width() - width) < 12
    other.close()
    other.deleteLater()


def test_training_does_not_change_what_is_remembered(desk, results) -> None:
    QTest.mouseClick(results.tabBar(), LEFT, pos=tab_middle(results, "Layers"))
    desk.train_to_the_end()
    assert results.front == "curves", "what is going on is there"
    assert settings().value("views/classification/front") == "layers"


def test_a_window_whose_screen_is_gone_is_brought_to_one_that_is_there(desk, results) -> None:
    detach_tab(results, "Layers")
    window = results.layers.window()
    window.move(100_000, 100_000)
    QApplication.instance().screenRemoved.emit(None)
    assert any(screen.geometry().intersects(window.geometry()) for screen in QApplication.screens())


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_view_that_is_detached_has_one_window_however_the_others_are_moved_meanwhile(desk, width: int) -> None:
    desk.window.resize(width, 800)
    desk.use("gan-digits", dataset="strokes")
    settle()
    results = desk.window.results
    assert results.currentWidget() is results.view("samples")
    results.detach("samples")
    settle()
    windows = [window for window in QApplication.topLevelWidgets() if isinstance(window, DetachedView)]
    assert [window.view for window in windows if window.isVisible()] == [results.view("samples")]


def test_the_first_view_of_a_kind_is_in_front_when_it_is_first_met(desk, results) -> None:
    desk.window.document.try_setting("Learn", "task.kind", "gan")
    settle()
    assert results.view("samples").isVisible()
    assert results.curves.isVisible(), "beside the curves, for points"
