"""A project whose texts try to act, in the window: they are shown letter by letter, and nothing takes them for HTML."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget

import gui
from engine.graph import notes
from engine.graph.blocks import shelf
from engine.project import my_blocks
from engine.project.file import SUFFIX, write
from gui.canvas.hit import Hit
from gui.canvas.tips import tip
from gui.dialogs import Dialogs
from gui.plain_text import PlainLabel, caption, plain_tip, window_title
from gui.recent import recent_files
from tests.hostile_texts import BLOCK, HOSTILE, acting, project

NAME = "<img src=x><b> [*] & \x1b[2J\u202ename" if os.name == "posix" else "a [*] & b"
ROOT = Path(gui.__file__).parent


def rows(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[QModelIndex]:
    """Every cell of a model, those of opened branches too."""
    parent = QModelIndex() if parent is None else parent
    for row in range(model.rowCount(parent)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield index
            if column == 0 and not isinstance(model, QAbstractListModel) and model.hasChildren(index):
                if model.canFetchMore(index):
                    model.fetchMore(index)
                yield from rows(model, index)


def shown(top: QWidget) -> Iterator[tuple[str, str, bool]]:
    """(where, text, whether Qt would take it for rich text) of all that a window shows."""
    rich = QtGui.Qt.mightBeRichText
    yield "window title", top.windowTitle(), False
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        yield f"tooltip of {where}", widget.toolTip(), rich(widget.toolTip())
        if isinstance(widget, QLabel):
            plain = widget.textFormat() == Qt.TextFormat.PlainText
            yield where, widget.text(), not plain and rich(widget.text())
        if isinstance(widget, QAbstractButton):
            yield where, widget.text(), False
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for index in rows(widget.model()):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                    text = index.data(role)
                    if isinstance(text, str):
                        yield f"{role.name} in {where}", text, role == Qt.ItemDataRole.ToolTipRole and rich(text)
        for action in widget.actions():
            yield f"action of {where}", action.text(), False
            yield f"tooltip of an action of {where}", action.toolTip(), rich(action.toolTip())


def wrong(top: QWidget) -> list[tuple[str, str]]:
    """What acts in what a window shows: control characters, and marks of HTML that would be read as such."""
    return [
        (where, text)
        for where, text, is_rich in shown(top)
        if acting(text) or (is_rich and ("<img" in text or "<h1" in text))
    ]


@pytest.fixture
def opened(desk, tmp_path, own_folder):
    """The window with such a project in it, from a file with such a name; its block is one of the user's own, too."""
    path = tmp_path / f"{NAME}{SUFFIX}"
    made = project()
    write(made, path)
    block = next(node.block for node in made.graph.nodes.values() if node.block is not None)
    my_blocks.save(block)
    shelf.put([block])
    desk.answers.path = path
    desk.do("open")
    assert desk.answers.told == []
    desk.until(lambda: recent_files() == [path], "it is remembered")
    return desk


def test_the_window_shows_them_as_text(opened) -> None:
    window = opened.window
    assert wrong(window) == []
    assert window.menus.recent.actions()[0].text().startswith(caption(f"{NAME}{SUFFIX}"))
    assert window.windowTitle() == f"{window_title(NAME)}[*]"
    for id in opened.graph.nodes:
        window.canvas.reveal(id)
        QApplication.processEvents()
        assert wrong(window) == [], id
    block = next(id for id, node in opened.graph.nodes.items() if node.block is not None)
    window.canvas.folding.enter(block)
    QApplication.processEvents()
    assert BLOCK in [label.text() for label in window.findChildren(QLabel)]
    assert wrong(window) == []
    assert wrong(window.menus.recent) == []


def test_what_is_painted_and_told_of_the_drawing_is_text(opened) -> None:
    document = opened.window.document
    block = next(id for id, node in opened.graph.nodes.items() if node.block is not None)
    told = tip(document, Hit(node=block, what="node"))
    assert "&lt;h1&gt;" in told
    assert "<h1" not in told
    assert acting(told) == []
    for item in opened.window.canvas.projection.notes.items.values():
        assert acting(item.words) == []
        assert "\nsecond line\t" in item.words
    assert any(note.text == HOSTILE for note in opened.graph.notes.values()), "the drawing itself keeps its words"


def test_what_is_said_aloud_and_in_the_status_line_is_text(opened) -> None:
    window, heard = opened.window, []
    window.canvas.announcer.said.connect(heard.append)
    window.canvas.announce(HOSTILE)
    window.status.say(HOSTILE, serious=True)
    window.toolbar.show_dataset(HOSTILE, HOSTILE)
    window.toolbar.show_title(HOSTILE, True)
    window.toolbar.progress.show_words(HOSTILE)
    assert heard
    assert acting("".join(heard)) == []
    assert wrong(window) == []


def test_a_typed_word_that_finds_nothing_is_quoted_as_text(desk) -> None:
    desk.type_into(desk.window.palette_panel.field, "<h1>x<img src=y>", enter=False)
    assert wrong(desk.window) == []


