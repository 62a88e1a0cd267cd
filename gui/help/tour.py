"""The tour of the first start: three things to do, each of which is over as soon as somebody has done it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget

from engine.graph.graph import Graph
from engine.graph.layers.kind import ENDS
from gui.canvas import key_capture
from gui.canvas.view import Canvas
from gui.document import DocumentState
from gui.help.lookup import node_place
from gui.help.tour_card import TourCard
from gui.panels.commit_edit import CommitEdit
from gui.settings_file import settings
from gui.workspace import Workspace

SEEN = "tour/seen"
"""The settings remember under this name that the tour was shown."""
FOLLOW_MS = 150
"""How often the card looks whether what it speaks of has moved."""
_DRAW, _TRAIN, _CHANGE = "draw", "train", "change"
_LIKED = ("out_features", "hidden_size", "out_channels")
"""Settings that are easy to change; a layer with one of these is spoken of if there is one."""


@dataclass(frozen=True)
class TourStep:
    """One thing to do. ``title`` and ``words`` stand on the card."""

    name: str
    title: str
    words: str


@dataclass(frozen=True)
class TourPlaces:
    """The parts of the window beside which a card may lie."""

    canvas: Canvas
    tryout: QWidget
    train: QToolButton
    inspector: QWidget


class Tour(QObject):
    """Shows a card for one step after another. It listens only, and changes nothing."""

    ended = Signal()

    def __init__(self, window: QWidget, studio: Workspace, places: TourPlaces) -> None:
        super().__init__(window)
        self._window, self._studio, self._document = window, studio, studio.document
        self._places, self._canvas = places, places.canvas
        self.steps: list[TourStep] = []
        self._done: set[str] = set()
        self._layer = ""
        """The id of the layer that the last step speaks of."""
        self.card: TourCard | None = None
        self._following = QTimer(self)
        self._following.setInterval(FOLLOW_MS)
        self._following.timeout.connect(self.place)
        studio.trainer.started.connect(self._trained)
        studio.document.changed.connect(self._changed)
        studio.session.replaced.connect(self.leave)

    @property
    def running(self) -> bool:
        """Whether a card is shown."""
        return self.card is not None

    @property
    def step(self) -> TourStep | None:
        """What is to be done now; None at the end, and while there is no tour."""
        return self.steps[0] if self.steps else None

    @Slot()
    def start(self) -> None:
        """Begin with the first step."""
        self.leave()
        settings().setValue(SEEN, True)
        self._done = set()
        self._layer = _layer_to_change(self._document.graph)
        self.steps = self._find_steps()
        card = TourCard(self._window, len(self.steps))
        card.next_button.clicked.connect(self.next)
        card.leave_button.clicked.connect(self.leave)
        card.left.connect(self._canvas.setFocus)
        card.escape.activated.connect(self._escape)
        self.card = card
        self._show()
        self._following.start()

    def _find_steps(self) -> list[TourStep]:
        """The steps that this project has a place for."""
        steps = []
        if self._studio.has_pad:
            steps.append(
                TourStep(_DRAW, "Draw a digit", "Draw a digit on the pad. The network says what it reads as you draw.")
            )
        button = self._places.train.defaultAction().text()
        steps.append(
            TourStep(
                _TRAIN,
                "Train the network",
                f"Press {button} and watch the curves fall as it learns. You can stop at any time, and Undo brings "
                "back what it had learned before.",
            )
        )
        if self._layer:
            node = self._document.graph.nodes[self._layer]
            names = [parameter.name for parameter in node.declaration.parameters]
            liked = next((name for name in (*_LIKED, *names) if name in names), "")
            title = node.declaration.parameter(liked).title.lower()
            steps.append(
                TourStep(
                    _CHANGE,
                    "Change a layer",
                    f"Click a layer in the diagram, for example the {node.declaration.name} beside this card, and "
                    f"change its {title} on the right. Then train again and compare.",
                )
            )
        return steps

    # Going on

    @Slot()
    def next(self) -> None:
        """Go on to the next step; behind the last one the tour is over."""
        if self.steps:
            self._finish(self.steps[0].name, tell=len(self.steps) > 1)

    @Slot()
    def leave(self) -> None:
        """End the tour."""
        if self.card is None:
            return
        self._following.stop()
        self.steps = []
        card, self.card = self.card, None
        card.put_away()
        self.ended.emit()

    def _finish(self, name: str, *, tell: bool = True) -> None:
        """A step is done, whichever it is: the next of those that are left, or the end."""
        if self.card is None or name in self._done:
            return
        now = self.step
        self._done.add(name)
        self.steps = [step for step in self.steps if step.name not in self._done]
        if not self.steps and not tell:
            self.leave()
        elif self.step != now:
            self._show()

    def _show(self) -> None:
        assert self.card is not None
        step = self.step
        if step is None:
            self.card.show_end()
        else:
            self.card.show_step(step.title, step.words, left=len(self.steps))
        self.place()
        self._canvas.announcer.say(self.card.accessibleDescription())

    # What is done

    @Slot()
    def drawn(self) -> None:
        """Something was drawn on the pad."""
        self._finish(_DRAW)

    @Slot()
    def _trained(self) -> None:
        self._finish(_TRAIN)

    @Slot(object, object)
    def _changed(self, before: DocumentState, after: DocumentState) -> None:
        if self.card is not None and layer_changed(before.graph, after.graph):
            self._finish(_CHANGE)

    # Where the card lies

    @Slot()
    def place(self) -> None:
        """Lie beside what the step speaks of, wherever that is by now."""
        if self.card is not None and self._window.isVisible():
            self.card.lie_beside(self.spoken_of())

    def spoken_of(self) -> Sequence[QRect]:
        """Where on the screen the things are that the step speaks of."""
        parts, step = self._places, self.step
        name = step.name if step is not None else ""
        if name == _DRAW:
            return [_rect(parts.tryout)]
        if name == _TRAIN:
            return [_rect(parts.train)]
        places = [_rect(parts.inspector)]
        if name == _CHANGE and self._layer in parts.canvas.projection.nodes:
            node = node_place(parts.canvas, self._layer)
            if not node.isEmpty():
                places.insert(0, node)
        return places

    # Leaving by Esc

    @Slot()
    def _escape(self) -> None:
        """Esc ends the tour, but first what somebody is about: that Esc is for a stroke, a gesture or a field."""
        canvas, card = self._canvas, self.card
        if card is None:
            return
        focus = QApplication.focusWidget()
        typing = focus.is_draft() if isinstance(focus, CommitEdit) else isinstance(focus, QLineEdit) and focus.text()
        if typing or canvas.gesture is not None or key_capture.borrower(canvas) is not None:
            card.escape.setEnabled(False)  # else it would hear what is sent on as well
            key = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(focus or canvas, key)
            card.escape.setEnabled(True)
        else:
            self.leave()


def layer_changed(before: Graph, after: Graph) -> bool:
    """Whether a layer has other settings now, or a block another inside."""
    both = before.nodes.keys() & after.nodes.keys()
    return any(
        before.nodes[id].params != after.nodes[id].params or before.nodes[id].block != after.nodes[id].block
        for id in both
    )


def _layer_to_change(graph: Graph) -> str:
    """The id of a layer with a setting to change, "" where there is none; not the last one, whose size is given."""
    able = [node for node in graph.nodes.values() if node.kind not in ENDS and node.declaration.parameters]
    last = {wire.source for goal in graph.of_kind("Output") for wire in graph.incoming(goal.id)}
    liked = [node for node in able if any(name in node.params for name in _LIKED) and node.id not in last]
    return next((node.id for node in (*reversed(liked), *able)), "")


def _rect(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
