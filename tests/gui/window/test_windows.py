"""Several windows in one program: each with its own project, none in the way of another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.project.file import SUFFIX
from gui.application import Application
from gui.frame import menu_of
from gui.open_windows import open_windows
from gui.plain_text import titled
from gui.request import Request
from gui.window import Window
from gui.windows import Windows
from resources import examples
from tests.gui.window.conftest import Answers, Desk, live_until

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def all_windows() -> list[Window]:
    return [window for window in open_windows().all if isinstance(window, Window)]


def projects() -> set[str]:
    return {window.session.name for window in all_windows()}


@pytest.fixture
def windows(desk: Desk) -> Iterator[Windows]:
    """What makes windows beside that of the desk; they are closed, and their work is given up, afterwards."""
    made = Windows()
    yield made
    for window in all_windows():
        if window is not desk.window:
            answered(window).choice = "discard"
            window.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def answered(window: Window) -> Answers:
    """Somebody who answers the questions of a window."""
    answers = Answers(window)
    window.dialogs = window.files.dialogs = answers
    return answers


def edited(window: Window) -> None:
    window.document.edit("Add", window.document.graph.add("Linear"))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [Path(shutil.copy(examples.path("digits"), tmp_path / f"{name}{SUFFIX}")) for name in ("one", "two")]


def test_a_new_window_is_a_project_of_its_own(desk: Desk, windows: Windows) -> None:
    edited(desk.window)
    before = desk.window.document.sketch
    QTest.keySequence(desk.window, "Ctrl+Alt+N")
    other = next(window for window in all_windows() if window is not desk.window)
    assert other.isVisible()
    assert other.pos() != desk.window.pos()
    assert other.screen().availableGeometry().contains(other.geometry())
    assert other.document.graph.nodes.keys() == {"n1", "n2"}
    edited(other)
    assert desk.window.document.sketch is before
    assert other.session.journal.path != desk.window.session.journal.path
    for window in (other, desk.window):
        window.session.write_journal()
    assert other.session.journal.path.exists()
    other.session.discard_journal()
    assert desk.window.session.journal.path.exists(), "the work of the other window"


def test_an_untouched_window_is_used_and_one_in_use_is_left(desk: Desk, windows: Windows, files: list[Path]) -> None:
    desk.window.session.new("empty")
    windows.serve(Request((files[0],)))
    assert all_windows() == [desk.window]
    assert projects() == {"one"}
    windows.serve(Request((files[1],)))
    assert projects() == {"one", "two"}
    windows.serve(Request((files[0], files[1])))
    assert len(all_windows()) == 2, "both are shown already"


def test_work_without_a_file_is_no_untouched_window(desk: Desk, windows: Windows, files: list[Path]) -> None:
    desk.window.session.new("empty")
    edited(desk.window)
    windows.serve(Request((files[0],)))
    assert projects() == {"untitled", "one"}
    assert desk.answers.asked == []


def test_a_file_that_is_shown_elsewhere_is_not_opened_twice(desk: Desk, windows: Windows, files: list[Path]) -> None:
    """By whatever path, and whoever asks."""
    link = files[0].with_name(f"link{SUFFIX}")
    link.symlink_to(files[0])
    assert desk.window.files.open(files[0])
    other = windows.another()
    answers = answered(other)
    assert not other.files.open(link)
    assert other.session.path is None
    windows.open(link)
    assert len(all_windows()) == 2
    edited(other)
    answers.path = files[0]
    assert not other.files.save(), "it is open in another window"
    assert "another window" in answers.told[0]
    assert desk.window.session.path == files[0]


def test_a_closed_window_gives_its_file_back(desk: Desk, windows: Windows, files: list[Path]) -> None:
    windows.serve(Request((files[0],), new_window=True))
    other = next(window for window in all_windows() if window is not desk.window)
    assert other.close()
    assert desk.window.files.open(files[0])
    assert desk.window.session.path == files[0]


def test_what_cannot_be_opened_leaves_no_window(desk: Desk, windows: Windows, tmp_path: Path, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("gui.dialogs.Dialogs.tell", lambda _self, title, sentence: told.append(sentence))
    edited(desk.window)
    bad = tmp_path / f"bad{SUFFIX}"
    bad.write_bytes(b"PK no")
    windows.serve(Request((bad, tmp_path / f"none{SUFFIX}")))
    assert all_windows() == [desk.window]
    assert len(told) == 2


def test_the_menu_lists_the_windows_when_there_are_two(desk: Desk, windows: Windows, files: list[Path]) -> None:
    menu = menu_of(desk.window, "&Window")
    assert not menu.menuAction().isVisible()
    windows.serve(Request((files[0],), new_window=True))
    assert menu.menuAction().isVisible()
    edited(desk.window)
    menu.aboutToShow.emit()
    assert {action.text() for action in menu.actions()} == {titled(window) for window in all_windows()}
    other = open_windows().front
    assert other is not None
    assert other is not desk.window
    next(action for action in menu.actions() if action.isChecked()).trigger()
    live_until(lambda: QApplication.activeWindow() is desk.window, "the window that was chosen is in front")
    other.close()
    assert not menu.menuAction().isVisible()


def test_quit_asks_in_every_window_and_stops_where_one_is_to_stay(desk: Desk, windows: Windows) -> None:
    other = windows.another()
    answers = answered(other)
    edited(other)
    edited(desk.window)
    desk.answers.choice = answers.choice = "cancel"
    desk.do("close")
    assert [*answers.asked, *desk.answers.asked] == ["unsaved untitled"], "nobody is asked on after Cancel"
    assert len(all_windows()) == 2
    desk.answers.choice = answers.choice = "discard"
    desk.do("close")
    assert all_windows() == []


def test_closing_one_window_leaves_the_others(desk: Desk, windows: Windows) -> None:
    other = windows.another()
    other.commands["close_window"].trigger()
    assert all_windows() == [desk.window]
    assert desk.window.isVisible()
    assert not desk.window.studio.trainer.running


def test_two_windows_train_at_once_and_learn_what_each_would_alone(desk: Desk, windows: Windows) -> None:
    def learned(window: Window) -> dict[str, bytes]:
        trained = window.session.trained
        assert trained is not None
        return {name: value.tobytes() for name, value in trained.weights.items()}

    def use(window: Window, seed: int) -> None:
        window.session.new("points-2d")
        recipe = window.document.recipe.with_settings({"epochs": 2, "dataset_options.samples": 200, "seed": seed})
        window.document.set_recipe("Change", recipe)

    other = windows.another()
    answered(other)
    both = (desk.window, other)
    for seed, window in enumerate(both):
        use(window, seed)
        assert window.studio.train()
    live_until(lambda: not any(window.studio.training for window in both), "the end of both runs")
    together = [learned(window) for window in both]
    for seed, window in enumerate(both):
        use(window, seed)
        assert window.studio.train()
        live_until(lambda window=window: not window.studio.training, "the end of a run alone")
    assert [learned(window) for window in both] == together


def test_what_one_window_changes_for_all_is_seen_in_the_others(
    desk: Desk, windows: Windows, files: list[Path], own_folder: Path
) -> None:
    other = windows.another()
    answered(other)
    assert desk.window.files.open(files[0])
    live_until(lambda: any("one" in action.text() for action in other.menus.recent.actions()), "the recent file")
    refreshed: list[None] = []
    other.palette_panel.model.modelReset.connect(lambda: refreshed.append(None))
    desk.window.my_blocks.load()
    assert refreshed


def test_a_file_dropped_on_the_icon_is_opened(desk: Desk, windows: Windows, files: list[Path]) -> None:
    """As macOS says it."""
    opened: list[Path] = []
    program = SimpleNamespace(file_opened=SimpleNamespace(emit=opened.append))  # a test has its application already
    assert Application.event(program, QFileOpenEvent(QUrl.fromLocalFile(str(files[0]))))  # type: ignore[arg-type]
    assert opened == [files[0]]
    desk.window.session.new("empty")
    windows.open_file(opened[0])
    assert projects() == {"one"}