@pytest.mark.parametrize("question", ["tell", "unsaved", "recover", "replace", "in use", "changed"])
def test_messages_quote_them_as_text(qapp, monkeypatch, question) -> None:
    seen: list[tuple[str, str]] = []

    def answer(box: QMessageBox) -> int:
        box.show()
        seen.extend(wrong(box))
        texts = [label.text() for label in box.findChildren(QLabel)]
        assert any("<h1>big</h1>" in text for text in texts)
        for label in box.findChildren(QLabel):
            assert not label.text() or label.textFormat() == Qt.TextFormat.PlainText
        box.hide()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window = QWidget()
    dialogs = Dialogs(window)
    {
        "tell": lambda: dialogs.tell(HOSTILE, HOSTILE),
        "unsaved": lambda: dialogs.unsaved(HOSTILE, True),
        "recover": lambda: dialogs.recover(HOSTILE),
        "replace": lambda: dialogs.replace(HOSTILE),
        "in use": lambda: dialogs.in_use(HOSTILE, HOSTILE),
        "changed": lambda: dialogs.changed(HOSTILE),
    }[question]()
    assert seen == []
    window.deleteLater()


@pytest.mark.usefixtures("letters")
def test_a_name_without_spaces_is_not_cut_off_in_a_message(qapp, monkeypatch) -> None:
    seen: list[bool] = []

    def answer(box: QMessageBox) -> int:
        box.show()
        for label in box.findChildren(QLabel):
            if "name_" in label.text():
                longest = max(map(label.fontMetrics().horizontalAdvance, label.text().split()))
                seen.append(longest <= label.width())
        box.hide()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window = QWidget()
    dialogs = Dialogs(window)
    dialogs.changed("name_" * 48)
    dialogs.tell("It failed", f"/{'name_' * 48}/x could not be written.")
    assert seen == [True] * 2
    window.deleteLater()


@pytest.mark.usefixtures("letters")
def test_a_long_name_makes_no_menu_wider_than_a_screen(desk, tmp_path) -> None:
    path = tmp_path / f"{'name_' * 40}{SUFFIX}"
    write(project(), path)
    desk.window.files.open(path)
    desk.until(lambda: recent_files() == [path], "it is remembered")
    menu = desk.window.menus.recent
    assert menu.sizeHint().width() < 800
    (entry,) = menu.actions()
    assert str(path) in entry.toolTip()
    entry.trigger()
    assert desk.window.session.path == path


def test_what_stands_on_one_line_stays_on_one(desk) -> None:
    height = desk.window.status.height()
    desk.window.status.say("Saved a\nb\nc.")
    QApplication.processEvents()
    assert desk.window.status.text == "Saved a\\nb\\nc."
    assert desk.window.status.sizeHint().height() <= height


@pytest.mark.usefixtures("letters")
def test_a_long_word_does_not_push_the_buttons_of_a_panel_out(opened) -> None:
    block = next(id for id, node in opened.graph.nodes.items() if node.block is not None)
    opened.window.document.select([block])
    QApplication.processEvents()
    page, inspector = opened.window.inspector.block, opened.window.inspector
    right = inspector.mapToGlobal(inspector.rect().topRight()).x()
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.mapToGlobal(button.rect().topRight()).x() <= right, button.text()
    label = PlainLabel("x" * 400)
    label.setWordWrap(True)
    assert label.text() == "x" * 400
    assert label.minimumSizeHint().width() < 300
    label.setText("An ordinary sentence about ConvTranspose2d.")
    assert QLabel.text(label) == "An ordinary sentence about ConvTranspose2d."


def test_texts_that_are_no_html_stay_as_they_are(qapp) -> None:
    assert plain_tip("a < b and c") == "a < b and c"
    assert plain_tip("<b>a</b>\nb & c").startswith("<p>&lt;b&gt;a&lt;/b&gt;")
    assert caption("a & b") == "a && b"
    assert window_title("a[*]") == "a[*][*]"
    label = PlainLabel("<h1>big\x1b\nb")
    assert label.text() == "<h1>big\\x1b\nb"
    assert label.textFormat() == Qt.TextFormat.PlainText


def made_in(*kinds: str) -> list[str]:
    """The files of the window, one for each place, that make or derive from these widgets."""
    return [
        f"{path.relative_to(ROOT)}"
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call | ast.ClassDef)
        for name in ([node.func] if isinstance(node, ast.Call) else node.bases)
        if isinstance(name, ast.Name) and name.id in kinds
    ]


def test_labels_are_plain_labels() -> None:
    """So that a new label takes no file for HTML; those that are meant to be rich escape what they quote."""
    assert made_in("QLabel") == ["help/explain_card.py", "plain_text.py", "plots/points.py"]


def test_messages_are_made_in_one_place() -> None:
    """So that a new question takes no file for HTML either."""
    assert made_in("QMessageBox") == ["dialogs.py"]


def test_frames_and_notes_in_the_outline_are_text(opened) -> None:
    kinds = {note.kind for note in opened.graph.notes.values()}
    assert kinds == set(notes.NoteKind)
    opened.do("outline")
    QApplication.processEvents()
    assert wrong(opened.window) == []
