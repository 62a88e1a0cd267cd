"""F1 explains what is under the pointer, else what has the keyboard, and gets in the way of nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTextBrowser, QToolButton, QWidget

from gui.help.explain_card import ExplainCard
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.fields import Field
from tests.popups import PLAIN, menu_bar, opened

Key = Qt.Key


class Asker:
    """Someone who presses F1."""

    def __init__(self, desk) -> None:
        self.desk, self.help = desk, desk.window.help

    def point(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Rest the pointer on a widget."""
        QCursor.setPos(widget.mapToGlobal(QPoint(3, 3)))  # so that it moves in any case
        QApplication.processEvents()
        self.help.remember_pointer()
        QCursor.setPos(widget.mapToGlobal(widget.rect().center() if at is None else at))
        QApplication.processEvents()

    def under(self, widget: QWidget, at: QPoint | None = None) -> ExplainCard:
        """Ask for what is under the pointer."""
        self.point(widget, at)
        return self.press()

    def focused(self, widget: QWidget) -> ExplainCard:
        """Ask for what has the keyboard, which came there after the pointer had come to rest."""
        widget.setFocus()
        self.help.remember_pointer()
        return self.press()

    def press(self) -> ExplainCard:
        """Press F1; returns the card."""
        window = QApplication.activeModalWidget() or self.desk.window
        QTest.keyClick(QApplication.focusWidget() or window, Key.Key_F1)
        QApplication.processEvents()
        card = self.help.card
        assert card is not None, "nothing was explained"
        return card

    def back_in_the_window(self) -> None:
        """A dialog has closed."""
        self.desk.window.activateWindow()
        QApplication.processEvents()

    @property
    def words(self) -> str:
        """What is explained, as a screen reader says it."""
        return self.help.card.accessibleDescription()


@pytest.fixture
def asker(desk) -> Asker:
    return Asker(desk)


def apart(card: QWidget, thing: QWidget) -> bool:
    """Whether a card covers nothing of a widget."""
    here = card.rect().translated(card.mapToGlobal(QPoint(0, 0)))
    return not here.intersects(thing.rect().translated(thing.mapToGlobal(QPoint(0, 0))))


def test_a_setting_is_explained_by_its_declaration(desk, asker) -> None:
    field = desk.window.toolbar.field("optimizer.learning_rate")
    card = asker.under(field.edit)
    assert card.title.text() == "Learning rate"
    assert field.parameter.help[:40] in asker.words
    for part in ("Allowed: a number from", "Default: 0.001", "In code: optimizer.learning_rate"):
        assert part in asker.words, part
    assert card.explanation.entry == "learning-rate"
    assert apart(card, field)
    assert apart(card, desk.window.toolbar.train), "what is in the same bar can be used as well"


@pytest.mark.parametrize(
    ("node", "path", "said"),
    [
        ("Linear", "out_features", ("Units", "In code: out_features", "65,536")),
        ("Output", "optimizer.kind", ("Optimizer", "AdamW", "In code: optimizer.kind")),
        ("Output", "loss.kind", ("Loss", "In code: loss.kind")),
        ("Input", "dataset_options.samples", ("In code: dataset_options.samples",)),
        ("Input", "validation", ("In code: validation", "Allowed: a number from 0")),
    ],
)
def test_every_kind_of_field_is_explained_from_its_label_too(desk, asker, node: str, path: str, said) -> None:
    desk.window.document.select([desk.node(node)])
    QApplication.processEvents()
    field = next(
        field
        for field in desk.window.inspector.findChildren(Field)
        if field.isVisible() and field.path in (path, f"dense.{path}")
    )
    desk.window.inspector.ensureWidgetVisible(field)
    card = asker.focused(field)
    for words in said:
        assert words in asker.words, words
    assert apart(card, field)
    label = next(one for one in field.parentWidget().children() if getattr(one, "buddy", lambda: None)() is field)
    asker.help.close_card()
    asker.under(label)
    assert said[0] in asker.words


def test_what_is_typed_and_not_finished_stays_what_it_is(desk, asker) -> None:
    edit = desk.window.toolbar.field("batch_size").edit
    before = desk.recipe().batch_size
    desk.type_into(edit, "12", enter=False)
    card = asker.press()
    assert card.title.text() == "Batch size"
    assert (edit.text(), desk.recipe().batch_size) == ("12", before)
    assert edit.hasFocus()
    QTest.keyClick(edit, Key.Key_Escape)
    assert asker.help.card is None
    assert edit.text() == "12", "the first Esc closes the explanation only"
    QTest.keyClicks(edit, "8")
    QTest.keyClick(edit, Key.Key_Return)
    assert desk.recipe().batch_size == 128


