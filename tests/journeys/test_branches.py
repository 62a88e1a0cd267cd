"""A table through two branches, by hand: another data block, its columns, an Embedding; trained, saved, undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from gui.panels.column_choice import ColumnChoice
from tests.journeys.conftest import LEFT, PLAIN, Hand

pytestmark = pytest.mark.usefixtures("nothing_read")

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Whether somebody bought something: the old ones in Bonn, the young ones elsewhere."""
    lines = []
    for number in range(300):
        age, town = 18 + number * 7 % 50, ("Bonn", "Ulm", "Kiel")[number % 3]
        bought = (age > 43) == (town == "Bonn")
        lines.append(f"{age},{1000 + number * 13 % 97},{town},{'yes' if bought else 'no'}")
    path = tmp_path / "people.csv"
    path.write_text("age,income,town,bought\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def select(hand: Hand, name: str) -> ColumnChoice:
    """Click on a node, and come to the columns that the inspector shows of it."""
    graph, scene = hand.window.document.graph, hand.window.canvas.projection
    node = scene.nodes[graph.find(name).id]
    QTest.mouseClick(hand.window.canvas.viewport(), LEFT, PLAIN, hand.place(node.pos() + QPointF(20.0, 14.0)))
    QApplication.processEvents()
    return hand.window.inspector.data.columns


def tick(choice: ColumnChoice, name: str) -> None:
    """Click on the box before a column."""
    (row,) = (row for row in range(choice.list.count()) if choice.list.item(row).text() == name)
    item = choice.list.item(row)
    choice.list.scrollToItem(item)
    option = QStyleOptionViewItem()
    option.initFrom(choice.list)
    option.rect = choice.list.visualItemRect(item)
    option.features = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box: QRect = choice.list.style().subElementRect(
        QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, choice.list
    )
    QTest.mouseClick(choice.list.viewport(), LEFT, PLAIN, box.center())
    QApplication.processEvents()


def columns_of(hand: Hand, name: str) -> tuple[str, ...]:
    return hand.window.document.graph.find(name).params.columns


def test_a_table_goes_two_ways_through_a_network(hand: Hand, table: Path, tmp_path: Path) -> None:
    window, document, studio = hand.window, hand.window.document, hand.window.studio
    window.resize(1500, 950)
    document.set_recipe("Choose the data", document.recipe.with_settings(
        {"dataset": "own-table", "dataset_options.path": str(table), "epochs": 60, "optimizer.learning_rate": 0.02}
    ))
    hand.until(lambda: studio.schema is not None and studio.schema.title == "people.csv", "the table")

    hand.drag_layer("Input", QPointF(60.0, 260.0))
    assert hand.names() == ["data", "goal", "data1"]
    choice = select(hand, "data")
    assert choice.opener.isChecked()
    assert [choice.list.item(row).text() for row in range(choice.list.count())] == ["age", "income", "town"]
    tick(choice, "town")
    assert columns_of(hand, "data") == ("age", "income")
    assert document.analysis.shapes[document.graph.find("data").id].sizes == (2,)
    choice = select(hand, "data1")
    assert columns_of(hand, "data1") == ()
    hand.click(choice.rest_button)
    assert columns_of(hand, "data1") == ("town",)
    tick(choice, "town")  # the only one: it stays
    assert columns_of(hand, "data1") == ("town",)
    hand.click(choice.tokens, QPoint(8, choice.tokens.height() // 2))
    data1 = document.graph.find("data1")
    assert data1.params.tokens
    assert document.analysis.shapes[data1.id].is_tokens
    faces = [window.canvas.projection.nodes[document.graph.find(name).id].face.lines for name in ("data", "data1")]
    assert [[line for _label, line in lines] for lines in faces] == [["age", "income"], ["town"]]

    for kind, x, y in (
        ("Linear", 260.0, 60.0), ("Embedding", 260.0, 260.0), ("Flatten", 460.0, 260.0), ("Concatenate", 620.0, 160.0),
        ("Linear", 780.0, 160.0), ("Tanh", 960.0, 160.0), ("Linear", 1120.0, 160.0),
    ):
        hand.drag_layer(kind, QPointF(x, y + 100.0))
    assert "linear3" in hand.names()
    for source, target, port in (
        ("data", "linear1", "in"), ("data1", "embedding1", "in"), ("embedding1", "flatten1", "in"),
        ("linear1", "concatenate1", "in1"), ("flatten1", "concatenate1", "in2"), ("concatenate1", "linear2", "in"),
        ("linear2", "tanh1", "in"), ("tanh1", "linear3", "in"), ("linear3", "goal", "in"),
    ):
        graph = document.graph
        ends = (graph.find(source).id, graph.find(target).id)
        if not any((w.source, w.target) == ends for w in graph.wires):
            hand.drag_wire(source, target, port)
    goal = document.graph.find("linear3")
    document.try_edit("Set", lambda graph: graph.set_params(goal.id, out_features="answer"))
    assert document.analysis.ready, document.analysis.problems
    assert not document.analysis.problems

    hand.key(Qt.Key.Key_F5)
    hand.until(lambda: window.session.trained is not None and not studio.trainer.running, "the training")
    trained = window.session.trained
    assert trained is not None
    assert trained.test is not None
    assert trained.test["test_accuracy"] > 0.9
    hand.until(lambda: bool(window.tryout.table.answer.text()), "an answer")

    hand.answers.path = tmp_path / "people.sketchnet"
    hand.key(Qt.Key.Key_S, CONTROL)
    hand.until(lambda: hand.answers.path is not None and hand.answers.path.exists(), "the file")
    drawn = document.graph
    window.session.new("digit-cnn")
    hand.key(Qt.Key.Key_O, CONTROL)
    hand.until(lambda: document.recipe.dataset == "own-table" and window.session.trained is not None, "the project")
    assert document.graph == drawn
    again = window.session.trained
    assert again is not None
    assert again.test == trained.test
    assert all(np.array_equal(again.weights[name], value) for name, value in trained.weights.items())

    select(hand, "data1")
    hand.key(Qt.Key.Key_Delete)
    assert "data1" not in hand.names()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert document.graph == drawn
    select(hand, "data1")
    hand.click(window.inspector.data.columns.all_button)
    assert columns_of(hand, "data1") == ()
    assert not document.analysis.ready  # numbers are no tokens, which is said where one is
    (card,) = window.inspector.data.cards
    assert "only categories can come in as tokens" in card.problem.message
    hand.until(lambda: bool(card.buttons), "the repairs")
    hand.click(next(button for button in card.buttons if "Leave out" in button.text()))
    assert columns_of(hand, "data1") == ("town",)
    assert document.analysis.ready


def test_both_ends_stay(hand: Hand) -> None:
    document = hand.window.document
    hand.drag_layer("Input", QPointF(60.0, 260.0))
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_Delete)
    assert hand.names() == ["data", "goal"]
    document.select([node.id for node in document.graph.inputs])
    hand.key(Qt.Key.Key_Delete)
    assert hand.names() == ["data", "goal"]
