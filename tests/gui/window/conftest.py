"""A whole window on quick data, and someone at the desk who uses it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.graph.blocks import shelf
from engine.graph.graph import Graph, Wire, empty, wire
from engine.project import my_blocks
from engine.training.recipe import Recipe
from gui import theme
from gui.dialogs import Dialogs
from gui.document import DocumentState
from gui.settings_file import settings
from gui.window import Window
from tests.desktop import PATIENCE_MS
from tests.gui.window.reader import Reader

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class Answers(Dialogs):
    """Answers the system's own dialogs, which no event can reach."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.path: Path | None = None
        self.out: Path | None = None
        self.choice = "discard"
        self.recovers = False
        self.copies = True
        self.over = "cancel"
        self.instead: list[Path] = []
        """What to answer to the question where to save after saving has failed; nothing when there are no more."""
        self._failed = False
        self.told: list[str] = []
        self.asked: list[str] = []

    def file_to_open(self, folder: Path) -> Path | None:
        return self.path

    def picture_to_try(self, folder: Path, endings: Sequence[str]) -> Path | None:
        return self.path

    def data_to_open(self, folder: Path, kinds: Mapping[str, Sequence[str]]) -> Path | None:
        return self.path

    def folder_to_open(self, folder: Path) -> Path | None:
        return self.path

    def file_to_save(self, suggestion: Path) -> Path | None:
        if self._failed:
            self._failed = False
            return self.instead.pop(0) if self.instead else None
        return self.path

    def file_for_source(self, suggestion: Path) -> Path | None:
        return self.path

    def table_to_predict(self, folder: Path, endings: Sequence[str]) -> Path | None:
        return self.path

    def file_for_predictions(self, suggestion: Path) -> Path | None:
        return self.out

    def unsaved(self, name: str, training: bool) -> str:
        self.asked.append(f"unsaved {name}{' training' if training else ''}")
        return self.choice

    def recover(self, name: str) -> bool:
        self.asked.append(f"recover {name}")
        return self.recovers

    def in_use(self, name: str, holder: str) -> bool:
        self.asked.append(f"in use {name} {holder}")
        return self.copies

    def changed(self, name: str) -> str:
        self.asked.append(f"changed {name}")
        return self.over

    def tell(self, title: str, sentence: str) -> None:
        self._failed = title == "The project could not be saved"
        self.told.append(f"{title}: {sentence}")


def live_until(true: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
    """Let the event loop run until something is so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"Waited {seconds:g} s in vain: {what}")
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.002)


class Desk:
    """A window and someone who uses it."""

    def __init__(self) -> None:
        self.window = Window()
        self.answers = Answers(self.window)
        self.window.dialogs = self.window.files.dialogs = self.answers
        self.window.resize(1280, 800)
        self.troubles: list[tuple[str, str, str]] = []
        self.notices: list[str] = []
        self.window.studio.trouble.connect(lambda *words: self.troubles.append(words))
        self.window.studio.notice.connect(self.notices.append)

    @property
    def graph(self) -> Graph:
        return self.window.document.graph

    @property
    def trainer(self):  # type: ignore[no-untyped-def]
        return self.window.studio.trainer

    def use(self, template: str = "points-2d", **settings: object) -> None:
        """A new project; settings are a recipe's, with __ for dots."""
        self.window.session.new(template)
        changes = {name.replace("__", "."): value for name, value in settings.items()}
        if changes:
            document = self.window.document
            document.reset(DocumentState(document.graph, document.recipe.with_settings(changes)))
        QApplication.processEvents()

    def recipe(self) -> Recipe:
        recipe = self.window.document.recipe
        assert isinstance(recipe, Recipe)
        return recipe

    def node(self, kind: str) -> str:
        return next(id for id, node in self.graph.nodes.items() if node.kind == kind)

    def do(self, command: str) -> None:
        action = self.window.commands[command]
        assert action.isEnabled(), f"{command} is not enabled"
        action.trigger()

    def until(self, true: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
        try:
            live_until(true, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the window says: {self.window.status.text!r}") from None

    def train_to_the_end(self) -> None:
        self.do("train")
        self.until(lambda: not self.trainer.running, "the end of the run")

    def steps(self) -> int:
        report = self.window.studio.report
        return 0 if report is None else report.step

    def type_into(self, widget: QWidget, words: str, enter: bool = True) -> None:
        """Replace what stands in a field by typing."""
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(widget, words)
        if enter:
            QTest.keyClick(widget, Qt.Key.Key_Return)

    def click(self, widget: QWidget, point: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, PLAIN, widget.rect().center() if point is None else point)

    def leave(self) -> None:
        self.answers.choice = "discard"
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    """Someone at an open window with two rings of points to tell apart."""
    settings().clear()
    theme.apply(qapp, "light")
    theme.set_motion("reduced")
    user = Desk()
    user.window.show()
    user.use("points-2d", epochs=3, dataset_options__samples=200)
    QTest.qWaitForWindowExposed(user.window, PATIENCE_MS)
    user.window.activateWindow()
    QApplication.processEvents()
    yield user
    user.leave()


@pytest.fixture
def reader(desk) -> Reader:
    """At data → conv1 → relu1 → add1 → goal with relu1's twin conv1 → add1, and linear1 alone."""
    desk.use("empty", dataset="strokes")
    graph = empty().add("Conv2d").add("ReLU").add("Add").add("Linear")
    conv, relu, add, _linear = list(graph.nodes)[2:]
    for a, b in (("n1", conv), (conv, relu), (add, "n2")):
        graph = graph.connect(wire(a, b))
    graph = graph.connect(Wire(relu, "out", add, "in1")).connect(Wire(conv, "out", add, "in2"))
    graph = graph.move({id: (160.0 * number, 40.0) for number, id in enumerate(graph.nodes)})
    desk.window.document.reset(DocumentState(graph, desk.recipe()))
    made = Reader(desk)
    QTest.keySequence(desk.window, "Ctrl+Shift+O")
    assert QApplication.focusWidget() is made.list
    return made


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for the user's own blocks."""
    monkeypatch.setattr(my_blocks, "folder", lambda: tmp_path / "blocks")
    yield tmp_path / "blocks"
    shelf.put([])
