"""Toolbar, menus, shortcuts, status line, and what a keyboard or a screen reader finds in the window."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QMenu, QWidget

from engine.training.optimizer_settings import OptimizerSettings
from gui import theme
from gui.panels.fields import Field
from gui.settings_file import settings
from gui.toolbar import QUICK
from tests.letters import NARROW, ORDINARY, WIDE
from tests.pictures import shot

WIDTHS = pytest.mark.parametrize("letters", [NARROW, ORDINARY, WIDE], indirect=True)

# Toolbar


@pytest.mark.parametrize("kind", sorted(OptimizerSettings.KINDS))
def test_every_optimizer_can_be_chosen_in_the_toolbar(desk, kind) -> None:
    toolbar = desk.window.toolbar
    combo = toolbar.field("optimizer.kind").combo
    combo.setCurrentIndex(combo.findData(kind))
    assert desk.recipe().optimizer.kind == kind
    paths = {setting.path for setting in desk.recipe().settings()}
    for path in ("optimizer.learning_rate", "batch_size", "epochs"):
        assert toolbar.field(path).isEnabled() == (path in paths)
    if "optimizer.learning_rate" in paths:
        rate = desk.recipe().optimizer.learning_rate
        assert float(toolbar.field("optimizer.learning_rate").edit.text()) == rate
    desk.window.document.undo()
    assert combo.currentData() == desk.recipe().optimizer.kind


def test_the_quick_settings_write_the_recipe_and_follow_undo(desk) -> None:
    toolbar = desk.window.toolbar
    for path, words, value in (("batch_size", "17", 17), ("epochs", "9", 9), ("optimizer.learning_rate", "0.02", 0.02)):
        desk.type_into(toolbar.field(path).edit, words)
        section, _, name = path.rpartition(".")
        owner = getattr(desk.recipe(), section) if section else desk.recipe()
        assert getattr(owner, name) == value
    desk.window.document.undo()
    assert toolbar.field("optimizer.learning_rate").edit.text() == f"{desk.recipe().optimizer.learning_rate:g}"


def test_the_title_and_its_mark(desk) -> None:
    toolbar = desk.window.toolbar
    assert not toolbar.unsaved_mark.isVisible()
    QApplication.processEvents()
    lies = [part.geometry() for part in (toolbar.dataset, toolbar.train, toolbar.progress)]
    desk.window.document.edit("Add", desk.graph.add("ReLU"))
    assert toolbar.unsaved_mark.isVisible()
    QApplication.processEvents()
    assert [part.geometry() for part in (toolbar.dataset, toolbar.train, toolbar.progress)] == lies
    assert desk.window.isWindowModified()
    toolbar.show_title("a very long name of a project " * 5, False)
    assert "…" in toolbar.name.text()
    assert toolbar.name.toolTip().startswith("a very long name")


@pytest.mark.parametrize("letters", [WIDE], indirect=True)
@pytest.mark.parametrize("appearance", ["light", "dark", "light-contrast", "dark-contrast"])
@pytest.mark.parametrize("width", [960, 1040, 1160, 1280, 1440])
def test_nothing_in_the_toolbar_lies_on_anything_else(letters, desk, qapp, width: int, appearance: str) -> None:
    toolbar = desk.window.toolbar
    theme.apply(qapp, appearance)
    desk.window.resize(width, 640)
    toolbar.show_title("A very long project name that goes on and on for ever", True)
    QApplication.processEvents()
    parts = [part for part in toolbar.children() if isinstance(part, QWidget) and part.isVisible()]
    assert width < 1200 or toolbar.name in parts
    assert toolbar.name not in parts or "…" in toolbar.name.text()
    for number, part in enumerate(parts):
        assert toolbar.rect().contains(part.geometry()), part
        if not isinstance(part, Field) and part is not toolbar.dataset:  # these are given a width
            assert part.width() >= part.minimumSizeHint().width(), part
        for other in parts[number + 1 :]:
            assert not part.geometry().intersects(other.geometry()), (part, other)
    for path in QUICK:
        assert width < 1280 or toolbar.field(path).isVisible()
        for inner in toolbar.field(path).findChildren(QWidget):
            if inner.parent() is toolbar.field(path):
                assert toolbar.field(path).rect().contains(inner.geometry()), path
    assert toolbar.dataset.toolTip().startswith("Moons\n")


@pytest.mark.usefixtures("letters")
def test_a_window_made_wider_has_the_names_again(desk) -> None:
    toolbar = desk.window.toolbar
    desk.window.resize(960, 640)
    QApplication.processEvents()
    assert not toolbar.brand.isVisible()
    assert toolbar.headings["optimizer.learning_rate"].text() == "RATE"
    desk.window.resize(1440, 640)
    QApplication.processEvents()
    assert toolbar.brand.isVisible()
    assert toolbar.headings["optimizer.learning_rate"].text() == "LEARNING RATE"


@WIDTHS
def test_in_the_smallest_window_the_tabs_at_the_left_need_no_scrolling(letters, desk) -> None:
    desk.window.resize(960, 640)
    QApplication.processEvents()
    bar = desk.window.left.tabBar()
    assert bar.rect().contains(bar.tabRect(0).united(bar.tabRect(1)))
    assert desk.window.left.rect().contains(bar.geometry())


def test_undo_and_redo_say_what_they_do(desk) -> None:
    commands = desk.window.commands
    assert not commands["undo"].isEnabled()
    desk.window.document.edit("Add ReLU", desk.graph.add("ReLU"))
    assert commands["undo"].text() == "Undo: add relu"
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not commands["undo"].isEnabled()
    assert commands["redo"].isEnabled()
    QTest.keyClick(desk.window.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert not commands["redo"].isEnabled()


# Menus and shortcuts


def in_menus(desk) -> list[QAction]:
    found: list[QAction] = []

    def walk(actions: list[QAction]) -> None:
        for action in actions:
            menu = action.menu()
            if isinstance(menu, QMenu):
                walk(menu.actions())
            elif not action.isSeparator():
                found.append(action)

    walk(desk.window.menuBar().actions())
    return found


def test_every_action_is_in_a_menu_once(desk) -> None:
    counted = Counter(map(id, in_menus(desk)))
    for action in [*desk.window.commands.values(), *desk.window.canvas.actions_.all]:
        assert counted[id(action)] == 1, action.text()


def test_no_two_actions_share_a_shortcut(desk) -> None:
    # Those of the canvas work only there, but a window's shortcut would work there as well: both would be ambiguous.
    keys = [key.toString() for action in {id(a): a for a in in_menus(desk)}.values() for key in action.shortcuts()]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert "" not in keys


def test_every_action_that_does_something_says_what(desk) -> None:
    for action in desk.window.commands.values():
        assert action.toolTip()
        assert action.text()


@pytest.mark.parametrize(("key", "command"), [("F5", "train"), ("F10", "step"), ("Ctrl+Shift+D", "dataset")])
def test_shortcuts_reach_their_actions_from_the_canvas(desk, key, command) -> None:
    desk.use("empty")
    heard: list[str] = []
    desk.window.commands[command].triggered.connect(lambda: heard.append(command))
    desk.window.canvas.setFocus()
    QTest.keySequence(desk.window, key)
    assert heard == [command]
    for dialog in QApplication.topLevelWidgets():
        if dialog.isModal():
            dialog.close()


def test_new_from_every_template(desk) -> None:
    new = [action for action in in_menus(desk) if action.data() and action.text() and action.parent() is not None]
    names = {str(action.data()) for action in new}
    for name in ("empty", "digit-cnn", "line"):
        assert name in names
        next(action for action in new if action.data() == name).trigger()
        assert not desk.window.isWindowModified()
    assert desk.window.session.name


def test_the_appearance_is_remembered(desk) -> None:
    dark = next(action for action in in_menus(desk) if action.data() == "dark")
    light = next(action for action in in_menus(desk) if action.data() == "light")
    dark.trigger()
    assert settings().value("theme") == "dark"
    light.trigger()
    assert settings().value("theme") == "light"


# Status line


def test_a_long_sentence_is_shortened_and_whole_on_hover(desk) -> None:
    status = desk.window.status
    desk.window.resize(960, 640)
    QApplication.processEvents()
    width = desk.window.width()
    words = "This is a sentence that is much too long for the line at the bottom of a window. " * 12
    status.say(words)
    QApplication.processEvents()
    assert desk.window.width() == width, "a sentence does not widen the window"
    assert status.words_label.toolTip() == words
    assert status.words_label.accessibleName() == words
    shown = shot(status.words_label)
    status.words_label.setText(words[: len(words) // 2])
    assert shot(status.words_label) == shown, "only its beginning is painted"
    status.say("Short.")
    assert status.text == "Short."
    status.clear()
    assert status.text == ""


@WIDTHS
@pytest.mark.parametrize("width", [960, 1280])
def test_a_refused_name_is_explained_in_full_and_said(letters, desk, width: int) -> None:
    window, said = desk.window, []
    window.resize(width, 800)
    window.canvas.announcer.said.connect(said.append)
    layer = desk.node("Linear")
    for place in ("canvas", "inspector"):
        window.status.clear()
        said.clear()
        window.document.select({layer})
        window.canvas.setFocus()
        if place == "canvas":
            QTest.keyClick(window.canvas, Qt.Key.Key_F2)
            desk.type_into(window.canvas.rename_field, "a b")
        else:
            desk.type_into(window.inspector.layer.name_field, "a b")
        QApplication.processEvents()
        told = window.status.text
        assert told.startswith("'a b' cannot be the name of a layer")
        assert " ".join(window.status.words_label.lines()) == told, "nothing is cut"
        assert said == [told], place
    heights = window.status.height()
    measure = QFontMetrics(theme.font("caption"))
    assert measure.lineSpacing() * len(window.status.words_label.lines()) <= window.status.words_label.height()
    shown = shot(window.status.words_label)
    window.status.words_label.setText(told.replace("For example conv1.", ""))
    assert shot(window.status.words_label) != shown, "the end is painted"
    window.status.say("Short.")
    QApplication.processEvents()
    assert window.status.height() == heights, "the line keeps its height"


@pytest.mark.parametrize("letters", [WIDE], indirect=True)
def test_the_count_of_parameters_gives_way_to_a_sentence_that_would_be_cut(letters, desk) -> None:
    window, status = desk.window, desk.window.status
    window.resize(960, 640)
    QApplication.processEvents()
    whole = status.state_label.text()
    assert "parameters · ready to train" in whole
    beside = status.words_label.width()
    for sentence, cut in (("Short.", False), ("Longer. " * 22 + "The end.", True)):
        status.say(sentence)
        QApplication.processEvents()
        assert status.words_label.whole_within(beside) != cut
        assert status.state_label.text() == ("✓  ready to train" if cut else whole)
        assert " ".join(status.words_label.lines()) == sentence, "nothing is cut"
        assert status.state_label.accessibleName() == status.state == whole
    window.resize(1600, 800)
    QApplication.processEvents()
    assert status.state_label.text() == whole, "there is room for both"
    window.resize(960, 640)
    QApplication.processEvents()
    assert status.state_label.text() != whole
    status.clear()
    assert status.state_label.text() == whole


def test_a_serious_sentence_stays(desk) -> None:
    status = desk.window.status
    status.say("Passing.")
    assert status.passes
    status.say("Serious.", serious=True)
    assert not status.passes


@pytest.mark.usefixtures("letters")
def test_what_was_not_saved_is_told_for_good(desk, tmp_path) -> None:
    desk.train_to_the_end()
    layer = desk.graph.nodes[desk.node("Linear")]
    desk.window.document.edit("Change", desk.graph.set_params(layer.id, out_features=layer.params.out_features + 1))
    desk.answers.path = tmp_path / ("a long name for a project, " * 4 + "to be cut.sketchnet")
    desk.window.resize(1280, 800)
    desk.do("save")
    QApplication.processEvents()
    status = desk.window.status
    assert status.text.startswith("Saved without the trained weights")
    assert not status.passes
    words = status.words_label
    shown = words.fontMetrics().elidedText(status.text, Qt.TextElideMode.ElideRight, words.width())
    assert "since they were learned." in shown, "only the name of the file may be cut"
    desk.do("save")
    assert status.text.startswith("Saved without")
    status.say("Something else.")
    assert status.passes


def test_problems_are_counted_alike_wherever_they_are_told(desk) -> None:
    window = desk.window
    assert "problem" not in window.status.state_label.text()
    (last,) = desk.graph.incoming(desk.node("Output"))
    # An answer too many, and a layer that leads nowhere.
    window.document.edit("Break", desk.graph.set_params(last.source, out_features=9).add("Linear"))
    problems = window.document.analysis.problems
    counts = {kind: sum(p.severity == kind for p in problems) for kind in ("error", "warning", "hint")}
    assert counts["error"]
    assert sum(counts.values()) > counts["error"]
    told = window.status.state_label.text()
    for kind, count in counts.items():
        assert (f"{count} {kind}" in told) == bool(count)
    assert window.results.tabText(window.results.indexOf(window.results.problems)) == f"Problems ({len(problems)})"


def test_weights_that_are_known_are_counted_though_something_is_broken(desk) -> None:
    window = desk.window
    whole = window.document.analysis.total_parameters
    assert f"{whole:,} parameters · ready" in window.status.state_label.text()
    last = next(w for w in desk.graph.wires if w.target == desk.node("Output"))
    weights = window.document.analysis.nodes[last.source].parameters
    window.document.edit("Cut", desk.graph.disconnect(desk.graph.incoming(last.source)[0]))
    known = whole - weights
    assert known > 0
    assert f"{known:,} parameters so far" in window.status.state_label.text()
    window.document.select(())
    assert f"{known:,} parameters so far" in window.inspector.overview.facts_label.text()


def test_the_words_of_the_status_line_stand_on_one_line(desk) -> None:
    status = desk.window.status
    status.say("Words.")
    QApplication.processEvents()
    image = shot(status)
    ground = image.pixelColor(image.width() - 3, 15)

    def rows(left: int, right: int) -> list[int]:
        return [y for y in range(2, 28) if any(image.pixelColor(x, y) != ground for x in range(left, right))]

    state, words = status.state_label.geometry(), status.words_label.geometry()
    # "weights · ready" and "Words." both reach from the top of a tall letter to the base line, or below it.
    first = rows(state.right() - 60, state.right() - 14)
    second = rows(words.left(), words.left() + 40)
    assert first[0] == second[0]


def test_the_state_leads_to_the_problems(desk) -> None:
    desk.window.results.setCurrentIndex(0)
    desk.click(desk.window.status.state_label)
    assert desk.window.results.currentWidget() is desk.window.results.problems


# Keyboard and screen reader


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        if not (isinstance(parent := widget.parentWidget(), QAbstractScrollArea) and parent.viewport() is widget)
    ]


def selections(desk) -> list[list[str]]:
    return [[], [desk.node("Linear")], [desk.node("Input")], [desk.node("Output")], list(desk.graph.nodes)]


def test_everything_that_takes_the_focus_has_a_name(desk) -> None:
    nameless = set()
    for ids in selections(desk):
        desk.window.document.select(ids)
        QApplication.processEvents()
        for widget in focusable(desk.window):
            own = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            action = widget.defaultAction() if hasattr(widget, "defaultAction") else None
            if not own and action is None:
                nameless.add(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    assert nameless == set()


def test_every_control_is_explained(desk) -> None:
    """A tooltip of its own or of the field around it, or words on it."""
    silent = set()
    for ids in selections(desk):
        desk.window.document.select(ids)
        QApplication.processEvents()
        for widget in focusable(desk.window):
            around = [widget, widget.parentWidget()]
            words = [w.toolTip() for w in around if w is not None] + [widget.accessibleName()]
            words += [widget.text()] if isinstance(widget, QAbstractButton) else []
            if not any(words):
                silent.add(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    assert silent == set()


def test_tab_goes_through_the_window_as_one_reads_it(desk) -> None:
    desk.use("digit-cnn")
    desk.window.document.select([desk.node("Conv2d")])
    window = desk.window
    QApplication.processEvents()
    parts = {
        "toolbar": window.toolbar,
        "palette": window.left,
        "canvas": window.canvas,
        "results": window.results,
        "inspector": window.inspector,
        "pad": window.tryout,
        "status": window.status,
    }
    order: list[str] = []
    window.toolbar.train.setFocus()
    first = window.focusWidget()
    stops = 0
    while stops == 0 or window.focusWidget() is not first:
        widget = window.focusWidget()
        name = next((name for name, part in parts.items() if part is widget or part.isAncestorOf(widget)), "?")
        if not order or order[-1] != name:
            order.append(name)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        stops += 1
        assert stops < 200, "Tab goes round"
    assert order == ["toolbar", "palette", "canvas", "inspector", "pad", "results", "status", "toolbar"]
    desk.window.document.select([desk.node("Conv2d")])
    QApplication.processEvents()
    fields = window.inspector.layer.form.fields
    fields["out_channels"].setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is list(fields.values())[1].focusProxy(), "from field to field"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
    assert window.focusWidget() is fields["out_channels"].focusProxy()
