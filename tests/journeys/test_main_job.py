"""The main job, whole: draw a network, mend it, train it, draw a digit, save, come back, undo everything."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import Graph, empty
from gui.panels.dataset_dialog import DatasetDialog
from tests.journeys.conftest import LEFT, Hand

READ_BACK = """
import json, sys, time
from PySide6.QtWidgets import QApplication
from pathlib import Path
app = QApplication([])
from gui.dialogs import Dialogs
from gui.window import Window
Dialogs.in_use = lambda *_: True  # the first window has the file open: this one takes a copy
window = Window()
window.show()
window.begin(Path(sys.argv[1]))
bars = window.tryout.pad.bars
end = time.monotonic() + 180
while time.monotonic() < end:
    app.processEvents()
    time.sleep(0.005)  # QTest.qWait would keep the interpreter to itself, and the thread that predicts waiting
    if bars.values() is not None:
        break
print(json.dumps({"values": [float(v) for v in bars.values()], "answer": window.tryout.pad.answer.text()}))
window.close()
"""


def three() -> list[tuple[float, float]]:
    """A 3 as people write it, as points 0 … 1."""
    upper = [(0.5 + 0.20 * math.cos(a), 0.32 + 0.16 * math.sin(a)) for a in np.linspace(-2.6, 1.4, 24)]
    lower = [(0.5 + 0.23 * math.cos(a), 0.66 + 0.20 * math.sin(a)) for a in np.linspace(-1.4, 2.5, 28)]
    return upper + lower


def shape_of(graph: Graph) -> tuple[list[str], set[tuple[str, str]]]:
    names = {id: node.kind for id, node in graph.nodes.items()}
    return sorted(names.values()), {(names[w.source], names[w.target]) for w in graph.wires}


@pytest.mark.endurance
def test_draw_train_draw_a_digit_save_open_undo(hand: Hand, tmp_path: Path) -> None:
    window, document = hand.window, hand.window.document
    # Something else than what will be chosen, so that choosing is seen to work.
    recipe = document.recipe.with_settings({"dataset": "iris", "optimizer.kind": "SGD", "epochs": 30})
    document.reset(document.sketch.__class__(document.graph, recipe))
    assert shape_of(document.graph) == shape_of(empty())
    window.canvas.fit_all()

    _choose_strokes(hand)
    field = window.toolbar.field("optimizer.kind")
    field.combo.setFocus()
    QTest.keyClicks(field.combo, "AdamW")
    assert document.recipe.optimizer.kind == "AdamW"
    changes = {"dataset_options.samples": 12_000, "optimizer.learning_rate": 0.003}
    document.set_recipe("Fewer rows, larger steps", document.recipe.with_settings(changes))

    _drag_and_wire(hand)
    _repair(hand)
    _train(hand)

    hand.draw(three())
    pad = window.tryout.pad
    hand.until(lambda: pad.bars.values() is not None, "an answer on the pad")
    assert pad.answer.text() == "3"
    before = np.array(pad.bars.values())

    _save_and_read_back(hand, tmp_path / "mine.sketchnet", before)

    while document.can_undo:
        hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shape_of(document.graph) == shape_of(empty())
    assert document.recipe == recipe
    assert set(window.canvas.projection.nodes) == set(document.graph.nodes)
    assert not window.canvas.projection.wires


def _choose_strokes(hand: Hand) -> None:
    hand.click(hand.window.toolbar.dataset)
    (dialog,) = hand.window.findChildren(DatasetDialog)
    hand.until(dialog.isVisible, "the list of datasets")
    for number in range(dialog.list.count()):
        item = dialog.list.item(number)
        if item.data(Qt.ItemDataRole.UserRole) == "strokes":
            dialog.list.scrollToItem(item)
            QTest.mouseClick(dialog.list.viewport(), LEFT, pos=dialog.list.visualItemRect(item).center())
    hand.click(dialog.use)
    assert hand.window.document.recipe.dataset == "strokes"


def _drag_and_wire(hand: Hand) -> None:
    window = hand.window
    kinds = ("Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear")
    data, goal = (window.document.graph.of_kind(kind)[0] for kind in ("Input", "Output"))
    window.document.edit("Make room", window.document.graph.move({goal.id: (1120.0, 0.0)}))
    window.canvas.fit_all()
    for number, kind in enumerate(kinds):
        hand.drag_layer(kind, QPointF(260.0 + 180.0 * number, 220.0))
        assert window.document.graph.nodes[window.document.graph.last].kind == kind
    chain = [data.name, *hand.names()[2:], goal.name]
    assert len(chain) == 7
    for source, target in pairwise(chain):
        hand.drag_wire(source, target)
    graph = window.document.graph
    assert [graph.nodes[id].name for id in graph.topological()] == chain


def _repair(hand: Hand) -> None:
    """The last layer gives 128 numbers, but there are ten digits: the inspector says so and mends it."""
    window = hand.window
    analysis = window.document.analysis
    (problem,) = [p for p in analysis.problems if p.severity == "error"]
    assert not analysis.ready
    window.canvas.problem_clicked.emit(problem.node)
    window.results.setCurrentWidget(window.results.problems)
    QApplication.processEvents()
    hand.click(window.results.problems.cards[0].buttons[0])
    assert window.document.analysis.ready, [p.message for p in window.document.analysis.problems]
    assert window.document.graph.find("linear1").params.out_features == "answer"


def _train(hand: Hand) -> None:
    window = hand.window
    trainer, studio = window.studio.trainer, window.studio
    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: studio.report is not None and studio.report.step > 5, "the first steps")
    hand.key(Qt.Key.Key_F6)
    hand.until(lambda: trainer.state == "paused", "a pause")
    held = studio.report.step
    hand.key(Qt.Key.Key_F10)
    hand.until(lambda: studio.report.step == held + 1 and trainer.state == "paused", "one single step")
    hand.key(Qt.Key.Key_F6)
    hand.until(lambda: trainer.state == "running", "going on")

    def learned() -> bool:
        rows = studio.report.epochs
        return bool(rows) and rows[-1]["validation_accuracy"] > 0.9

    # So many ways of writing in few samples: more than this would need more of them.
    hand.until(learned, "90 % on the validation rows", 200)
    hand.key(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    hand.until(lambda: not trainer.running, "the end")
    assert trainer.state == "stopped"
    assert window.session.trained is not None
    assert window.commands["train"].text() == "Continue"


def _save_and_read_back(hand: Hand, path: Path, before: np.ndarray) -> None:
    window = hand.window
    hand.answers.path = path
    hand.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert path.is_file(), hand.answers.told
    assert not window.session.dirty
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK, str(path)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["answer"] == "3"
    np.testing.assert_array_equal(np.array(found["values"]), before)


def test_a_click_in_the_palette_takes_a_layer_in_hand_and_a_click_puts_it_down(hand: Hand) -> None:
    window = hand.window
    row = window.palette_panel.row_of("Dropout").center()
    QTest.mouseClick(window.palette_panel.list.viewport(), LEFT, pos=row)
    QTest.mouseMove(window.canvas.viewport(), QPoint(200, 120))
    QTest.mouseClick(window.canvas.viewport(), LEFT, pos=QPoint(200, 120))
    assert "dropout1" in hand.names()
