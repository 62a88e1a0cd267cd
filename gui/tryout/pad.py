"""The drawing pad: whatever one writes with, the strokes come out the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.arrows import ARROWS
from gui.tryout.ink import SIDE
from gui.tryout.pad_drawing import PadDrawing
from gui.tryout.pad_painting import PadPainting

_MOUSE, _PEN, _KEYS = "mouse", "pen", "keys"
_STEP = SIDE / 28


class DrawingPad(QWidget):
    """A square to draw on with mouse, finger, pen or keyboard.

    Exactly one of them holds the stroke in progress; what the others do meanwhile (a palm, a second finger) is
    ignored. Points are kept in pad units (0 to ``ink.SIDE``, y downwards), clipped to the pad.

    Keyboard: arrows move a cursor (Shift: further), Space lowers and lifts the pen, Backspace takes back a stroke,
    Delete clears, Esc drops the stroke in progress.
    """

    drawing_changed = Signal()
    """The drawing looks different; while the pen moves at most once a frame."""
    stroke_finished = Signal()
    """The pen was lifted; comes after ``drawing_changed``."""
    undone = Signal()
    """The last stroke or the last clearing was taken back; comes after ``drawing_changed``."""
    typed = Signal(str)
    """One of ``answers`` was typed while something is drawn."""
    keep_wanted = Signal()
    """Enter, or Space where it does not draw, was pressed while something is drawn; only with ``keeps``."""

    def __init__(self, parent: QWidget | None = None, *, frame_milliseconds: int = 16) -> None:
        super().__init__(parent)
        self._drawing = PadDrawing()
        self._painting = PadPainting(self, self._drawing)
        self._holder: object | None = None  # "mouse", "pen", "keys" or the id of a finger
        self._cursor: tuple[float, float] | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(frame_milliseconds)
        self._frame.timeout.connect(self.drawing_changed)
        self.empty_text = "Draw a digit here"
        self.answers: frozenset[str] = frozenset()
        """Letters that say what is drawn."""
        self.keeps = False
        """Whether Enter and Space keep what is drawn, as long as nobody draws by keyboard."""
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(96, 96)
        self.setAccessibleName("Drawing pad")
        self.setToolTip(
            "Draw with mouse, finger or pen, or drop an image. Keyboard: arrows move, Space lowers and lifts the "
            "pen, Backspace undoes a stroke, Delete clears."
        )
        self._describe()
        theme.notifier().changed.connect(self._repaint_all)

    # -- what is drawn ------------------------------------------------------------------------------------------

    def strokes(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The drawing, the stroke in progress included: one tuple of (x, y) in pad units for each stroke."""
        strokes = (*self._drawing.strokes, self._drawing.in_progress)
        return tuple(stroke.points for stroke in strokes if stroke.points)

    def set_strokes(self, strokes: Iterable[Iterable[Sequence[float]]]) -> None:
        """Show a saved drawing (pad units) in place of this one; ValueError for points that are no finite pairs."""
        self._drawing.restore(strokes)
        self._holder = None
        self._tell_of_all()

    def picture(self) -> NDArray[np.uint8] | None:
        """The picture that lies on the pad, under what is drawn; None when there is none."""
        return self._drawing.picture

    def set_picture(self, pixels: NDArray[np.uint8]) -> None:
        """Lay a picture (uint8, height×width, ink bright on black) on the pad, in place of what is on it.

        It can be drawn on, and ``undo`` brings back what was there before.
        """
        if pixels.ndim != 2 or pixels.dtype != np.uint8:
            raise ValueError(f"Expected a grey image, uint8 with two axes; found {pixels.dtype} {pixels.shape}.")
        self._abandon()
        self._drawing.replace((), pixels.copy())
        self._tell_of_all()

    def is_empty(self) -> bool:
        """True when nothing is drawn and no picture lies here."""
        return self._drawing.is_empty

    def is_drawing(self) -> bool:
        """True while a stroke is in progress."""
        return self._holder is not None

    def can_undo(self) -> bool:
        """True when there is a stroke, or a clearing, to take back."""
        return self._drawing.can_undo

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke, or the last clearing."""
        if self._holder is not None:
            self._abandon()
            self._tell()
        elif self._drawing.undo():
            self._tell_of_all()
            self.undone.emit()

    @Slot()
    def clear(self) -> None:
        """Clear the pad; ``undo`` brings the drawing back."""
        self._abandon()
        if not self.is_empty():
            self._drawing.replace((), None)
            self._tell_of_all()

    # -- one stroke ---------------------------------------------------------------------------------------------

    def _begin(self, holder: object, at: QPointF, pressure: float = 0.5) -> None:
        self._holder = holder
        self._cursor = self._cursor if holder == _KEYS else None
        self._extend(at, pressure)
        self.update()  # the words of the empty pad go away

    def _extend(self, at: QPointF, pressure: float = 0.5) -> None:
        if not self._drawing.add(self._painting.to_pad(at), pressure):
            return
        self.update(self._painting.add_newest().toAlignedRect())
        if not self._frame.isActive():
            self._frame.start()

    def _finish(self) -> None:
        self._holder = None
        self._painting.add_tail(self._drawing.finish())
        self._tell()
        self.stroke_finished.emit()

    def _abandon(self) -> None:
        """Drop the stroke in progress without a trace."""
        if self._holder is not None:
            self._holder = None
            self._drawing.drop()
            self._repaint_all()

    def _tell_of_all(self) -> None:
        """The whole drawing is another one."""
        self._repaint_all()
        self._tell()

    def _tell(self) -> None:
        self._frame.stop()
        self._describe()
        self.update()
        self.drawing_changed.emit()

    def invite(self, words: str) -> None:
        """What stands on the empty pad."""
        self.empty_text = words
        self._describe()
        self.update()

    def _describe(self) -> None:
        words = self._drawing.words
        self.setAccessibleDescription(f"{words}. {self.empty_text}." if self.is_empty() else words)

    def _erase(self, at: QPointF) -> None:
        if self._drawing.erase(self._painting.to_pad(at)):
            self._tell_of_all()

    # -- mouse, pen, fingers, keys ------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        # Qt leaves out points of the mouse's way when it is behind; here every one of them is ink.
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, True)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._holder is None:
            self._begin(_MOUSE, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._holder != _MOUSE:
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(event.position())
        else:  # the release went to somebody else: another window took the mouse
            self._finish()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._holder == _MOUSE:
            self._extend(event.position())
            self._finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # the second of two quick dots is a dot like the first

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()  # so that Qt does not repeat it as a mouse event
        kind = event.type()
        if event.pointerType() == QPointingDevice.PointerType.Eraser:
            if kind in (QEvent.Type.TabletPress, QEvent.Type.TabletMove) and event.buttons() and not self.is_drawing():
                self._erase(event.position())
        elif kind == QEvent.Type.TabletPress:
            if event.button() == Qt.MouseButton.LeftButton:
                if self._holder is not None and self._holder not in (_MOUSE, _PEN):
                    self._abandon()  # the palm came down before the pen did
                if self._holder is None:
                    self._begin(_PEN, event.position(), event.pressure())
        elif self._holder == _PEN:
            if kind == QEvent.Type.TabletMove:
                self._extend(event.position(), event.pressure())
            elif kind == QEvent.Type.TabletRelease:
                self._finish()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd):
            assert isinstance(event, QTouchEvent)
            self._touch(event)
            event.accept()
            return True
        if kind == QEvent.Type.TouchCancel:
            if isinstance(self._holder, int):
                self._abandon()
                self._tell()
            event.accept()
            return True
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        for point in event.points():
            state = point.state()
            if state == point.State.Pressed:
                if self._holder is None:
                    self.setFocus(Qt.FocusReason.MouseFocusReason)
                    self._begin(point.id(), point.position())
            elif self._holder == point.id():
                if state == point.State.Released:
                    self._extend(point.position())
                    self._finish()
                elif state == point.State.Updated:
                    self._extend(point.position())

    def _wants(self, event: QKeyEvent) -> bool:
        """Keys that mean something here, even where the window has a shortcut on them."""
        if event.matches(QKeySequence.StandardKey.Undo):
            return self.can_undo() or self.is_drawing()
        if event.key() == Qt.Key.Key_Escape:
            return self.is_drawing()
        if self._answer(event) or self._keeps(event):
            return True
        return event.key() in (*ARROWS, Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)

    def _answer(self, event: QKeyEvent) -> str:
        """Which of ``answers`` is typed; "" for none."""
        return "" if self.is_empty() or self.is_drawing() else self.answer_of(event)

    def answer_of(self, event: QKeyEvent) -> str:
        """Which of ``answers`` a key stands for, in upper or lower case; "" for none."""
        shift, keypad = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier
        if event.modifiers() & ~(shift | keypad) or not event.text():
            return ""
        return next((text for text in (event.text(), event.text().swapcase()) if text in self.answers), "")

    def _keeps(self, event: QKeyEvent) -> bool:
        if not self.keeps or self.is_empty() or self.is_drawing():
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return enter or (event.key() == Qt.Key.Key_Space and self._cursor is None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._wants(event):
            super().keyPressEvent(event)
        elif answer := self._answer(event):
            self.typed.emit(answer)
        elif self._keeps(event):
            self.keep_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self._abandon()
            self._tell()
        elif key == Qt.Key.Key_Backspace or event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif key == Qt.Key.Key_Delete:
            self.clear()
        elif key == Qt.Key.Key_Space:
            if self._holder == _KEYS:
                self._finish()
            elif self._holder is None:
                self._cursor = self._cursor or (SIDE / 2, SIDE / 2)
                self._begin(_KEYS, self._painting.from_pad(self._cursor))
        else:
            self._walk(Qt.Key(key), 4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)

    def _walk(self, key: Qt.Key, steps: int) -> None:
        across, down = ARROWS[key]
        x, y = self._cursor or (SIDE / 2, SIDE / 2)
        x = min(max(x + across * steps * _STEP, 0.0), SIDE)
        y = min(max(y + down * steps * _STEP, 0.0), SIDE)
        self._cursor = (x, y)
        if self._holder == _KEYS:
            self._extend(self._painting.from_pad(self._cursor))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._holder == _KEYS:
            self._finish()
        self._cursor = None
        self.update()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._holder is not None:
            self._finish()
        super().hideEvent(event)

    # -- geometry and paint -------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(168, 168)

    def heightForWidth(self, width: int) -> int:
        return width

    def square(self) -> QRectF:
        """Where the pad lies in the widget: the largest square, at the top, in widget coordinates."""
        return self._painting.square()

    @Slot()
    def _repaint_all(self) -> None:
        self._painting.forget()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._repaint_all()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = self.square().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(QColor(colours.field if colours.dark else colours.panel))
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.hairline), 1))
        painter.drawRoundedRect(square, theme.RADII.card, theme.RADII.card)
        if self.is_empty():
            painter.setPen(QColor(colours.quiet))
            painter.setFont(theme.font("small"))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
        else:
            painter.setClipRect(square, Qt.ClipOperation.IntersectClip)  # ink at the edge stays on the pad
            self._painting.paint(painter)
        painter.end()
        self._painting.paint_pen(self._cursor if self.hasFocus() else None)
