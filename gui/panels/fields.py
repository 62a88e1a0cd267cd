"""One editor for one declared setting: explained, bounded, and never holding a value that is not allowed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from engine.graph.parameters import BadParameter, Choice, Flag, Integer, Parameter, Real, Size
from gui.plain import plain_tip
from gui.theme import fonts, icons, style

WORDS = {"answer": "as many as the answers", "same": "same: keeps the size", "valid": "valid: no padding, 0"}
"""What the words that stand for numbers mean, for the menu of the field."""


def explained(parameter: Parameter) -> str:
    """The tooltip of a setting: what it is, and its name in code."""
    return f"<p><b>{parameter.title}</b> <code>{parameter.name}</code></p><p>{parameter.help}</p>"


def field_for(parameter: Parameter, value: Any, parent: QWidget | None = None) -> Field:
    """The right editor for a declared setting."""
    if isinstance(parameter, Flag):
        return FlagField(parameter, value, parent)
    if isinstance(parameter, Choice):
        return ChoiceField(parameter, value, parent)
    return TextField(parameter, value, parent)


def explain(widget: QWidget, parameter: Parameter) -> None:
    """Have a widget say what a setting is: in its tooltip, and in plain words to a screen reader."""
    widget.setToolTip(explained(parameter))
    widget.setAccessibleDescription(parameter.help)


class Field(QWidget):
    """An editor of one setting. ``edited`` brings every new value that the declaration allows."""

    edited = Signal(object)
    refused = Signal(str)
    settled = Signal()
    """What was typed is finished (Enter, or the focus went elsewhere)."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        explain(self, parameter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def _put(self, editor: QWidget) -> None:
        editor.setAccessibleName(self.parameter.title)
        editor.setAccessibleDescription(self.parameter.help)
        self._row.addWidget(editor)
        self.setFocusProxy(editor)

    def set_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        raise NotImplementedError


class FlagField(Field):
    """Yes or no, as a check box."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = QCheckBox()
        self._put(self.box)
        self._row.addStretch(1)
        self.set_value(value)
        self.box.toggled.connect(self.edited.emit)

    def set_value(self, value: Any) -> None:
        self.box.blockSignals(True)
        self.box.setChecked(bool(value))
        self.box.blockSignals(False)


class _Combo(QComboBox):
    """A combo box that the wheel changes only while it has the focus: scrolling a panel must not edit."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(Field):
    """One of several, as a combo box."""

    def __init__(self, parameter: Choice, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.combo = _Combo()
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMinimumContentsLength(6)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for option in parameter.options:
            self.combo.addItem(parameter.label(option), option)
        self._put(self.combo)
        self.set_value(value)
        self.combo.currentIndexChanged.connect(self._chosen)

    def set_value(self, value: Any) -> None:
        self.combo.blockSignals(True)
        self.combo.setCurrentIndex(self.combo.findData(value))
        self.combo.blockSignals(False)

    def _chosen(self, _index: int) -> None:
        self.edited.emit(self.combo.currentData())


class TextField(Field):
    """A number, several numbers or a name, typed. Arrow keys and the wheel step a number.

    The value is that of the whole text or, while the text means nothing, the one from before typing began: what stands
    for a moment on the way to another number, as 1 on the way to 1.5, is never kept.
    """

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.edit = _ValueEdit(parameter.unit)
        self._value = self._before = value
        self._put(self.edit)
        self._add_words()
        self.set_value(value)
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._finished)
        self.edit.stepped.connect(self._step)

    def set_value(self, value: Any) -> None:
        known, self._value = value == self._value, value
        if not known:
            self._before = value
        shown = self.parameter.show(value)
        if self.edit.hasFocus() and (self._parsed() == value or (known and self.edit.isModified())):
            return  # what is being typed already means this value, or does not mean anything yet
        if self.edit.text() != shown:
            self.edit.setText(shown)
        self._mark("")

    def _add_words(self) -> None:
        words = getattr(self.parameter, "words", ())
        if not words:
            return
        menu = QMenu(self.edit)
        for word in words:
            action = menu.addAction(f"{word}: {WORDS[word]}" if word in WORDS and ":" not in WORDS[word] else word)
            action.setData(word)
        menu.triggered.connect(self._word_chosen)
        opener = self.edit.addAction(icons.icon("chevron-down"), QLineEdit.ActionPosition.TrailingPosition)
        opener.setToolTip("Values with a meaning")
        self._menu, self._opener = menu, opener
        opener.triggered.connect(self._open_menu)
        style.notifier().changed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self._opener.setIcon(icons.icon("chevron-down"))

    def _open_menu(self) -> None:
        self._menu.popup(self.edit.mapToGlobal(self.edit.rect().bottomLeft()))

    def _word_chosen(self, action: QAction) -> None:
        self.edit.setText(str(action.data()))
        self._typed(self.edit.text())
        self._before = self._value

    def _parsed(self) -> Any:
        try:
            return self.parameter.parse(self.edit.text())
        except BadParameter:
            return None

    def _typed(self, text: str) -> None:
        try:
            value = self.parameter.parse(text)
        except BadParameter as error:
            self._mark(str(error))
            value = self._before
        else:
            self._mark("")
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _finished(self) -> None:
        """Text that means nothing goes back to the value from before it was typed, with a word about why."""
        problem = self.edit.property("problem")
        self._before = self._value
        shown = self.parameter.show(self._value)
        if problem:
            self.refused.emit(f"{problem} It is still {shown}.")
        self.edit.setText(shown)
        self._mark("")
        self.settled.emit()

    def _mark(self, problem: str) -> None:
        if (self.edit.property("problem") or "") == problem:
            return
        self.edit.setProperty("problem", problem)
        self.edit.setToolTip(plain_tip(problem) if problem else explained(self.parameter))
        self.edit.update()

    def _step(self, direction: int, large: bool) -> None:
        new = stepped(self.parameter, self._value, direction, large)
        if new is not None and new != self._value:
            self._value = self._before = new
            self.edit.setText(self.parameter.show(new))
            self._mark("")
            self.edited.emit(new)


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


def is_typing() -> bool:
    """Whether a value is being typed in a field just now, and may be on the way to another one."""
    edit = QApplication.focusWidget()
    return isinstance(edit, _ValueEdit) and edit.isModified()


class _ValueEdit(QLineEdit):
    """A line edit with its unit at the right, quiet, and a red edge while its text is not allowed."""

    stepped = Signal(int, bool)

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit
        self.setFont(fonts.font("number"))
        self.setMinimumWidth(64)

    def sizeHint(self) -> QSize:
        return QSize(120, super().sizeHint().height())

    def event(self, event: QEvent) -> bool:
        # Undo belongs to the field only while there is typing to undo; else it is the window's.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = event.matches(QKeySequence.StandardKey.Undo), event.matches(QKeySequence.StandardKey.Redo)
            if (undo and not self.isUndoAvailable()) or (redo and not self.isRedoAvailable()):
                event.ignore()
                return False
        return super().event(event)

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = style.current()
        painter = QPainter(self)
        if self._unit and self.text().strip()[:1] in "0123456789-+.":
            painter.setFont(fonts.font("caption"))
            metrics = painter.fontMetrics()
            width = metrics.horizontalAdvance(self._unit)
            used = self.fontMetrics().horizontalAdvance(self.text())
            right = self.width() - 10 - (20 if self.actions() else 0)
            if right - width > used + 20:
                painter.setPen(QColor(theme.quiet))
                place = self.rect().adjusted(0, 0, right - self.width(), 0)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
        if self.property("problem"):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.error_text))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        painter.end()
