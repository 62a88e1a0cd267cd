"""Files in the window: opening, saving, recent files, drops, the question about unsaved work."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from engine.project import rescue
from engine.project.file import SUFFIX, read, write
from engine.project.project import Project
from engine.project.recovery import Journal, journal_folder, left_over
from engine.project.rescue import rescue_folder
from engine.training.recipe import Recipe
from gui import files
from gui.project_session import Opened, look_into
from gui.recent import recent_files, told_apart
from gui.settings_file import settings
from gui.window import Window


def project_file(folder: Path, name: str, kind: str = "Dropout") -> Path:
    """A project with one layer called after the file."""
    path = folder / f"{name}{SUFFIX}"
    graph = Project().graph.add(kind, name=name)
    write(Project(graph, Recipe(dataset="circles")), path)
    return path


def edit(desk) -> None:
    desk.window.document.edit("Add", desk.graph.add("ReLU", name="unsaved"))


def names(desk) -> set[str]:
    return {node.name for node in desk.graph.nodes.values()}


# Opening


def test_open_shows_the_file_and_remembers_it(desk, tmp_path) -> None:
    desk.answers.path = project_file(tmp_path, "one")
    desk.do("open")
    assert "one" in names(desk)
    assert desk.window.windowTitle() == "one[*]"
    assert not desk.window.isWindowModified()
    desk.until(lambda: recent_files() == [desk.answers.path], "it is remembered")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"just words"])
def test_a_damaged_file_is_one_sentence_and_changes_nothing(desk, tmp_path, content) -> None:
    edit(desk)
    desk.window.session.write_journal()
    before = desk.window.document.sketch
    bad = tmp_path / f"bad{SUFFIX}"
    bad.write_bytes(content)
    assert not desk.window.files.open(bad)
    assert len(desk.answers.told) == 1
    assert desk.answers.told[0].endswith(".")
    assert "Traceback" not in desk.answers.told[0]
    assert desk.answers.asked == [], "nobody has to give up work for a file that cannot be opened"
    assert desk.window.document.sketch is before
    assert desk.window.document.can_undo
    assert desk.window.isWindowModified()
    assert desk.window.session.journal.path.exists(), "the unsaved work is still in the journal"
    assert recent_files() == []


def test_the_window_goes_on_while_a_file_is_read(desk, tmp_path, monkeypatch) -> None:
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(len(ticks)))
    timer.start(5)

    def read_when_the_window_has_gone_on(path: Path) -> Opened:
        end = time.monotonic() + 60.0
        while len(ticks) <= 10:
            assert time.monotonic() < end, "the window waits for the file"
            time.sleep(0.002)
        return look_into(path)

    monkeypatch.setattr(files, "look_into", read_when_the_window_has_gone_on)
    assert desk.window.files.open(project_file(tmp_path, "slow"))
    assert len(ticks) > 10
    assert "slow" in names(desk)


@pytest.mark.parametrize("panel", ["palette_panel", "outline"])
def test_nothing_in_the_window_asks_for_all_of_a_large_drawing_at_once(desk, tmp_path, monkeypatch, panel) -> None:
    """Else opening would hold up the window: what is drawn in slices has to be left to them."""
    graph = Project().graph
    for k in range(600):
        graph = graph.add("ReLU", position=(200.0 * (k % 25), 140.0 * (k // 25)))
    path = tmp_path / f"large{SUFFIX}"
    write(Project(graph, Recipe(dataset="circles")), path)
    desk.window.left.setCurrentWidget(getattr(desk.window, panel))
    slices, asked = desk.window.canvas.projection.slices, []

    def finish() -> None:
        if slices.pending:
            asked.append("".join(traceback.format_stack()[-4:]))

    def watch(act: Callable[[], object]) -> None:
        with monkeypatch.context() as watched:
            watched.setattr(slices, "finish", finish)
            act()
            assert slices.pending
            desk.until(lambda: not slices.pending, "it is drawn")
        assert asked == []
        assert len(desk.window.canvas.projection.nodes) == 602

    watch(lambda: desk.window.files.open(path))
    desk.until(desk.window.canvas.sees_all, "all of it is in view")
    watch(desk.window.canvas.commands.tidy)
    desk.window.canvas.emphasis.show_flow(True)
    desk.window.document.select({"n9"})
    watch(desk.window.document.undo)
    watch(desk.window.document.redo)


def slowly(monkeypatch, seconds: float = 0.3) -> None:
    """Let reading a file take its time."""

    def read_slowly(path: Path) -> Opened:
        time.sleep(seconds)
        return look_into(path)

    monkeypatch.setattr(files, "look_into", read_slowly)


def test_a_file_that_is_dropped_while_another_is_read_comes_after_it(desk, tmp_path, monkeypatch) -> None:
    slowly(monkeypatch)
    one, two = project_file(tmp_path, "one"), project_file(tmp_path, "two")
    shown: list[str] = []
    desk.window.session.replaced.connect(lambda: shown.append(desk.window.session.name))
    QTimer.singleShot(50, lambda: desk.window.files.open(two))
    assert desk.window.files.open(one)
    desk.until(lambda: len(shown) == 2, "both were opened")
    assert shown == ["one", "two"]
    assert desk.answers.asked == []


def test_a_window_that_is_closed_while_a_file_is_read_is_closed_after_it(desk, tmp_path, monkeypatch) -> None:
    slowly(monkeypatch)
    edit(desk)
    desk.answers.choice = "discard"
    QTimer.singleShot(50, desk.window.close)
    assert desk.window.files.open(project_file(tmp_path, "one"))
    assert desk.window.isVisible()
    assert desk.answers.asked == ["unsaved untitled"] or len(desk.answers.asked) == 1
    desk.until(lambda: not desk.window.isVisible(), "the window is closed")
    assert len(desk.answers.asked) == 1


def test_what_was_opened_is_remembered_before_anything_else_happens(desk, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "REMEMBER_MS", 3_600_000)
    one, two = project_file(tmp_path, "one"), project_file(tmp_path, "two")
    desk.window.files.open(one)
    assert recent_files() == []
    desk.window.files.open(two)
    assert recent_files() == [one]
    desk.window.files.new("empty")
    assert recent_files() == [two, one]
    assert str(settings().value("last", "")) == ""
    desk.window.files.open(one)
    desk.window.close()
    assert recent_files() == [one, two]
    assert Path(str(settings().value("last", ""))) == one.resolve()


def test_opening_the_file_one_is_in_shows_what_was_just_saved(desk, tmp_path) -> None:
    desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.do("save")
    edit(desk)
    desk.answers.choice = "save"
    assert desk.window.files.open(desk.answers.path)
    assert "unsaved" in names(desk)
    assert not desk.window.isWindowModified()
    assert not desk.window.document.can_undo


def test_a_file_that_is_gone_is_told(desk, tmp_path) -> None:
    assert not desk.window.files.open(tmp_path / "gone.sketchnet")
    assert len(desk.answers.told) == 1


def test_recent_files_are_in_the_menu_newest_first(desk, tmp_path) -> None:
    one, two = project_file(tmp_path, "one"), project_file(tmp_path, "two")
    for path in (one, two, one):
        assert desk.window.files.open(path)
        desk.until(lambda path=path: recent_files()[:1] == [path], "it is remembered")
    assert recent_files() == [one, two]
    menu = desk.window.menus.recent
    assert [action.text() for action in menu.actions()] == told_apart([one, two])
    menu.actions()[1].trigger()
    assert "two" in names(desk)
    one.unlink()
    assert recent_files() == [two], "files that are gone are not offered"


def test_files_of_the_same_name_are_told_apart_by_their_folders() -> None:
    root = Path("/home/anna")
    files = [root / "a" / "x" / "net.sketchnet", root / "b" / "x" / "net.sketchnet", root / "a" / "other.sketchnet"]
    here = [str(Path(*parts)) for parts in (("a", "x"), ("b", "x"), ("a",))]
    names = ("net.sketchnet", "net.sketchnet", "other.sketchnet")
    assert told_apart(files) == [f"{name} — {folder}" for name, folder in zip(names, here, strict=True)]
    assert told_apart([files[0], files[0]])[0].startswith("net.sketchnet — "), "the same file twice is no endless work"
    assert told_apart([]) == []


def test_the_menu_tells_files_of_the_same_name_apart(desk, tmp_path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        path = project_file(tmp_path / folder, "net")
        assert desk.window.files.open(path)
        desk.until(lambda path=path: recent_files()[:1] == [path], "it is remembered")
    actions = desk.window.menus.recent.actions()
    assert len({action.text() for action in actions}) == 2
    assert [action.toolTip() for action in actions] == [str(path) for path in recent_files()]


def test_a_file_from_the_command_line_is_opened(desk, tmp_path) -> None:
    desk.window.files.begin(project_file(tmp_path, "asked"))
    assert "asked" in names(desk)


def test_without_a_file_the_last_one_is_opened_again(desk, tmp_path) -> None:
    path = project_file(tmp_path, "last")
    desk.window.files.open(path)
    desk.until(lambda: recent_files() == [path], "it is remembered")
    desk.window.session.new("empty")
    desk.window.files.begin(None)
    assert desk.window.session.path == path
    path.unlink()
    desk.window.files.begin(None)
    assert desk.window.session.path is None
    assert len(desk.graph.nodes) > 4, "the example, since there is no last file"


def test_a_damaged_file_from_the_command_line_still_gives_a_window(desk, tmp_path) -> None:
    bad = tmp_path / f"bad{SUFFIX}"
    bad.write_text("no")
    desk.window.files.begin(bad)
    assert len(desk.answers.told) == 1
    assert len(desk.graph.nodes) > 4


# Drops


def drop(widget: QWidget, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    point = widget.rect().center()
    buttons, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(point, copy, data, buttons, keys)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(point, copy, data, buttons, keys)
    QApplication.sendEvent(widget, move)
    event = QDropEvent(QPointF(point), copy, data, buttons, keys)
    QApplication.sendEvent(widget, event)
    return move.isAccepted() and event.isAccepted()


def test_a_project_dropped_onto_the_window_is_opened(desk, tmp_path) -> None:
    assert drop(desk.window, project_file(tmp_path, "dropped"))
    assert "dropped" in names(desk)


def test_the_ending_may_be_in_capitals(desk, tmp_path) -> None:
    path = project_file(tmp_path, "dropped").rename(tmp_path / "DROPPED.SKETCHNET")
    assert drop(desk.window, path)
    assert "dropped" in names(desk)


@pytest.mark.parametrize("where", [Path("/"), Path(""), Path("/dev/null")])
def test_what_is_no_file_is_one_sentence_from_the_menu_and_at_the_start(desk, where) -> None:
    assert not desk.window.files.open(where)
    assert not desk.window.files.will_ask(where)
    desk.window.files.begin(where)
    assert len(desk.answers.told) == 2


def test_a_project_among_other_files_is_what_is_opened(desk, tmp_path) -> None:
    other = tmp_path / "picture.png"
    other.write_bytes(b"")
    assert drop(desk.window, other, project_file(tmp_path, "dropped"))
    assert "dropped" in names(desk)


def test_a_project_dropped_onto_the_canvas_is_opened_too(desk, tmp_path) -> None:
    assert drop(desk.window.canvas.viewport(), project_file(tmp_path, "dropped"))
    assert "dropped" in names(desk)


# Saving


def test_save_asks_where_once(desk, tmp_path) -> None:
    edit(desk)
    desk.do("save")
    assert desk.window.isWindowModified(), "no place was given, so nothing was saved"
    desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.do("save")
    assert not desk.window.isWindowModified()
    desk.answers.path = tmp_path / f"never asked{SUFFIX}"
    desk.window.document.edit("Add", desk.graph.add("ReLU", name="second"))
    desk.do("save")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".mine{SUFFIX}.lock", f"mine{SUFFIX}"]
    assert read(tmp_path / f"mine{SUFFIX}").graph == desk.graph


def test_save_as_goes_on_in_the_new_file(desk, tmp_path) -> None:
    desk.answers.path = tmp_path / f"one{SUFFIX}"
    desk.do("save")
    edit(desk)
    desk.answers.path = tmp_path / f"two{SUFFIX}"
    desk.do("save_as")
    assert desk.window.session.name == "two"
    assert read(tmp_path / f"two{SUFFIX}").graph == desk.graph
    assert read(tmp_path / f"one{SUFFIX}").graph != desk.graph
    assert recent_files()[0] == desk.answers.path


def test_a_place_that_cannot_be_written_is_told_and_the_work_stays_unsaved(desk, tmp_path) -> None:
    edit(desk)
    desk.answers.path = tmp_path / "no such folder" / f"a{SUFFIX}"
    desk.do("save")
    assert len(desk.answers.told) == 1
    assert desk.window.isWindowModified()
    assert desk.window.session.path is None


# Unsaved work


@pytest.mark.parametrize("choice", ["save", "discard", "cancel"])
def test_opening_another_file_settles_unsaved_work_first(desk, tmp_path, choice) -> None:
    other = project_file(tmp_path, "other")
    mine = desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.do("save")
    edit(desk)
    desk.window.session.write_journal()
    desk.answers.choice = choice
    assert desk.window.files.open(other) == (choice != "cancel")
    assert desk.answers.asked == ["unsaved mine"]
    assert ("other" in names(desk)) == (choice != "cancel")
    saved = {node.name for node in read(mine).graph.nodes.values()}
    assert ("unsaved" in saved) == (choice == "save")
    assert Journal.of(mine).path.exists() == (choice == "cancel")


def test_save_without_a_place_keeps_the_project_open(desk, tmp_path) -> None:
    other = project_file(tmp_path, "other")
    edit(desk)
    desk.answers.choice, desk.answers.path = "save", None
    assert not desk.window.files.open(other)
    assert "unsaved" in names(desk)


def test_nothing_unsaved_is_not_asked_about(desk, tmp_path) -> None:
    assert desk.window.files.open(project_file(tmp_path, "other"))
    assert desk.answers.asked == []


@pytest.mark.parametrize("choice", ["save", "discard", "cancel"])
def test_closing_the_window_asks_about_unsaved_work(desk, tmp_path, choice) -> None:
    desk.answers.path = tmp_path / f"mine{SUFFIX}"
    edit(desk)
    desk.answers.choice = choice
    assert desk.window.close() == (choice != "cancel")
    assert desk.window.isVisible() == (choice == "cancel")
    assert desk.answers.path.exists() == (choice == "save")
    desk.window.close()
    assert len(desk.answers.asked) == (2 if choice == "cancel" else 1), "a window that is closed does not ask again"


@pytest.mark.parametrize("choice", ["save", "discard", "cancel"])
def test_opening_while_training(desk, tmp_path, choice) -> None:
    desk.use("points-2d", epochs=100_000, dataset_options__samples=200)
    other = project_file(tmp_path, "other")
    mine = desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.answers.choice = choice
    desk.do("train")
    desk.until(lambda: desk.steps() > 3, "the first steps")
    assert desk.window.files.open(other) == (choice != "cancel")
    assert len(desk.answers.asked) == 1
    assert desk.answers.asked[0].endswith("training")
    assert desk.trainer.running == (choice == "cancel")
    if choice == "save":
        assert read(mine).run.weights
    if choice != "cancel":
        assert "other" in names(desk)
        assert desk.window.session.trained is None, "what was learned belongs to the other project"
        QApplication.processEvents()
        assert desk.window.session.trained is None


# Recovery


def abandon(desk, path: Path | None) -> Path:
    """Unsaved work of a process that is no more, and another project in the window; returns its journal."""
    edit(desk)
    desk.window.session.write_journal()
    journal = desk.window.session.journal.path
    assert path is None or journal == Journal.of(path).path
    kept = journal.read_bytes()
    desk.window.session.new("empty")
    lost = journal if path is not None else journal.with_name("untitled-1.sketchnet.journal")
    lost.write_bytes(kept)
    lost.with_name(f"{lost.name}.lock").write_text("1")
    return lost


@pytest.mark.parametrize("recovers", [True, False])
def test_unsaved_work_on_a_file_is_offered_when_it_is_opened(desk, tmp_path, recovers) -> None:
    path = desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.do("save")
    journal = abandon(desk, path)
    desk.answers.recovers = recovers
    assert desk.window.files.open(path)
    assert desk.answers.asked[-1] == f"recover {path.name}"
    assert ("unsaved" in names(desk)) == recovers
    assert desk.window.isWindowModified() == recovers
    assert journal.exists() == recovers
    assert desk.window.session.path == path


@pytest.mark.parametrize("recovers", [True, False])
def test_unsaved_work_without_a_file_is_offered_at_the_start(desk, recovers) -> None:
    lost = abandon(desk, None)
    desk.answers.recovers = recovers
    desk.window.files.begin(None)
    assert desk.answers.asked == ["recover "]
    assert ("unsaved" in names(desk)) == recovers
    assert not lost.exists()
    assert left_over() == ()


def test_unsaved_work_that_is_left_out_is_kept_for_a_while(desk, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(rescue, "MOST_LEFT_OUT", 2)
    path = desk.answers.path = tmp_path / f"mine{SUFFIX}"
    desk.do("save")
    for _ in range(3):
        abandon(desk, path)
        assert desk.window.files.open(path)
    kept = list(rescue.left_out_folder().glob(f"mine-*{SUFFIX}"))
    assert len(kept) == 2
    for found in kept:
        assert "unsaved" in [node.name for node in read(found).graph.nodes.values()]
    rescue.leave_out(Journal.of(path))  # nothing is there


@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_each_unsaved_work_is_asked_about(desk, monkeypatch, wanted) -> None:
    journal_folder().mkdir(parents=True, exist_ok=True)
    for name, seconds in (("older", 1e9), ("newer", 2e9)):
        path = journal_folder() / f"untitled-{name}{SUFFIX}.journal"
        project_file(path.parent, name).rename(path)
        os.utime(path, (seconds, seconds))
    asked: list[str] = []
    monkeypatch.setattr(desk.answers, "recover", lambda name: asked.append(name) or len(asked) - 1 == wanted)
    desk.window.files.begin(None)
    assert len(asked) == min(wanted + 1, 2)
    assert [name for name in ("newer", "older") if name in names(desk)] == ["newer", "older"][wanted : wanted + 1]
    assert len(left_over()) == (1 if wanted == 0 else 0), "what was not asked about is there next time"
    for journal in left_over():
        journal.discard()


def test_unsaved_work_that_cannot_be_read_is_put_aside_and_not_asked_about_again(desk, tmp_path) -> None:
    path = project_file(tmp_path, "mine")
    unnamed = [Journal(None, journal_folder() / f"untitled-{number}{SUFFIX}.journal") for number in (1, 2)]
    journal_folder().mkdir(parents=True, exist_ok=True)
    lost = [Journal.of(path), *unnamed]
    for number, journal in enumerate(lost):
        journal.path.write_bytes(f"of a later version {number}".encode())
    desk.answers.recovers = True
    desk.window.files.open(path)
    desk.window.files.begin(None)
    kept = list(rescue_folder().iterdir())
    assert len(desk.answers.told) == len(kept) == len(lost)
    assert {each.read_bytes() for each in kept} == {f"of a later version {number}".encode() for number in range(3)}
    assert all(any(str(each) in words for words in desk.answers.told) for each in kept)
    for each in kept:
        each.unlink()
    assert not any(journal.path.exists() for journal in lost)
    assert left_over() == ()


@pytest.mark.parametrize("answer", ["Restore", "Discard"])
@pytest.mark.parametrize("named", [True, False])
def test_the_question_at_the_start_stands_before_a_window_that_is_ready(qapp, desk, tmp_path, answer, named) -> None:
    path = None
    if named:
        path = desk.answers.path = tmp_path / f"mine{SUFFIX}"
        desk.do("save")
    abandon(desk, path)
    window = Window()
    seen: list[tuple[bool, bool, int]] = []

    def look() -> None:
        boxes = [each for each in qapp.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]
        for box in boxes:
            away = box.frameGeometry().center() - window.frameGeometry().center()
            handle = window.windowHandle()
            seen.append((handle is not None and handle.isExposed(), window.canvas.sees_all(), away.manhattanLength()))
            (button,) = [each for each in box.buttons() if each.text() == answer]
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    watch = QTimer(window)
    watch.timeout.connect(look)
    watch.start(1)
    window.setGeometry(40, 30, 1000, 660)
    window.begin(path)
    window.show()
    desk.until(lambda: bool(seen) and len(window.document.graph.nodes) > 2, "the question and what comes of it")
    watch.stop()
    ((exposed, whole, away),) = seen
    assert exposed
    assert whole, "the drawing behind it is in view"
    assert away < 60, "it stands in the middle of the window"
    recovered = "unsaved" in [node.name for node in window.document.graph.nodes.values()]
    assert recovered == (answer == "Restore")
    window.files.dialogs = desk.answers
    window.close()
    window.deleteLater()


def test_a_damaged_journal_is_told_and_the_file_itself_is_opened(desk, tmp_path) -> None:
    path = project_file(tmp_path, "mine")
    journal = Journal.of(path)
    journal.path.write_bytes(b"PK half")
    desk.answers.recovers = True
    assert desk.window.files.open(path)
    assert len(desk.answers.told) == 1
    assert "mine" in names(desk)
    assert not journal.path.exists()


def test_settings_are_kept_apart_from_the_users(home) -> None:
    assert str(home) in settings().fileName()