def test_a_layer_is_explained_under_the_pointer_and_by_keyboard(desk, asker) -> None:
    canvas, id = desk.window.canvas, desk.node("Linear")
    name = desk.graph.nodes[id].name
    card = asker.under(canvas.viewport(), canvas.viewport().mapFromGlobal(canvas.place_of(id)))
    assert card.title.text() == f"Linear · {name}"
    assert desk.graph.nodes[id].declaration.why[:50] in asker.words
    assert "Parameters: " in asker.words
    other = desk.node("Output")
    canvas.setFocus()
    desk.window.document.select([other])
    asker.press()
    assert desk.graph.nodes[other].declaration.summary[:20] in asker.words, "selected after the pointer came to rest"


def test_wires_ports_and_the_empty_canvas_are_explained(desk, asker) -> None:
    canvas = desk.window.canvas
    wire = desk.graph.wires[0]
    item = canvas.projection.wires[wire]
    at = canvas.viewportTransform().map(item.curve.point(0.5)).toPoint()
    assert asker.under(canvas.viewport(), at).title.text() == "Wire"
    end = canvas.viewportTransform().map(canvas.projection.nodes[wire.source].output_point()).toPoint()
    assert asker.under(canvas.viewport(), end).title.text() == "Output"
    assert asker.under(canvas.viewport(), QPoint(4, canvas.viewport().height() - 4)).title.text() == "Diagram"
    canvas.setFocus()
    canvas.select_wire(wire)
    asker.help.remember_pointer()
    assert asker.press().title.text() == "Wire"


def test_a_row_of_the_palette_and_of_the_outline_is_explained(desk, asker) -> None:
    palette, outline = desk.window.palette_panel, desk.window.outline
    row = palette.row_of("MaxPool2d")
    assert asker.under(palette.list.viewport(), row.center()).title.text() == "MaxPool2d"
    assert asker.help.card.explanation.entry == "pooling"
    desk.do("outline")
    id = desk.node("Linear")
    outline.list.setCurrentIndex(outline.list.rows.index_of(id))
    card = asker.focused(outline.list)
    assert card.title.text().startswith("Linear")


def test_buttons_tabs_plots_and_bars_are_explained(desk, asker) -> None:
    window = desk.window
    assert asker.under(window.toolbar.train).title.text() == "Train"
    assert "Key: F5" in asker.words
    tabs = window.results.tabBar()
    test = window.results.indexOf(window.results.test)
    assert asker.under(tabs, tabs.tabRect(test).center()).title.text() == "Test"
    assert asker.under(window.results.curves.findChildren(QWidget)[-1]) is not None
    assert asker.under(window.toolbar.progress).title.text() == "Progress"
    assert asker.focused(tabs).title.text() == window.results.tabText(window.results.currentIndex())
    pause = next(b for b in window.toolbar.findChildren(QToolButton) if b.defaultAction() is window.commands["pause"])
    assert "Not available" in asker.under(pause).accessibleDescription()
    desk.use("digit-mlp")
    QApplication.processEvents()
    for part, title in ((window.tryout.pad.pad, "Drawing pad"), (window.tryout.pad.bars, "Probabilities")):
        assert asker.under(part).title.text() == title
    assert asker.under(window.tryout.pad.clear_button).title.text() == "Clear the pad"


def test_everything_that_takes_the_keyboard_has_an_explanation_of_its_own(desk, asker) -> None:
    for template in ("points-2d", "digit-cnn"):
        desk.use(template)
        for ids in ([], [desk.node("Linear")], [desk.node("Input")], [desk.node("Output")]):
            desk.window.document.select(ids)
            QApplication.processEvents()
            for widget in desk.window.findChildren(QWidget):
                if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
                    found = asker.help.lookup.focused(widget)
                    assert found.title != "Sketchnet", f"{type(widget).__name__} {widget.accessibleName()!r}"
                    assert len(found.spoken) > 12
                    assert not found.place.isEmpty()


def test_the_second_f1_opens_the_manual_at_the_entry(desk, asker) -> None:
    asker.under(desk.window.toolbar.field("epochs").edit)
    QTest.keyClick(desk.window, Key.Key_F1)
    QApplication.processEvents()
    manual = desk.window.help.manual
    assert manual.isVisible()
    assert manual.entry.name == "epoch"
    assert isinstance(QApplication.focusWidget(), QTextBrowser)
    assert asker.help.card is None


