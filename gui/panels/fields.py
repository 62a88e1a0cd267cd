"""One editor for one declared setting: explained, bounded, and never holding a value that is not allowed."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from engine.counting import unit_of
from engine.graph.parameters import BadParameter, Choice, Flag, Integer, Parameter, Real, Size
from gui import manual
from gui.keys_in_words import key_of, set_tip
from gui.panels import searched_combo
from gui.panels.commit_edit import CommitEdit
from gui.panels.searched_combo import SearchedCombo
from gui.plain_text import plain_tip
from gui.theme import fonts, icons, style

WORDS = {
    "answer": "one per class, or one per target value",
    "same": "keeps the size",
    "valid": "no padding",
    "kernel": "the kernel size",
}
"""What the words that stand for numbers mean, for the menu of the field."""
REST_MS = 1_000
"""How long arrow keys and the wheel rest before the next step is another step of undo."""


def explained(parameter: Parameter, path: str = "") -> str:
    """The tooltip of a setting: what it is, its name in code, and whether the manual has more about it."""
    key = key_of("explain")
    more = f"<p>{key}: more</p>" if key and manual.of_setting(path) else ""
    return f"<p><b>{parameter.title}</b> <code>{parameter.name}</code></p><p>{parameter.help}</p>{more}"


def field_for(parameter: Parameter, value: Any, parent: QWidget | None = None) -> Field:
    """The right editor for a declared setting."""
    if isinstance(parameter, Flag):
        return FlagField(parameter, value, parent)
    if isinstance(parameter, Choice):
        return ChoiceField(parameter, value, parent)
    return TextField(parameter, value, parent)


def explain(widget: QWidget, parameter: Parameter, path: str = "") -> None:
    """Have a widget say what a setting is: in its tooltip, and in plain words to a screen reader.

    ``path`` is the one by which ``gui.manual`` knows the setting.
    """
    set_tip(widget, partial(explained, parameter, path))
    widget.setAccessibleDescription(parameter.help)


class Field(QWidget):
    """An editor of one setting.

    ``edited`` brings a new value that the declaration allows. Whoever takes it shows it with ``set_value``; where that
    does not happen, as for a value that contradicts another setting, the field goes back to the one it had.
    """

    edited = Signal(object)
    refused = Signal(str)
    """Why what was typed is not taken; the setting is what it was."""
    doubted = Signal()
    """What stands there has begun to mean nothing, or means something again: see ``problem``."""
    settled = Signal()
    """A value has been taken and is finished: the next one is another step of undo."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.path = ""
        """By which ``gui.manual`` knows the setting; "" where it does not."""
        self.value = value
        """The value that holds, whatever is being typed."""
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.timeout.connect(self.settled)
        explain(self, parameter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def _put(self, editor: QWidget) -> None:
        editor.setAccessibleName(self.parameter.title)
        editor.setAccessibleDescription(self.parameter.help)
        self._row.addWidget(editor)
        self.setFocusProxy(editor)

    def belong_to(self, path: str) -> None:
        """Say which setting this is, so that its tooltip points to the manual."""
        self.path = path
        explain(self, self.parameter, path)

    def set_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        self.value = value
        self._show()

    @property
    def problem(self) -> str:
        """Why what stands there means nothing; "" while it means a value."""
        return ""

    def _show(self) -> None:
        """Write the value into the editor."""
        raise NotImplementedError

    def _offer(self, value: Any, *, finished: bool) -> None:
        """Bring a new value to whoever takes it. Steps that are not ``finished`` are one until they rest."""
        if value != self.value:
            if finished:
                self._end_gesture()
            self.edited.emit(value)
        taken = value == self.value
        self._show()
        if taken and finished:
            self.settled.emit()
        elif taken:
            self._resting.start(REST_MS)

    def _end_gesture(self) -> None:
        """The steps made so far, by arrow keys or the wheel, are one step of undo."""
        if self._resting.isActive():
            self._resting.stop()
            self.settled.emit()


class FlagField(Field):
    """Yes or no, as a check box."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, value, parent)
        self.box = QCheckBox()
        self._put(self.box)
        self._row.addStretch(1)
        self._show()
        self.box.toggled.connect(self._toggled)

    def _show(self) -> None:
        self.box.blockSignals(True)
        self.box.setChecked(bool(self.value))
        self.box.blockSignals(False)

    @Slot(bool)
    def _toggled(self, checked: bool) -> None:
        self._offer(checked, finished=True)


class _Combo(QComboBox):
    """A combo box that the wheel changes only while it has the focus: scrolling a panel must not edit."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(Field):
    """One of several, as a combo box; of very many one that is searched."""

    def __init__(self, parameter: Choice, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, value, parent)
        self._labels = parameter.labels or tuple(map(str, parameter.options))
        self._options = parameter.options
        many = len(parameter.options) >= searched_combo.FROM
        self.combo = SearchedCombo(parameter.title, self._labels) if many else _Combo()
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMinimumContentsLength(6)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if isinstance(self.combo, SearchedCombo):
            self.combo.picked.connect(self._picked)
        else:
            for option, label in zip(parameter.options, self._labels, strict=True):
                self.combo.addItem(label, option)
            for place, words in enumerate(parameter.helps):
                self.combo.setItemData(place, plain_tip(words), Qt.ItemDataRole.ToolTipRole)
        self._put(self.combo)
        self._show()
        if not isinstance(self.combo, SearchedCombo):
            self.combo.currentIndexChanged.connect(self._chosen)

    def _show(self) -> None:
        self.combo.blockSignals(True)
        if isinstance(self.combo, SearchedCombo):
            self.combo.show_place(self._options.index(self.value) if self.value in self._options else -1)
        else:
            self.combo.setCurrentIndex(self.combo.findData(self.value))
        self.combo.blockSignals(False)

    @Slot(int)
    def _picked(self, place: int) -> None:
        self._offer(self._options[place], finished=True)

    def _chosen(self, _index: int) -> None:
        # The wheel and the arrow keys pass by other choices on their way: that is one gesture.
        self._offer(self.combo.currentData(), finished=False)


class TextField(Field):
    """A number, several numbers or a name, typed: taken by Enter or on leaving, restored by Esc.

    Arrow keys and the wheel step a number at once. Text that means nothing is marked while it stands there, and never
    taken: the field then shows the value that holds again, and ``refused`` says why.
    """

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, value, parent)
        self.edit = _ValueEdit(parameter.unit)
        self._put(self.edit)
        self._add_words()
        self._show()
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._finished)
        self.edit.stepped.connect(self._step)
        self.edit.left.connect(self._end_gesture)

    def set_value(self, value: Any) -> None:
        """Show a value without saying that it was edited. One that is known already leaves alone what is typed."""
        known, self.value = value == self.value, value
        if not (known and self.edit.hasFocus() and self.edit.is_draft()):
            self._show()

    def _show(self) -> None:
        self.edit.show_text(self.parameter.show(self.value))
        self._mark("")

    def _add_words(self) -> None:
        words = getattr(self.parameter, "words", ())
        if not words:
            return
        menu = QMenu(self.edit)
        for word in words:
            action = menu.addAction(f"{word}: {WORDS[word]}" if word in WORDS else word)
            action.setData(word)
        menu.triggered.connect(self._word_chosen)
        opener = self.edit.addAction(icons.icon("chevron-down"), QLineEdit.ActionPosition.TrailingPosition)
        opener.setToolTip("Values with a meaning")
        self.words_menu, self.words_opener = menu, opener
        opener.triggered.connect(self._open_menu)
        style.notifier().changed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.words_opener.setIcon(icons.icon("chevron-down"))

    def _open_menu(self) -> None:
        self.words_menu.popup(self.edit.mapToGlobal(self.edit.rect().bottomLeft()))

    def _word_chosen(self, action: QAction) -> None:
        self._offer(str(action.data()), finished=True)

    def _read(self) -> tuple[Any, str]:
        """The value that the text means, and why it means none."""
        try:
            return self.parameter.parse(self.edit.text()), ""
        except BadParameter as error:
            return None, str(error)

    def _typed(self, _text: str) -> None:
        self._end_gesture()
        self._mark(self._read()[1] if self.edit.is_draft() else "")

    def _finished(self) -> None:
        """Take what was typed, or say why not and show again what holds."""
        if not self.edit.isModified():
            return
        value, problem = self._read()
        self.edit.setModified(False)
        if problem:
            self._show()
            self.refused.emit(f"{problem} It is still {self.parameter.show(self.value)}.")
        else:
            self._offer(value, finished=True)

    @property
    def problem(self) -> str:
        return str(self.edit.property("problem") or "")

    def _mark(self, problem: str) -> None:
        if self.problem == problem:
            return
        self.edit.setProperty("problem", problem)
        self.edit.setToolTip(plain_tip(problem) if problem else explained(self.parameter, self.path))
        self.edit.update()
        self.doubted.emit()

    def _step(self, direction: int, large: bool) -> None:
        value, problem = self._read()
        new = stepped(self.parameter, self.value if problem else value, direction, large)
        if new is not None:
            self.edit.setModified(False)
            self._offer(new, finished=False)


