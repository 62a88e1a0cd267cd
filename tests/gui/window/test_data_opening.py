"""A file of the user's is chosen or dropped: read in the background, made the data, and a network proposed for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.data.dataset import DataError
from engine.data.sources import own_table, own_text
from engine.tasks.proposal import proposed
from gui import data_opening

pytestmark = pytest.mark.usefixtures("nothing_read")

VERSE = "the quick brown fox jumps over the lazy dog\n" * 60


@pytest.fixture
def poem(tmp_path: Path) -> Path:
    path = tmp_path / "poem.txt"
    path.write_text(VERSE, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    lines = [f"{n % 50 + 18},{('Bonn', 'Ulm', 'Kiel')[n % 3]},{'yes' if n % 50 > 20 else 'no'}" for n in range(60)]
    path.write_text("\n".join(("age,town,bought", *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Reading a file for a proposal waits until this is set."""
    may_go_on = threading.Event()

    def slowly(path: Path) -> object:
        assert may_go_on.wait(60)
        return proposed(path)

    monkeypatch.setattr(data_opening, "proposed", slowly)
    yield may_go_on
    may_go_on.set()


def choose(desk: Any, path: Path) -> None:
    desk.answers.path = path
    desk.do("open_data")


def opened(desk: Any, path: Path) -> Any:
    """Choose a file and wait for it; returns what the page says of it."""
    choose(desk, path)
    desk.until(lambda: desk.recipe().dataset_options.get("path") == str(path), "the file")
    QApplication.processEvents()
    return desk.window.inspector.data.file


def shown(*widgets: Any) -> list[bool]:
    return [widget.isVisible() for widget in widgets]


def test_a_diagram_that_does_not_take_the_data_gives_way_to_the_proposal(desk, poem) -> None:
    document, before, depth = desk.window.document, desk.window.document.sketch, desk.window.document.depth
    card = opened(desk, poem)
    wanted = proposed(poem)
    assert document.depth == depth + 1
    assert document.recipe == wanted.recipe
    assert [node.kind for node in document.whole.nodes.values()] == [node.kind for node in wanted.graph.nodes.values()]
    assert card.proposal_button is None
    desk.until(lambda: document.whole_analysis.ready, "the text, divided as is proposed")
    document.undo()
    assert document.sketch == before


def test_the_network_that_is_proposed_is_that_of_the_command_line(desk, table) -> None:
    path = table
    desk.window.document.try_setting("The user's own diagram", "epochs", 7)
    document, before, depth = desk.window.document, desk.window.document.sketch, desk.window.document.depth
    card = opened(desk, path)
    assert desk.window.inspector.page is desk.window.inspector.data
    assert document.depth == depth + 1
    assert document.whole is before.graph, "the diagram is kept until the proposal is taken"
    wanted = proposed(path)
    assert wanted.summary in card.proposal_label.text()
    assert shown(card.choose_button, card.again_button, card.cancel_button) == [True, False, False]
    assert not card.status_label.isVisible()
    desk.click(card.proposal_button)
    assert document.depth == depth + 2
    assert document.recipe == wanted.recipe
    assert [node.kind for node in document.whole.nodes.values()] == [node.kind for node in wanted.graph.nodes.values()]
    desk.until(lambda: document.whole_analysis.ready, "the file, divided as is proposed")
    assert card.proposal_button is None, "it has been taken"
    desk.until(desk.window.canvas.sees_all, "all of the diagram in view")
    document.undo()
    assert document.whole is before.graph
    assert card.proposal_button is not None
    document.undo()
    assert document.sketch == before
    assert card.proposal_button is None


def test_what_is_proposed_keeps_the_target_that_was_chosen_since(desk, table) -> None:
    desk.window.document.try_setting("The user's own diagram", "epochs", 7)
    card = opened(desk, table)
    document = desk.window.document
    document.try_setting("Target", "dataset_options.target", "age")
    desk.until(lambda: document.whole_signature is not None, "the table again")
    desk.click(card.proposal_button)
    assert document.recipe.dataset_options["target"] == "age"
    assert document.whole_analysis.ready


def test_a_file_being_read_changes_nothing_and_can_be_given_up(desk, poem, held) -> None:
    before = desk.window.document.sketch
    choose(desk, poem)
    card = desk.window.inspector.data.file
    assert "poem.txt is being read" in card.status_label.text()
    assert shown(card.status_label, card.choose_button, card.again_button, card.cancel_button) == [
        True, False, False, True,
    ]  # fmt: skip
    assert desk.window.document.sketch == before
    desk.click(card.cancel_button)
    assert not card.isVisible()
    ended = []
    desk.window.studio.reading.read.connect(lambda: ended.append(True))
    held.set()
    desk.until(lambda: ended, "the end of reading")
    QApplication.processEvents()
    assert desk.window.document.sketch == before
    assert card.proposal_button is None


def test_another_project_is_not_changed_by_a_file_chosen_for_the_one_before(desk, poem, held) -> None:
    choose(desk, poem)
    desk.use("line")
    before = desk.window.document.sketch
    ended = []
    desk.window.studio.reading.read.connect(lambda: ended.append(True))
    held.set()
    desk.until(lambda: ended, "the end of reading")
    QApplication.processEvents()
    assert desk.window.document.sketch == before


def test_of_two_files_the_one_chosen_last_counts(desk, poem, table, held) -> None:
    choose(desk, poem)
    choose(desk, table)
    held.set()
    desk.until(lambda: desk.recipe().dataset_options.get("path") == str(table), "the table")
    assert desk.recipe().dataset == own_table.NAME


