"""Someone who does anything at all to the real window: mouse, keys, wheel, drops, focus, themes, dialogs, undo.

Everything is a real event, drawn from a seed. Whoever soaks asks ``faults`` afterwards: exceptions that nothing
caught, warnings of Qt, and places where what is shown is not the drawing.
"""

from __future__ import annotations

import gc
import random
import sys
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.canvas.drops import MIME
from gui.dialogs import Dialogs
from gui.window import Window
from tests.popups import press_menu_key
from tests.showing import canvas_is_sound, shows_the_value

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KINDS = ("Conv2d", "ReLU", "Linear", "Add", "Flatten", "Concatenate", "Dropout", "LSTM", "MaxPool2d")
TEMPLATES = ("digit-cnn", "small-resnet", "points-2d", "empty")
HARMLESS = ("does not support", "propagateSizeHints", "grabbing the")
"""Words in Qt's messages about what the offscreen platform cannot do."""
NEVER = frozenset({"close", "train", "again", "step", "pause", "stop", "measure"})
"""Commands that a soak leaves alone: those that end it, and those that start a run."""
MOST_NODES = 60
SOON_MS = 30


class Silent(Dialogs):
    """Says no to the system's own dialogs, which no event can reach."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("file_"):
            return lambda *_values: None
        return super().__getattribute__(name)

    def unsaved(self, name: str, training: bool) -> str:
        return "cancel"

    def recover(self, name: str) -> bool:
        return False

    def tell(self, title: str, sentence: str) -> None:
        pass


class Soak:
    """A window, and one random deed after another. ``done`` counts the deeds by name."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.faults: list[str] = []
        self.done: dict[str, int] = {}
        self.trail: list[str] = []
        """The last deeds, for whoever has to find out."""
        self._hook, sys.excepthook = sys.excepthook, self._excepted
        self._unraisable, sys.unraisablehook = sys.unraisablehook, self._unraised
        self._messages = qInstallMessageHandler(self._message)
        self.window = Window()
        self.window.dialogs = self.window.files.dialogs = Silent(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        self.window.activateWindow()
        self.window.session.new("digit-cnn")
        self.held = Qt.MouseButton.NoButton
        # A dialog or menu may run an event loop of its own: somebody has to close it from inside.
        self._closer = QTimer()
        self._closer.timeout.connect(self.close_all)
        self._closer.start(SOON_MS)
        self.deeds: list[Callable[[], None]] = [
            *[self.drag] * 6,
            *[self.click] * 3,
            *[self.key] * 6,
            *[self.shortcut] * 5,
            *[self.undo] * 3,
            self.hover,
            self.wheel,
            self.wheel,
            self.drop,
            self.type,
            self.type,
            self.quick_add,
            self.focus,
            self.lose_focus,
            self.command,
            self.menu,
            self.select,
            self.press_anything,
            self.resize,
            self.dress,
            self.renew,
        ]

    @property
    def canvas(self) -> Any:
        return self.window.canvas

    # What goes wrong

    def fault(self, words: str) -> None:
        self.faults.append(f"{words}\n    after: {' · '.join(self.trail[-12:])}")

    def _excepted(self, kind: Any, error: Any, where: Any) -> None:
        self.fault("".join(traceback.format_exception(kind, error, where)))

    def _unraised(self, raised: Any) -> None:
        self.fault("".join(traceback.format_exception(raised.exc_type, raised.exc_value, raised.exc_traceback)))

    def _message(self, kind: QtMsgType, _context: Any, words: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(w in words for w in HARMLESS):
            self.fault(f"Qt says: {words}")

    # Going on

    def turn(self) -> None:
        """One deed, and what follows from it."""
        deed = self.random.choice(self.deeds)
        self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1
        self.trail.append(deed.__name__)
        del self.trail[:-40]
        try:
            deed()
        except Exception:
            self.fault(traceback.format_exc())
        QApplication.processEvents()
        if len(self.window.document.graph.nodes) > MOST_NODES:
            self.calm()
            self.renew()

    def settle(self) -> None:
        """Let go of everything, then look whether what is shown is the drawing."""
        self.calm()
        try:
            self.check()
        except AssertionError:
            self.fault(traceback.format_exc())

    def calm(self) -> None:
        """No button held, no menu or dialog open, no gesture under way."""
        if self.held != Qt.MouseButton.NoButton:
            self._mouse(QEvent.Type.MouseButtonRelease, QPoint(5, 5), self.held, Qt.MouseButton.NoButton, PLAIN)
        self.close_all()
        self.canvas.setFocus()
        for _ in range(3):
            QTest.keyClick(self.canvas, Qt.Key.Key_Escape)
        self.canvas.glide.finish()
        self.canvas.find_bar.hide()
        self.window.document.preview(None)
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def check(self) -> None:
        """The window shows the document, and nothing else is on the canvas."""
        canvas, document = self.canvas, self.window.document
        assert canvas.gesture is None, f"left over: {canvas.gesture}"
        assert not canvas.ghost.visible
        shows_the_value(canvas.projection, document)
        assert document.selection <= document.graph.nodes.keys()
        canvas_is_sound(canvas)

    def begin_again(self) -> None:
        """The first drawing again, and nothing remembered: for comparing how much is held at the same place."""
        self.calm()
        self.window.session.new("digit-cnn")
        for _ in range(5):
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    def end(self) -> None:
        self.calm()
        self._closer.stop()
        self.window.document.mark_saved()
        self.window.dialogs.unsaved = lambda *_: "discard"  # type: ignore[method-assign]
        self.window.close()
        QApplication.processEvents()
        sys.excepthook, sys.unraisablehook = self._hook, self._unraisable
        qInstallMessageHandler(self._messages)

    def close_all(self) -> None:
        """Close whatever stands in front of the window."""
        for _ in range(6):
            front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if front is None:
                break
            front.close()
        for widget in QApplication.topLevelWidgets():
            if widget is not self.window and widget.isVisible() and widget.windowType() == Qt.WindowType.Dialog:
                widget.close()

    # Deeds: the mouse

    def anywhere(self) -> QPoint:
        area = self.canvas.viewport().rect()
        return QPoint(self.random.randrange(max(1, area.width())), self.random.randrange(max(1, area.height())))

    def something(self) -> QPoint:
        """A node, a port, a wire, a note or anywhere."""
        scene, roll = self.canvas.projection, self.random.random()
        if roll < 0.15 or not scene.nodes:
            return self.anywhere()
        node = self.random.choice(list(scene.nodes.values()))
        if roll < 0.45:
            point = node.body.center()
        elif roll < 0.6 and node.place.inputs:
            point = node.input_point(self.random.choice(node.place.inputs)[0])
        elif roll < 0.75:
            point = node.output_point()
        elif roll < 0.8 and scene.notes.items:
            point = self.random.choice(list(scene.notes.items.values())).body.bottomRight() - QPointF(4.0, 4.0)
        elif scene.wires:
            point = self.random.choice(list(scene.wires.values())).curve.point(self.random.random())
        else:
            return self.anywhere()
        return self.canvas.mapFromScene(point)

    def modifiers(self) -> Qt.KeyboardModifier:
        return self.random.choice([PLAIN, PLAIN, PLAIN, CTRL, SHIFT, ALT, CTRL | SHIFT])

    def _mouse(
        self,
        kind: QEvent.Type,
        at: QPoint,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        port = self.canvas.viewport()
        self.held = held
        event = QMouseEvent(kind, QPointF(at), QPointF(port.mapToGlobal(at)), button, held, modifiers)
        QApplication.sendEvent(port, event)

    def drag(self) -> None:
        button = self.random.choice([LEFT] * 5 + [MIDDLE, RIGHT])
        modifiers, start = self.modifiers(), self.something()
        self._mouse(QEvent.Type.MouseButtonPress, start, button, button, modifiers)
        at = start
        for _ in range(self.random.randint(1, 6)):
            at = self.something()
            self._mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button, modifiers)
            if self.random.random() < 0.3:
                QApplication.processEvents()
        if self.random.random() < 0.35:  # something else comes between
            between = self.random.choice([self.key, self.shortcut, self.undo, self.lose_focus, self.dress, self.wheel])
            self.trail.append(f"in between {between.__name__}")
            between()
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, modifiers)

    def click(self) -> None:
        button = self.random.choice([LEFT, LEFT, LEFT, RIGHT, MIDDLE])
        at, modifiers = self.something(), self.modifiers()
        self._mouse(QEvent.Type.MouseButtonPress, at, button, button, modifiers)
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, modifiers)
        if self.random.random() < 0.25:
            self._mouse(QEvent.Type.MouseButtonDblClick, at, button, button, modifiers)
            self._mouse(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, modifiers)

    def hover(self) -> None:
        for _ in range(8):
            self._mouse(QEvent.Type.MouseMove, self.something(), Qt.MouseButton.NoButton, self.held, PLAIN)
        if self.random.random() < 0.3:
            QApplication.sendEvent(self.canvas, QEvent(QEvent.Type.Leave))

    def wheel(self) -> None:
        at, turn = self.something(), self.random.choice([-360, -120, -40, 40, 120, 360])
        angle = QPoint(0, turn) if self.random.random() < 0.8 else QPoint(turn, 0)
        port = self.canvas.viewport()
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        place = QPointF(port.mapToGlobal(at))
        event = QWheelEvent(QPointF(at), place, QPoint(), angle, none, self.modifiers(), phase, False)
        QApplication.sendEvent(port, event)

    def drop(self) -> None:
        data, port = QMimeData(), self.canvas.viewport()
        payload = self.random.choice([*KINDS, "NoSuchLayer", "block:residual"]).encode()
        data.setData(MIME, payload)
        copy = Qt.DropAction.CopyAction
        QApplication.sendEvent(port, QDragEnterEvent(self.something(), copy, data, LEFT, PLAIN))
        at = self.something()
        QApplication.sendEvent(port, QDragMoveEvent(at, copy, data, LEFT, PLAIN))
        if self.random.random() < 0.7:
            QApplication.sendEvent(port, QDropEvent(QPointF(at), copy, data, LEFT, PLAIN))
        else:
            QApplication.sendEvent(port, QDragLeaveEvent())

    # Keys and focus

    def target(self) -> QWidget:
        return QApplication.focusWidget() or self.canvas

    def key(self) -> None:
        keys = (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Tab,
            Qt.Key.Key_Backtab,
            Qt.Key.Key_Return,
            Qt.Key.Key_Escape,
            Qt.Key.Key_Delete,
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
            Qt.Key.Key_Space,
            Qt.Key.Key_F2,
            Qt.Key.Key_F1,
            Qt.Key.Key_Menu,
        )
        if self.random.random() < 0.6:
            self.canvas.setFocus()
        QTest.keyClick(self.target(), self.random.choice(keys), self.modifiers())

    def shortcut(self) -> None:
        """A shortcut of the canvas or the window, by its keys."""
        actions = [action for action in self.canvas.actions() if not action.shortcut().isEmpty()]
        action = self.random.choice(actions)
        self.trail.append(action.text())
        self.canvas.setFocus()
        QTest.keySequence(self.canvas, QKeySequence(action.shortcut()))

    def undo(self) -> None:
        self.canvas.setFocus()
        for _ in range(self.random.randint(1, 6)):
            QTest.keyClick(self.canvas, self.random.choice([Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Y]), CTRL)

    def type(self) -> None:
        words = self.random.choice(["12", "0", "-3", "abc", "3, 3", "1e-3", "answer", "ü€", "", "relu"])
        target = self.target()
        if self.random.random() < 0.5:
            QTest.keyClick(target, Qt.Key.Key_A, CTRL)
        self._write(words)
        if self.random.random() < 0.5:
            QTest.keyClick(self.target(), self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape]))

    def _write(self, words: str) -> None:
        """Letter by letter, wherever the focus is by then; QTest knows only the letters of its own keyboard."""
        for letter in words:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(self.target(), QKeyEvent(kind, 0, PLAIN, letter))

    def quick_add(self) -> None:
        self.canvas.setFocus()
        QTest.keyClick(self.canvas, self.random.choice(["c", "r", "l", "f", " ", "d"]))
        self._write(self.random.choice(["", "in", "shrink", "zzz", "add"]))
        QTest.keyClick(self.target(), self.random.choice([Qt.Key.Key_Down, Qt.Key.Key_Return]))
        QTest.keyClick(self.target(), self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape]))

    def _parts(self) -> list[QWidget]:
        return [
            widget
            for widget in self.window.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]

    def focus(self) -> None:
        parts = self._parts()
        if parts:
            self.random.choice(parts).setFocus(self.random.choice(list(Qt.FocusReason)[:4]))

    def lose_focus(self) -> None:
        """Another window comes to the front, and goes."""
        QApplication.sendEvent(self.canvas, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
        QApplication.sendEvent(self.window, QEvent(QEvent.Type.WindowDeactivate))
        QApplication.sendEvent(self.window, QEvent(QEvent.Type.WindowActivate))

    # The rest of the window

    def command(self) -> None:
        """A command of the window; dialogs that it opens are closed again."""
        name = self.random.choice([name for name in self.window.commands if name not in NEVER])
        self.trail.append(name)
        if self.window.commands[name].isEnabled():
            self.window.commands[name].trigger()
        QApplication.processEvents()
        front = QApplication.activeModalWidget()
        if front is not None and self.random.random() < 0.5:
            QTest.keyClick(front, self.random.choice([Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Escape]))

    def menu(self) -> None:
        if self.random.random() < 0.7:
            self.canvas.setFocus()
        press_menu_key(self.window)
        menu = QApplication.activePopupWidget()
        if menu is not None:
            for _ in range(self.random.randint(0, 8)):
                QTest.keyClick(menu, Qt.Key.Key_Down)
            menu.close()

    def press_anything(self) -> None:
        """A click somewhere on a part of the window that is no button (buttons start runs and open files)."""
        parts = [part for part in self._parts() if not part.inherits("QAbstractButton")]
        if parts:
            part = self.random.choice(parts)
            self.trail.append(type(part).__name__)
            inside = QPoint(self.random.randrange(max(1, part.width())), self.random.randrange(max(1, part.height())))
            QTest.mouseClick(part, LEFT, PLAIN, inside)

    def select(self) -> None:
        ids = list(self.window.document.graph.nodes)
        self.window.document.select(self.random.sample(ids, self.random.randint(0, min(4, len(ids)))))

    def resize(self) -> None:
        self.window.resize(self.random.randint(960, 1400), self.random.randint(640, 900))

    def dress(self) -> None:
        theme.apply(QApplication.instance(), self.random.choice(["light", "dark"]))

    def renew(self) -> None:
        if self.random.random() < 0.3 or len(self.window.document.graph.nodes) > MOST_NODES:
            self.window.session.new(self.random.choice(TEMPLATES))
