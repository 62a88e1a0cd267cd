"""Two columns predicted at once, by hand: a goal block for each, its loss and weight; trained, tried, saved, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from engine.graph.graph import wire
from tests.journeys.conftest import LEFT, PLAIN, Hand

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [f"{n * 7 % 50 + 18},{n % 6},{1000 * (n * 7 % 50)},{'yes' if n * 7 % 50 > 24 else 'no'}" for n in range(150)]
    path = tmp_path / "sold.csv"
    path.write_text("age,rooms,price,sold\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def select(hand: Hand, name: str) -> None:
    node = hand.window.canvas.projection.nodes[hand.window.document.graph.find(name).id]
    QTest.mouseClick(hand.window.canvas.viewport(), LEFT, PLAIN, hand.place(node.pos() + QPointF(20.0, 14.0)))
    QApplication.processEvents()


def test_two_targets_at_two_goal_blocks(hand: Hand, table: Path, tmp_path: Path) -> None:
    window, document, studio = hand.window, hand.window.document, hand.window.studio
    window.resize(1500, 950)
    options = {"dataset_options.path": str(table), "dataset_options.target": "price, sold", "epochs": 30}
    recipe = document.recipe.with_settings({"dataset": "own-table", "optimizer.learning_rate": 0.02, **options})
    document.set_recipe("Choose the data", recipe)
    hand.until(lambda: studio.schema is not None and studio.schema.title == "sold.csv", "the table")
    assert studio.kind is not None
    assert studio.kind.name == "multi-task"

    hand.drag_layer("Linear", QPointF(300.0, 200.0))
    hand.drag_layer("ReLU", QPointF(480.0, 200.0))
    first, second = document.graph.find("linear1"), document.graph.find("relu1")
    if document.graph.sources(second.id)[0] != first.id:
        document.try_edit("Connect", lambda graph: graph.connect(wire(first.id, second.id)))
    select(hand, "goal")
    target = window.inspector.goal.own.field("goal").findChild(QComboBox)
    assert isinstance(target, QComboBox)
    assert [target.itemText(row) for row in range(target.count())] == ["not chosen yet", "price", "sold"]
    target.setFocus()
    QTest.keyClicks(target, "price")
    assert document.graph.find("goal").params.goal == "price"

    hand.drag_layer("Linear", QPointF(660.0, 260.0))
    head = document.graph.last
    document.try_edit("Size", lambda graph: graph.set_params(head, out_features="answer"))
    for source, end in ((second.id, head), (head, document.graph.find("goal").id)):
        if wire(source, end) not in document.graph.wires:
            document.try_edit("Connect", lambda graph, source=source, end=end: graph.replace_input(wire(source, end)))
    select(hand, "goal")
    cards = window.inspector.goal
    hand.until(lambda: any(c.buttons for c in cards.cards if "sold is to be" in c.problem.message), "the repair", 20)
    missing = next(card for card in cards.cards if "sold is to be" in card.problem.message)
    hand.click(missing.buttons[0])
    assert document.analysis.ready, document.analysis.problems
    other = next(node for node in document.graph.outputs if node.params.goal == "sold")
    faces = window.canvas.projection.nodes
    assert {faces[node.id].face.title for node in document.graph.outputs} == {"price", "sold"}

    select(hand, other.name)
    weight = window.inspector.goal.own.field("weight").findChild(QLineEdit)
    assert isinstance(weight, QLineEdit)
    hand.type_into(weight, "0.5")
    assert document.graph.nodes[other.id].params.weight == 0.5
    drawn = document.graph

    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.session.trained is not None and not studio.trainer.running, "the training")
    trained = window.session.trained
    assert trained is not None
    assert trained.test is not None
    assert {"test_price_mae", "test_sold_accuracy"} <= trained.test.keys()
    hand.until(lambda: len(window.tryout.table.answer.text().splitlines()) == 2, "an answer for each target")
    price, sold = window.tryout.table.answer.text().splitlines()
    assert price.startswith("price: ")
    assert sold.startswith(("sold: yes, ", "sold: no, "))
    hand.until(lambda: "sold: accuracy " in window.results.test.verdict.text(), "the figures")
    titles = [plot.title.text() for plot in window.results.curves.plots if plot.isVisible()]
    assert len(titles) == 3

    hand.answers.path = tmp_path / "sold.sketchnet"
    hand.key(Qt.Key.Key_S, CONTROL)
    hand.until(lambda: hand.answers.path is not None and hand.answers.path.exists(), "the file")
    window.session.new("digit-cnn")
    hand.key(Qt.Key.Key_O, CONTROL)
    hand.until(lambda: document.recipe.dataset == "own-table" and window.session.trained is not None, "the project")
    assert document.graph == drawn
    again = window.session.trained
    assert again is not None
    assert again.test == trained.test
    select(hand, other.name)
    hand.key(Qt.Key.Key_Delete)
    assert not document.analysis.ready
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert document.graph == drawn
