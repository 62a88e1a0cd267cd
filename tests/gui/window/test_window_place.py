"""Where windows and panels were comes back at the next start, where it can be seen, and not where nobody wants it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.on_screen import stay_on_screen
from gui.preferences.layout import forget_places
from gui.preferences.store import preferences
from gui.settings_file import settings
from gui.window import Window


@pytest.fixture
def windows(desk):
    made: list[Window] = []

    def start() -> Window:
        for window in (desk.window, *made):
            window.close()
        forget_places()
        made.append(Window())
        return made[-1]

    yield start
    for window in made:
        window.close()
        window.deleteLater()
    preferences().reset()


def seen(widget: QWidget) -> bool:
    area = QApplication.primaryScreen().availableGeometry()
    return area.contains(QRect(widget.geometry().topLeft(), QSize(100, 20)))


def test_places_come_back(desk, windows) -> None:
    desk.window.setGeometry(90, 70, 1100, 720)
    QTest.keySequence(desk.window, "Ctrl+Shift+O")
    assert desk.window.left.currentWidget() is desk.window.outline
    again = windows()
    assert again.geometry() == QRect(90, 70, 1100, 720)
    assert again.left.currentWidget() is again.outline


def test_places_are_forgotten_where_they_are_not_to_be_restored(desk, windows) -> None:
    desk.window.setGeometry(90, 70, 1100, 720)
    QTest.keySequence(desk.window, "Ctrl+Shift+O")
    settings().setValue("views/classification/detached", ["matrix"])
    settings().setValue("splitter/right", b"x")
    preferences().set("restore_layout", False)
    again = windows()
    assert again.size() != QSize(1100, 720)
    assert again.left.currentWidget() is again.palette_panel
    left = [key for key in settings().allKeys() if key.startswith(("views", "splitter", "geometry", "map"))]
    assert left == []


@pytest.mark.parametrize("place", [(-3000, 100), (100, -900), (9000, 9000), (1890, 100), (200, 1195), (-1100, 20)])
def test_a_window_that_was_on_a_screen_that_is_gone_is_seen(desk, windows, place) -> None:
    desk.window.resize(1100, 720)
    desk.window.move(*place)
    again = windows()
    again.show()
    assert seen(again)
    assert again.size() == QSize(1100, 720)


def test_settings_that_make_no_sense_do_no_harm(desk, windows) -> None:
    desk.window.close()
    for key in ("geometry", "map", "left", "splitter/right", "splitter/sides"):
        settings().setValue(key, "nonsense")
    again = windows()
    again.show()
    assert seen(again)


@pytest.mark.parametrize("place", [(0, 0), (1200, 600), (-200, 100), (1700, 100)])
def test_a_window_that_can_be_moved_stays_where_it_is(qtbot, place) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setGeometry(*place, 500, 300)
    stay_on_screen(widget)
    assert widget.pos() == QPoint(*place)


def test_a_window_larger_than_every_screen_gets_smaller(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setGeometry(-9000, -9000, 8000, 5000)
    stay_on_screen(widget)
    assert QApplication.primaryScreen().availableGeometry().contains(widget.geometry())
