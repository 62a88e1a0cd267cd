"""A field for a setting of any kind, used with keys, mouse and wheel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout, QWidget

from engine.graph.parameters import Choice, Flag, Integer, Real, Size, Sizes
from gui.panels import fields
from gui.panels.fields import ChoiceField, Field, FlagField, TextField, field_for, stepped
from gui.theme import style
from tests.desktop import PATIENCE_MS

Key = Qt.Key
WHOLE = Integer(name="units", title="Units", default=8, low=1, high=20, help="How many.", unit="units")
WORDY = Integer(name="units", title="Units", default="answer", low=1, high=20, help="How many.", words=("answer",))
BATCH = Integer(name="batch", title="Batch", default=64, low=1, high=65_536, help="How many at once.")
RATE = Real(name="rate", title="Rate", default=0.001, low=0.0, high=10.0, help="How fast.", logarithmic=True)
SHARE = Real(name="share", title="Share", default=0.5, low=0.0, high=1.0, help="How much.")
KERNEL = Size(name="kernel", title="Kernel", default=(3, 3), low=1, high=9, help="How large.", words=("same",))
LIST = Sizes(name="sizes", title="Sizes", default=(2, 3), low=1, high=9, help="Which.")
KIND = Choice(name="kind", title="Kind", default="a", options=("a", "b"), labels=("First", "Second"), help="Which.")
YES = Flag(name="yes", title="Yes", default=False, help="Whether.")


class Holder:
    """A field in a window, with another one to go to, whose every value is taken."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.edited: list[object] = []
        self.refused: list[str] = []
        field.edited.connect(self.edited.append)
        field.edited.connect(field.set_value)
        field.refused.connect(self.refused.append)
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        self.other = QPushButton("other")
        column.addWidget(field)
        column.addWidget(self.other)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window, PATIENCE_MS)

    def type(self, words: str) -> None:
        edit = self.field.edit
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, words)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.field.focusProxy(), key, modifiers)

    def wheel(self, up: bool) -> bool:
        target = self.field.focusProxy()
        turn = QPoint(0, 120 if up else -120)
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(target.mapToGlobal(QPoint(5, 5))),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(target, event)
        return event.isAccepted()


@pytest.fixture
def hold(qtbot):
    holders: list[Holder] = []

    def make(parameter, value) -> Holder:
        holders.append(Holder(field_for(parameter, value)))
        qtbot.addWidget(holders[-1].window)
        return holders[-1]

    return make


@pytest.mark.parametrize(
    ("parameter", "value", "shown", "typed", "meant"),
    [
        (WHOLE, 8, "8", "12", 12),
        (WORDY, "answer", "answer", "7", 7),
        (RATE, 0.001, "0.001", "3e-2", 0.03),
        (SHARE, 0.5, "0.5", "25%", 0.25),
        (KERNEL, (3, 3), "3", "5x7", (5, 7)),
        (KERNEL, (3, 5), "3 × 5", "same", "same"),
        (LIST, (2, 3), "2, 3", "4 5 6", (4, 5, 6)),
    ],
)
def test_typing_brings_every_allowed_value(hold, parameter, value, shown, typed, meant) -> None:
    holder = hold(parameter, value)
    assert isinstance(holder.field, TextField)
    assert holder.field.edit.text() == shown
    holder.type(typed)
    assert holder.edited == [], "it is not finished"
    holder.key(Key.Key_Return)
    assert holder.edited == [meant]
    assert holder.field.edit.text() == parameter.show(meant)
    assert holder.refused == []
    holder.key(Key.Key_Return)
    holder.other.setFocus()
    assert holder.edited == [meant], "Enter alone is no edit, and neither is going on"


def test_leaving_a_field_takes_what_was_typed_and_escape_puts_back_what_stood_there(hold) -> None:
    holder = hold(RATE, 0.001)
    holder.type("1e-2")
    holder.other.setFocus()
    assert holder.edited == [0.01]
    holder.type("1e-")
    assert holder.field.edit.property("problem")
    holder.key(Key.Key_Escape)
    assert holder.field.edit.text() == "0.01"
    assert not holder.field.edit.property("problem")
    holder.type("5")
    holder.key(Key.Key_Escape)
    holder.other.setFocus()
    assert (holder.edited, holder.refused) == ([0.01], [])


