"""Blocks in the whole window: the inspector's page, the palette's sections, My blocks, training, saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.nesting import with_block
from engine.project.file import SUFFIX
from engine.project.journal_stores import stores_beside
from engine.project.recovery import Journal, journal_folder
from gui.panels.dataset_dialog import DatasetDialog
from gui.training.trained import Start

pytestmark = pytest.mark.usefixtures("own_folder")


def grouped(desk, title: str = "Hidden part") -> str:  # type: ignore[no-untyped-def]
    """Fold the first dense layer and its activation with the keyboard."""
    canvas = desk.window.canvas
    canvas.setFocus()
    first = desk.node("Linear")
    desk.window.document.select({first, desk.graph.outgoing(first)[0].target})
    QTest.keyClick(canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(canvas.rename_field, title)
    QTest.keyClick(canvas.rename_field, Qt.Key.Key_Return)
    (node,) = desk.graph.of_kind("Block")
    return node.id


def test_the_page_of_a_block(desk) -> None:
    id = grouped(desk)
    page = desk.window.inspector.block
    assert page.isVisible()
    assert page.title_field.text() == "Hidden part"
    desk.type_into(page.form.field("repeat").edit, "3")
    assert desk.graph.nodes[id].params.repeat == 3
    desk.type_into(page.title_field, "Deep part")
    assert desk.graph.nodes[id].block.title == "Deep part"
    desk.click(page.step)
    assert desk.window.document.path == (id,)
    assert desk.window.inspector.overview.title_label.text() == "Deep part"
    assert "ready to train" in desk.window.status.state_label.text()
    desk.window.document.leave()
    desk.click(page.unfold)
    assert len([n for n in desk.graph.nodes.values() if n.kind == "Linear"]) == 5


def test_settings_of_a_ready_block_in_the_inspector(desk) -> None:
    desk.window.document.select({desk.node("Linear")})
    desk.window.palette_panel.wanted.emit("MLP")
    (node,) = desk.graph.of_kind("Block")
    page = desk.window.inspector.block
    desk.type_into(page.made_form.field("made.hidden_channels").edit, "7, 5")
    assert [n.params.out_features for n in desk.graph.nodes[node.id].block.contents if n.kind == "Linear"] == [7, 5]


def test_a_block_is_kept_found_added_and_removed(desk, own_folder: Path) -> None:
    grouped(desk)
    page, palette = desk.window.inspector.block, desk.window.palette_panel
    desk.click(page.keep)
    assert "My blocks" in desk.window.status.text
    assert len(list(own_folder.iterdir())) == 1
    assert palette.row_of("Hidden part").isValid()
    desk.window.document.select(())
    palette.wanted.emit("Hidden part")
    assert len(desk.graph.of_kind("Block")) == 2
    (remove,) = [a for a in palette.menu_for("Hidden part").actions() if "Remove" in a.text()]
    remove.trigger()
    assert not list(own_folder.iterdir())
    assert not palette.row_of("Hidden part").isValid()
    assert len(desk.graph.of_kind("Block")) == 2
    assert [a.text() for a in palette.menu_for("ReLU").actions()] == ["Add"]


@pytest.mark.parametrize("wanted", [True, False])
def test_another_block_of_the_same_title_is_not_replaced_unasked(desk, own_folder: Path, monkeypatch, wanted) -> None:
    asked: list[str] = []
    monkeypatch.setattr(desk.answers, "replace", lambda name: asked.append(name) or wanted, raising=False)
    grouped(desk)
    desk.click(desk.window.inspector.block.keep)
    (file,) = own_folder.iterdir()
    before = file.read_bytes()
    desk.click(desk.window.inspector.block.keep)  # the same once more
    assert asked == []
    id = desk.node("Block")
    inside = desk.graph.nodes[id].block
    linear = inside.graph.of_kind("Linear")[0].id
    desk.window.document.edit("Set", with_block(desk.graph, id, inside.drawn(inside.graph.rename(linear, "other"))))
    desk.click(desk.window.inspector.block.keep)
    assert asked == ["Hidden part"]
    assert [entry.name for entry in own_folder.iterdir()] == [file.name]
    assert (file.read_bytes() != before) == wanted


def test_a_block_with_the_name_of_a_layer_is_not_kept(desk, own_folder: Path) -> None:
    grouped(desk, "ReLU")
    desk.click(desk.window.inspector.block.keep)
    assert "another title" in desk.window.status.text
    assert not own_folder.exists()


def test_the_ends_of_a_block_have_a_page(desk) -> None:
    id = grouped(desk)
    desk.window.document.enter(id)
    entry = desk.node("Input")
    desk.window.document.select({entry})
    page = desk.window.inspector.layer
    assert page.isVisible()
    assert "enters the block" in page.summary_label.text()
    assert not page.bypass_box.isVisible()
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Return)  # the data block would ask for a dataset here
    assert not desk.window.findChildren(DatasetDialog)


def test_a_network_with_blocks_trains_is_saved_from_inside_and_opened(desk, tmp_path: Path) -> None:
    id = grouped(desk)
    desk.window.document.edit("x", desk.graph.set_params(id, repeat=2))
    desk.window.document.enter(id)
    desk.train_to_the_end()
    assert desk.troubles == []
    trained = desk.window.session.trained
    assert trained is not None
    assert any(key.startswith("hidden_part1.1.") for key in trained.weights)
    whole = desk.window.document.whole
    desk.answers.path = tmp_path / "blocks.sketchnet"
    desk.do("save")
    assert desk.answers.path.is_file()
    desk.use("points-2d")
    desk.window.files.open(desk.answers.path)
    assert desk.window.document.path == ()
    assert desk.window.document.whole == whole
    assert desk.window.session.fitting is not None


def test_what_a_run_has_learned_so_far_is_journalled_from_inside_a_block_too(desk) -> None:
    document, session = desk.window.document, desk.window.session
    id = grouped(desk)
    desk.do("train")
    desk.until(lambda: not desk.trainer.running, "the end")
    learned = session.trained
    document.undo()
    assert session.trained is None
    assert document.enter(id)
    session.keep(learned)
    session.write_journal()
    (journal,) = journal_folder().glob("*.journal")
    assert Journal(None, journal).recover().run.weights is not None
    session.keep(None)


def test_a_run_begun_inside_a_block_goes_on_there_after_a_crash(desk, monkeypatch) -> None:
    """The journal of a run under way holds its weights and where it stands, whichever level is on screen."""
    monkeypatch.setattr("gui.training.run_controller.KEEP_EVERY_S", 0.0)
    document, session = desk.window.document, desk.window.session
    assert document.enter(grouped(desk))
    document.set_recipe("Epochs", document.recipe.with_setting("epochs", 100_000))
    desk.do("train")
    desk.until(lambda: session.under_way is not None, "a journal of the run")
    session.write_journal()
    journal = session.journal.path
    crashed = journal.with_name(f"untitled-1{SUFFIX}.journal")
    for path in (journal, *stores_beside(journal)):
        path.with_name(path.name.replace(journal.name, crashed.name)).write_bytes(path.read_bytes())
    desk.trainer.stop()
    desk.until(lambda: not desk.trainer.running, "the end")
    whole = document.whole
    session.recover(Journal(None, crashed))
    assert document.whole == whole
    assert session.fitting is not None
    assert session.fitting.training is not None
    assert desk.window.studio.state.onward.start is Start.RESUME


def test_a_problem_of_the_whole_network_is_shown_there_and_not_at_its_namesake_inside(desk) -> None:
    document = desk.window.document
    id = grouped(desk)
    (into,) = (each for each in document.graph.wires if each.target == desk.node("Output"))
    document.edit("Cut", document.graph.disconnect(into))
    assert document.enter(id)
    desk.do("train")
    assert desk.troubles[0][0] == "Not ready yet"
    assert document.path == ()
    assert document.selection == {desk.troubles[0][2]}


def test_weights_stay_when_layers_are_folded(desk) -> None:
    desk.train_to_the_end()
    grouped(desk)
    assert desk.window.session.fitting is not None
    assert desk.window.session.project().run.weights is not None
    assert any(key.startswith("hidden_part1.") for key in desk.window.session.project().run.weights)


def test_a_long_title_is_cut_where_it_would_run_off_and_whole_on_hover(desk) -> None:
    title = "Averyveryverylongtitleofablockwithoutanyspaceinit"
    id = grouped(desk, title)
    desk.window.document.enter(id)
    QApplication.processEvents()
    overview = desk.window.inspector.overview
    assert overview.title_label.text() == overview.title_label.toolTip() == title
    assert desk.window.inspector.viewport().width() >= overview.width()
    assert overview.rect().contains(overview.title_label.geometry())


def test_of_a_long_title_and_a_long_name_the_beginning_is_seen(desk) -> None:
    title = "A_title_of_a_block_that_is_longer_than_its_field_in_the_inspector_is_wide"
    id = grouped(desk, title[:60])
    page = desk.window.inspector.block
    assert page.title_field.text() == title[:60]
    assert page.title_field.cursorPosition() == 0
    desk.type_into(page.title_field, title[2:62])
    assert desk.graph.nodes[id].block.title == title[2:62]
    assert page.title_field.cursorPosition() == 0
    desk.type_into(page.name_field, "a name that is refused because of its spaces")
    assert page.name_field.text() == desk.graph.nodes[id].name
    assert page.name_field.cursorPosition() == 0


def test_layers_in_nested_blocks_are_counted_alike_wherever_it_is_told(desk) -> None:
    id = grouped(desk, "Inner")
    document, inspector = desk.window.document, desk.window.inspector
    layers = len(desk.graph.nodes[id].block.contents)
    assert layers == 2
    desk.type_into(inspector.block.form.field("repeat").edit, "3")
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(desk.window.canvas.rename_field, "Outer")
    QTest.keyClick(desk.window.canvas.rename_field, Qt.Key.Key_Return)
    (outer,) = desk.graph.of_kind("Block")
    assert outer.block.title == "Outer"
    assert inspector.block.copies_label.text() == "6 layers inside."
    others = len(desk.graph.nodes) - 3
    document.select([])
    assert f"{6 + others} layers from data to goal" in inspector.overview.facts_label.text()
    document.enter(outer.id)
    QApplication.processEvents()
    assert inspector.overview.facts_label.text().startswith("6 layers from its input to its output")


def test_what_is_wrong_with_a_block_comes_before_its_settings(desk) -> None:
    id = grouped(desk)
    document = desk.window.document
    document.edit("Cut", desk.graph.disconnect(desk.graph.incoming(id)[0]))
    document.select({id})
    QApplication.processEvents()
    page = desk.window.inspector.block
    (card,) = page.cards
    assert card.isVisible()
    assert page.title_label.geometry().bottom() < card.geometry().top() < page.title_field.geometry().top()