def test_a_text_that_is_dropped_becomes_the_data(desk, poem) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(poem))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    desk.window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, plain))
    desk.until(lambda: desk.recipe().dataset == own_text.NAME, "the text")
    assert "poem.txt is the data of this project now" in desk.window.status.text


def test_a_task_that_is_not_for_the_file_is_chosen_anew(desk, poem) -> None:
    desk.use("gan-points")
    opened(desk, poem)
    assert desk.recipe().task.kind == "auto"
    assert desk.window.toolbar.field("task.kind").combo.currentText() == "write text"


def test_the_goal_says_how_many_classes_there_are_where_their_names_find_no_room(desk, tmp_path) -> None:
    path = tmp_path / "moods.csv"
    moods = ("calm and quiet", "rather loud", "neither of the two")
    path.write_text("age,mood\n" + "".join(f"{n},{moods[n % 3]}\n" for n in range(60)), encoding="utf-8")
    opened(desk, path)
    desk.until(lambda: ("targets", "3 classes") in desk.window.canvas.projection.blocks.goal_lines, "the classes")


@pytest.mark.parametrize("dataset", [own_text.NAME, own_table.NAME])
def test_where_no_file_is_chosen_yet_a_button_asks_for_one(desk, poem, dataset: str) -> None:
    desk.use("points-2d", dataset=dataset)
    desk.window.document.select([desk.node("Input")])
    card = desk.window.inspector.data.file
    assert card.status_label.text().startswith("No file is chosen yet.")
    assert "dataset_options" not in card.status_label.text()
    assert shown(card.choose_button, card.again_button) == [True, False]
    assert card.choose_button.text() == "Choose the file…"
    desk.answers.path = poem
    desk.click(card.choose_button)
    desk.until(lambda: desk.recipe().dataset_options.get("path") == str(poem), "the file")


@pytest.mark.parametrize("name", ["poem", "table"])
def test_a_file_that_has_gone_is_said_and_is_there_again(desk, name: str, request) -> None:
    path = request.getfixturevalue(name)
    card = opened(desk, path)
    content = path.read_bytes()
    path.unlink()
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    desk.until(lambda: card.status_label.isVisible(), "that it is gone")
    assert path.name in card.status_label.text()
    assert "dataset_options" not in card.status_label.text()
    assert shown(card.choose_button, card.again_button) == [True, True]
    path.write_bytes(content)
    desk.click(card.again_button)
    desk.until(lambda: desk.window.document.whole_signature is not None, "the file again")
    desk.until(lambda: not card.status_label.isVisible(), "nothing to say")
    assert not card.again_button.isVisible()


def test_a_file_changed_meanwhile_is_read_when_one_comes_back(desk, table) -> None:
    opened(desk, table)
    table.write_text("age,bought\n" + "".join(f"{n},{('yes', 'no')[n % 2]}\n" for n in range(40)), encoding="utf-8")
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    document = desk.window.document
    desk.until(lambda: document.whole_signature and document.whole_signature.input.sizes == (1,), "the file as it is")


def test_what_could_not_be_read_is_read_again(desk, table, monkeypatch) -> None:
    from engine.data.tables import raw as raw_table

    read, answers = raw_table.read, [DataError("The disk is asleep.")]
    monkeypatch.setattr(raw_table, "read", lambda *given, **named: _moody(answers, read, given, named))
    desk.use("points-2d", dataset="own-table", dataset_options={"path": str(table)})
    desk.window.document.select([desk.node("Input")])
    card = desk.window.inspector.data.file
    desk.until(lambda: "asleep" in card.status_label.text(), "what is wrong")
    assert shown(card.choose_button, card.again_button) == [True, True]
    desk.click(card.again_button)
    desk.until(lambda: desk.window.document.whole_signature is not None, "the table")
    desk.until(lambda: not card.status_label.isVisible(), "nothing to say")


def _moody(answers: list[DataError], read: Any, given: Any, named: Any) -> Any:
    if answers:
        raise answers.pop()
    return read(*given, **named)


class _Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_other_window_takes_the_focus_when_the_settings_become_others(desk, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("a,b,y\n" + "".join(f"{n},{n * n % 17},{n * 3 % 11}\n" for n in range(100)), encoding="utf-8")
    desk.use("points-2d")
    windows = _Windows()
    QApplication.instance().installEventFilter(windows)
    try:
        desk.answers.path = table
        desk.do("open_data")
        desk.until(lambda: desk.recipe().dataset == "own-table", "the table")
        desk.do("undo")
    finally:
        QApplication.instance().removeEventFilter(windows)
    assert windows.shown == []


def test_data_in_the_place_of_an_example_makes_a_project_of_its_own(desk, table) -> None:
    desk.window.files.open_example("digits")
    desk.until(lambda: not desk.window.canvas.projection.slices.pending, "the drawing")
    desk.until(lambda: desk.window.studio.schema is not None, "the data")
    session, curves = desk.window.session, desk.window.results.curves
    title, trained = session.name, session.trained
    assert trained is not None
    assert not curves.is_empty()
    opened(desk, table)
    assert session.name == "people"
    assert session.path is None
    assert session.dirty
    assert session.trained is None
    assert curves.is_empty(), "those of the example are not of this data"
    assert not desk.window.results.test.shows_figures
    assert session.project().title == "people"
    desk.window.document.undo()
    assert (session.name, session.trained) == (title, trained)
    assert not curves.is_empty()
    assert not session.dirty
    desk.window.document.redo()
    assert session.name == "people"