def test_escape_in_a_dialog_puts_back_first_and_closes_then(qtbot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    field = field_for(BATCH, 64)
    QVBoxLayout(dialog).addWidget(field)
    dialog.show()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog, PATIENCE_MS)
    field.setFocus()
    QTest.keyClicks(field.edit, "1")
    QTest.keyClick(field.edit, Key.Key_Escape)
    assert dialog.isVisible()
    assert field.edit.text() == "64"
    QTest.keyClick(field.edit, Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(("parameter", "value"), [(WHOLE, 8), (KIND, "a"), (YES, False)])
def test_a_value_that_nobody_takes_does_not_stay(qtbot, parameter, value) -> None:
    field = field_for(parameter, value)
    qtbot.addWidget(field)
    asked: list[object] = []
    settled: list[bool] = []
    field.edited.connect(asked.append)
    field.settled.connect(lambda: settled.append(True))
    if isinstance(field, TextField):
        QTest.keyClick(field.edit, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field.edit, "12")
        QTest.keyClick(field.edit, Key.Key_Return)
        assert field.edit.text() == "8"
    elif isinstance(field, ChoiceField):
        field.combo.setCurrentIndex(1)
        assert field.combo.currentData() == "a"
    else:
        field.box.click()
        assert not field.box.isChecked()
    assert len(asked) == 1
    assert settled == []


def test_steps_are_one_gesture_until_they_rest_or_something_is_typed(hold, qtbot, monkeypatch) -> None:
    holder = hold(WHOLE, 8)
    settled: list[object] = []
    holder.field.settled.connect(lambda: settled.append(holder.field.value))
    holder.field.edit.setFocus()
    monkeypatch.setattr(fields, "REST_MS", 3_600_000)
    for _ in range(3):
        holder.key(Key.Key_Up)
    assert settled == []
    monkeypatch.setattr(fields, "REST_MS", 0)
    holder.key(Key.Key_Up)
    qtbot.waitUntil(lambda: settled == [12])
    monkeypatch.setattr(fields, "REST_MS", 3_600_000)
    holder.key(Key.Key_Down)
    holder.type("5")
    holder.key(Key.Key_Return)
    assert settled == [12, 11, 5], "what was stepped before is finished before what is typed"
    holder.key(Key.Key_Up)
    holder.other.setFocus()
    assert settled == [12, 11, 5, 6]
    holder.type("12")
    holder.key(Key.Key_Up)
    assert holder.edited[-1] == 13, "a step goes on from what is typed"


@pytest.mark.parametrize(
    ("parameter", "value", "typed"),
    [(WHOLE, 8, "21"), (WHOLE, 8, "2.5"), (WORDY, 8, "answers"), (RATE, 0.001, "-1"), (RATE, 0.001, "nan"),
     (KERNEL, (3, 3), "0"), (KERNEL, (3, 3), "1 2 3"), (LIST, (2, 3), ""), (LIST, (2, 3), "a")],
)  # fmt: skip
def test_what_is_not_allowed_is_marked_and_goes_back_with_a_reason(hold, parameter, value, typed) -> None:
    holder = hold(parameter, value)
    holder.type("x")
    assert holder.field.edit.property("problem")
    holder.field.edit.selectAll()
    if typed:
        QTest.keyClicks(holder.field.edit, typed)
    else:
        QTest.keyClick(holder.field.edit, Key.Key_Backspace)
    problem = holder.field.edit.property("problem")
    assert parameter.title in problem
    assert holder.field.edit.toolTip() == problem
    assert holder.edited == []
    holder.other.setFocus()
    assert holder.refused == [f"{problem} It is still {parameter.show(value)}."]
    assert holder.field.edit.text() == parameter.show(value)
    assert not holder.field.edit.property("problem")
    assert parameter.help in holder.field.edit.toolTip()


@pytest.fixture(params=["C", "de_DE", "fr_CH", "ar_EG"])
def language(request):
    """The language that the system speaks, and Qt with it."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("parameter", "value", "typed", "meant"),
    [
        (RATE, 0.001, "1,5", 1.5),
        (RATE, 0.001, "1.5", 1.5),
        (RATE, 0.001, "0.5e-3", 0.0005),
        (RATE, 0.001, "3e-4 ", 0.0003),
        (RATE, 0.001, "1,5e-3", 0.0015),
        (BATCH, 64, "1,000", 1000),
        (BATCH, 64, "2.000", 2000),
        (BATCH, 64, "1 000", 1000),
        (BATCH, 64, "1'000", 1000),
        (BATCH, 64, "1,5", None),
        (BATCH, 64, "12.", None),
        (BATCH, 64, "65,536,0", None),
        (RATE, 0.001, "1,000", None),
        (RATE, 0.001, "1.2.3", None),
        (RATE, 0.001, "2e", None),
        (RATE, 0.001, "1,500", None),
        (KERNEL, (3, 3), "3.5", None),
        (LIST, (2, 3), "4, 5, x", None),
        (WORDY, "answer", "7,5", None),
    ],
)
def test_the_number_that_is_meant_or_the_one_before(hold, language, parameter, value, typed, meant) -> None:
    holder = hold(parameter, value)
    holder.type(typed)
    if meant is None:
        assert holder.field.edit.text() == typed, "it may be on the way to something"
    holder.key(Key.Key_Return)
    kept = value if meant is None else meant
    assert holder.edited == ([] if kept == value else [kept])
    assert holder.field.edit.text() == parameter.show(kept)
    assert len(holder.refused) == (meant is None)
    for sentence in holder.refused:
        assert sentence.startswith(parameter.title)
        assert sentence.endswith(f"It is still {parameter.show(value)}.")


@pytest.mark.parametrize(
    ("pasted", "meant"), [("  3e-4\n", 0.0003), ("1,5\n", 1.5), ("\u22121,5", None), ("2\n3", None)]
)
def test_numbers_are_pasted(hold, pasted: str, meant: float | None) -> None:
    holder = hold(RATE, 0.001)
    QApplication.clipboard().setText(pasted)
    holder.field.edit.setFocus()
    holder.field.edit.selectAll()
    holder.key(Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    holder.other.setFocus()
    assert holder.edited == ([] if meant is None else [meant])
    assert len(holder.refused) == (meant is None)


def test_what_was_finished_is_what_one_goes_back_to(hold) -> None:
    holder = hold(BATCH, 64)
    holder.type("128")
    holder.key(Key.Key_Return)
    holder.type("25,6")
    holder.key(Key.Key_Return)
    assert holder.field.edit.text() == "128"
    holder.key(Key.Key_Up)
    holder.type("1x")
    assert holder.edited[-1] == 129, "a step is finished as it is made"
    holder.field.set_value(32)  # as by undo
    holder.type("1x")
    holder.other.setFocus()
    assert holder.field.edit.text() == "32"
    assert holder.edited == [128, 129]


def test_a_refused_number_leaves_no_trace_in_the_project(desk) -> None:
    document = desk.window.document
    recipe = document.recipe
    batch = desk.window.toolbar.field("batch_size")
    desk.type_into(batch.edit, "1,5")
    assert document.recipe == recipe
    assert not document.can_undo, "there is nothing to take back"
    assert "Batch size must be a whole number" in desk.window.status.text
    assert f"It is still {recipe.batch_size}." in desk.window.status.text
    desk.type_into(desk.window.toolbar.field("optimizer.learning_rate").edit, "1,5")
    assert document.recipe.optimizer.values["learning_rate"] == 1.5
    desk.type_into(desk.window.toolbar.field("epochs").edit, "2.000")
    assert document.recipe.epochs == 2000


def test_the_form_for_a_row_takes_both_decimal_marks(desk) -> None:
    desk.use("houses")
    tryout = desk.window.tryout
    desk.until(lambda: tryout.table.values, "the form")
    asked: list[float] = []
    tryout.table.prediction_wanted.connect(lambda row: asked.append(float(row[0, 0])))
    field = tryout.table.form.field("0")
    before = field.value
    for typed, meant in (("120,5", 120.5), ("1.234,5", 1234.5), ("1 234", 1234.0)):
        desk.type_into(field.edit, typed)
        assert asked[-1] == meant
    for typed in ("1,500", "12,5,", "twelve", " "):
        desk.type_into(field.edit, typed)
        assert asked[-1] != before
        assert field.edit.text() == typed
        assert "area (m²)" in tryout.table.warning.text()
        assert tryout.table.answer.text() == "no prediction"


def test_arrow_keys_step_within_the_bounds(hold) -> None:
    holder = hold(WHOLE, 19)
    holder.field.edit.setFocus()
    for _ in range(3):
        holder.key(Key.Key_Up)
    holder.key(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    holder.key(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert holder.edited == [20, 10, 1]
    assert holder.field.edit.text() == "1"


def test_steps_suit_the_kind_of_setting() -> None:
    assert stepped(RATE, 0.001, 1) == 0.002
    assert stepped(RATE, 0.002, 1) == 0.005
    assert stepped(RATE, 0.003, -1) == 0.002
    assert stepped(RATE, 10.0, 1) == 10.0
    assert stepped(SHARE, 0.98, 1) == 1.0
    assert stepped(KERNEL, (3, 5), 1) == (4, 6)
    assert stepped(KERNEL, (9, 1), -1) == (8, 1)
    assert stepped(KERNEL, "same", 1) is None
    assert stepped(WORDY, "answer", 1) is None
    assert stepped(LIST, (1, 2), 1) is None


def test_the_wheel_steps_only_with_the_focus(hold) -> None:
    for parameter, value, after in ((WHOLE, 8, 9), (KIND, "b", "a")):
        holder = hold(parameter, value)
        holder.other.setFocus()
        assert not holder.wheel(up=True), "the panel scrolls instead"
        assert holder.edited == []
        holder.field.setFocus()
        assert holder.wheel(up=True)
        assert holder.edited == [after]


def test_choices_and_flags(hold) -> None:
    choice = hold(KIND, "a")
    assert isinstance(choice.field, ChoiceField)
    assert choice.field.combo.currentText() == "First"
    choice.field.setFocus()
    choice.key(Key.Key_Down)
    assert choice.edited == ["b"]
    flag = hold(YES, False)
    assert isinstance(flag.field, FlagField)
    flag.field.setFocus()
    flag.key(Key.Key_Space)
    assert flag.edited == [True]
    choice.field.set_value("a")
    flag.field.set_value(False)
    assert (choice.edited, flag.edited) == (["b"], [True]), "showing a value is no edit"


def test_words_with_a_meaning_are_in_a_menu_that_explains_them(hold) -> None:
    holder = hold(WORDY, 7)
    (word,) = holder.field.words_menu.actions()
    assert word.text() == "answer: one per class, or one per target value"
    word.trigger()
    assert holder.edited == ["answer"]
    assert holder.field.edit.text() == "answer"


def test_a_unit_is_painted_beside_a_number(hold) -> None:
    plain = hold(Integer(name="units", title="Units", default=8, help="How many."), 8).field
    with_unit = hold(WHOLE, 8).field
    for field in (plain, with_unit):
        field.setFixedSize(160, 28)
    assert plain.edit.grab().toImage() != with_unit.edit.grab().toImage()


def test_showing_a_value_does_not_disturb_typing(hold) -> None:
    holder = hold(RATE, 0.001)
    holder.type("0.0")
    holder.field.set_value(0.0)
    assert holder.field.edit.text() == "0", "what came from elsewhere is shown"
    holder.type("1e-")
    holder.field.set_value(holder.field.value)
    assert holder.field.edit.text() == "1e-", "a value that did not change says nothing about what is typed"
    holder.field.set_value(0.5)
    assert holder.field.edit.text() == "0.5", "another value, from undo, is shown"


def test_undo_is_the_fields_only_while_there_is_typing_to_undo(desk) -> None:
    document = desk.window.document
    document.select([desk.node("Linear")])
    field = desk.window.inspector.layer.form.field("out_features")
    before = document.graph.nodes[desk.node("Linear")].params.out_features
    for words in ("17", "18"):
        desk.type_into(field.edit, words)
    assert document.graph.nodes[desk.node("Linear")].params.out_features == 18
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(field.edit, Key.Key_Z, control)
    assert document.graph.nodes[desk.node("Linear")].params.out_features == 17, "each value that was finished is a step"
    QTest.keyClick(field.edit, Key.Key_Z, control)
    assert document.graph.nodes[desk.node("Linear")].params.out_features == before
    assert field.edit.text() == str(before)


def test_the_arrow_of_words_follows_the_theme(hold, qapp) -> None:
    holder = hold(KERNEL, (3, 3))
    style.apply(qapp, "light")
    before = holder.field.words_opener.icon().cacheKey()  # type: ignore[attr-defined]
    style.apply(qapp, "dark")
    try:
        assert holder.field.words_opener.icon().cacheKey() != before  # type: ignore[attr-defined]
    finally:
        style.apply(qapp, "light")