def stepped(parameter: Parameter, value: Any, direction: int, large: bool = False) -> Any:
    """The neighbouring value, within the bounds; None when the setting has no neighbours."""
    if isinstance(parameter, Integer) and isinstance(value, int):
        new = value + direction * (10 if large else 1)
        return max(parameter.low, min(parameter.high, new))
    if isinstance(parameter, Size) and isinstance(value, tuple):
        return tuple(max(parameter.low, min(parameter.high, n + direction)) for n in value)
    if isinstance(parameter, Real) and isinstance(value, float):
        new_real = _next_125(value, direction) if parameter.logarithmic else value + direction * _real_step(parameter)
        return max(parameter.low, min(parameter.high, float(f"{new_real:.6g}")))
    return None


def _real_step(parameter: Real) -> float:
    return 0.05 if parameter.high - parameter.low <= 2 else 1.0


def _next_125(value: float, direction: int) -> float:
    """The next of … 0.001, 0.002, 0.005, 0.01 … above or below."""
    ladder = [m * 10.0**e for e in range(-8, 7) for m in (1, 2, 5)]
    if direction > 0:
        return next((step for step in ladder if step > value * 1.0001), value)
    return next((step for step in reversed(ladder) if step < value * 0.9999), 0.0)


class _ValueEdit(CommitEdit):
    """A line edit with its unit at the right, quiet, and a red edge while its text is not allowed."""

    stepped = Signal(int, bool)
    left = Signal()

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit
        self.setFont(fonts.font("number"))
        self.setMinimumWidth(64)
        self.setAcceptDrops(False)  # a file that is dropped is for the window, and its path is no value

    def sizeHint(self) -> QSize:
        return QSize(120, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is not None:
            self.stepped.emit(direction, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.stepped.emit(1 if event.angleDelta().y() > 0 else -1, False)
            event.accept()
        else:
            event.ignore()

    @property
    def shown_unit(self) -> str:
        """The unit as it goes with the number that stands in the field: 1 epoch, 2 epochs."""
        return unit_of(1 if self.text().strip() in ("1", "1.0") else 0, self._unit)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = style.current()
        painter = QPainter(self)
        if self._unit and self.text().strip()[:1] in "0123456789-+.":
            unit = self.shown_unit
            painter.setFont(fonts.font("caption"))
            metrics = painter.fontMetrics()
            width = metrics.horizontalAdvance(unit)
            used = self.fontMetrics().horizontalAdvance(self.text())
            right = self.width() - 10 - (20 if self.actions() else 0)
            if right - width > used + 20:
                painter.setPen(QColor(theme.quiet))
                place = self.rect().adjusted(0, 0, right - self.width(), 0)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, unit)
        if self.property("problem"):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.error_text))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        painter.end()