def test_the_link_is_reached_by_tab_and_esc_gives_the_keyboard_back(desk, asker) -> None:
    edit = desk.window.toolbar.field("epochs").edit
    card = asker.focused(edit)
    for _stop in range(200):
        if card.link.hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert card.link.hasFocus()
    QTest.keyClick(card.link, Key.Key_Escape)
    assert asker.help.card is None
    assert edit.hasFocus()
    card = asker.focused(edit)
    desk.click(card.link)
    assert desk.window.help.manual.entry.name == "epoch"


def test_the_explanation_blocks_nothing(desk, asker) -> None:
    asker.under(desk.window.results.curves)
    linear = desk.node("Linear")
    desk.window.document.select([linear])
    desk.type_into(desk.window.inspector.layer.form.field("out_features").edit, "7")
    assert desk.graph.nodes[linear].params["out_features"] == 7
    desk.click(asker.help.card.close_button)
    assert asker.help.card is None


def test_esc_belongs_to_the_window_again_when_nothing_is_explained(desk, asker) -> None:
    asker.under(desk.window.toolbar.progress)
    QTest.keyClick(desk.window, Key.Key_Escape)
    assert asker.help.card is None
    desk.window.toolbar.train.setFocus()
    QTest.keyClick(desk.window.toolbar.train, Key.Key_Escape)
    assert desk.window.canvas.hasFocus()


def test_f1_works_in_a_dialog(desk, asker) -> None:
    desk.window.choose_dataset()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DatasetDialog)
    dialog.list.setFocus()
    QApplication.processEvents()
    card = asker.press()
    assert card.window() is dialog
    assert card.title.text()
    QTest.keyClick(dialog.list, Key.Key_Escape)
    assert dialog.isVisible(), "Esc closes the explanation first"
    assert asker.help.card is None
    asker.press()
    QTest.keyClick(dialog.list, Key.Key_Escape)
    QTest.keyClick(dialog.list, Key.Key_Escape)
    assert not dialog.isVisible()
    asker.back_in_the_window()
    asker.focused(desk.window.toolbar.train)


def test_a_dialog_that_closes_takes_its_explanation_along(desk, asker) -> None:
    desk.window.choose_dataset()
    dialog = QApplication.activeModalWidget()
    dialog.list.setFocus()
    QApplication.processEvents()
    asker.press()
    dialog.reject()
    asker.back_in_the_window()
    desk.until(lambda: asker.help.card is None, "the end of the explanation")
    assert asker.under(desk.window.toolbar.progress).title.text() == "Progress"


def test_a_window_without_room_for_a_card_shows_the_words_all_the_same(desk, asker, monkeypatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("gui.help.help.QWhatsThis.showText", lambda _at, words, _widget: shown.append(words))
    small = QDialog(desk.window)
    small.resize(300, 120)
    button = QToolButton(small)
    action = QAction("Try <b>it</b>", small)
    action.setStatusTip("Tries it & more")
    button.setDefaultAction(action)
    small.open()
    button.setFocus()
    QApplication.processEvents()
    QTest.keyClick(button, Key.Key_F1)
    assert len(shown) == 1
    assert "Try &lt;b&gt;it" in shown[0]
    assert "Tries it &amp; more" in shown[0]
    small.reject()


def test_f1_in_a_menu_explains_the_entry_and_does_not_carry_it_out(desk) -> None:
    done: list[object] = []
    desk.window.commands["step"].triggered.connect(done.append)
    menu = menu_bar(desk.window, Key.Key_T)
    menu.setActiveAction(desk.window.commands["step"])
    assert "single training step" in desk.window.commands["step"].whatsThis()
    assert "F10" in desk.window.commands["step"].whatsThis()
    before = set(QApplication.topLevelWidgets())
    QTest.keyClick(opened(), Key.Key_F1, PLAIN)
    QApplication.processEvents()
    new = [widget for widget in set(QApplication.topLevelWidgets()) - before if widget.isVisible()]
    assert new, "something was shown"
    assert done == []
    for widget in new:
        widget.close()


def test_texts_of_files_are_not_taken_for_markup(desk, asker) -> None:
    id = desk.node("Linear")
    desk.window.document.edit("Note", desk.graph.set(id, note="<img src=x> & <b>bold</b>"))
    found = asker.help.lookup.under(desk.window.canvas.viewport(), desk.window.canvas.place_of(id))
    assert "<img" not in found.body
    assert "<b>bold" not in found.body
