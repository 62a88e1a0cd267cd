"""Data of the user's is dropped on the window, and a network is trained on it without a number being typed.

First tables and images made here; with ``SKETCHNET_DATA`` also real ones, of which only a few epochs are run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.journeys.conftest import LEFT, PLAIN, Hand

pytestmark = pytest.mark.usefixtures("nothing_read")
MOVES = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def drop(hand: Hand, path: Path) -> None:
    """Drop a file or folder on the middle of the canvas, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    target = hand.window.canvas.viewport()
    at = QPoint(target.width() // 2, target.height() // 2)
    enter = QDragEnterEvent(at, MOVES, data, LEFT, PLAIN)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(at), MOVES, data, LEFT, PLAIN))


def trained_on(hand: Hand, path: Path, epochs: int | None = None) -> dict[str, object]:
    """Drop the data, take the network that is proposed where that is asked, press Train; returns the test figures."""
    window, document = hand.window, hand.window.document
    drop(hand, path)
    hand.until(lambda: document.recipe.dataset_options.get("path") == str(path), f"{path.name} being read")
    QApplication.processEvents()
    card = window.inspector.data.file
    if card.proposal_button is not None:
        QTest.mouseClick(card.proposal_button, LEFT)
    hand.until(lambda: document.whole_analysis.ready, "the network for it")
    if epochs is not None:
        document.try_setting("Fewer epochs", "epochs", epochs)
    button = window.toolbar.train
    hand.until(button.isEnabled, "the rows")
    QTest.mouseClick(button, LEFT)

    def figures() -> dict[str, object]:
        run = window.session.project().run
        return {} if run is None else dict(run.test or {})

    hand.until(lambda: bool(figures()), "the run, and its figures", 280)
    assert window.studio.trainer.state == "finished"
    assert hand.answers.told == []
    return figures()


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Images of crosses and of rings, in colour and of different sizes, each kind in a folder of its own."""
    chance = np.random.default_rng(0)
    for number in range(40):
        for name in ("cross", "ring"):
            side = int(chance.integers(20, 40))
            y, x = np.mgrid[:side, :side] / (side - 1) - 0.5
            inside = np.minimum(abs(x), abs(y)) < 0.1 if name == "cross" else abs(np.hypot(x, y) - 0.35) < 0.1
            pixels = np.full((side, side, 3), chance.integers(150, 256, 3), dtype=np.uint8)
            pixels[inside] = chance.integers(0, 90, 3)
            folder = tmp_path / "shapes" / name
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    return tmp_path / "shapes"


def test_a_folder_of_images_is_dropped_trained_and_undone(hand: Hand, shapes: Path, tmp_path: Path) -> None:
    document, before = hand.window.document, hand.window.document.sketch
    figures = trained_on(hand, shapes)
    assert figures["test_accuracy"] >= 0.9
    schema = hand.window.studio.schema
    assert schema is not None
    assert schema.target.names == ("cross", "ring")
    assert schema.input.sizes[0] == 3

    hand.answers.path = tmp_path / "shapes.sketchnet"
    hand.window.commands["save"].trigger()
    hand.until(hand.answers.path.is_file, "the file")
    picture = next((shapes / "ring").iterdir())
    drop(hand, picture)
    hand.until(lambda: f"{picture.name} is the network's input now" in hand.window.status.text, "the picture tried")
    while document.can_undo:
        document.undo()
    assert document.sketch.graph == before.graph


def test_a_table_is_dropped_and_trained(hand: Hand, tmp_path: Path) -> None:
    rows = [f"{n * 7 % 50 + 18},{('Bonn', 'Ulm')[n % 2]},{'yes' if n * 7 % 50 > 24 else 'no'}" for n in range(150)]
    path = tmp_path / "people.csv"
    path.write_text("age,town,bought\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert trained_on(hand, path)["test_accuracy"] >= 0.9


@pytest.mark.real_data
@pytest.mark.endurance
@pytest.mark.parametrize(
    ("name", "epochs", "figure", "least"),
    [
        ("tab_titanic/train.csv", None, "test_accuracy", 0.7),
        ("tab_wine_quality/winequality-red.csv", 20, "test_rmse", 0.0),
        ("tab_california_housing/housing.csv", 5, "test_r2", 0.5),
        ("tab_adult_income/adult.data.gz", 2, "test_accuracy", 0.8),
        pytest.param("img_sign_language_digits", 12, "test_accuracy", 0.2, marks=pytest.mark.slow),
        pytest.param("cifar10", 1, "test_accuracy", 0.15, marks=pytest.mark.slow),
        pytest.param("mnist", 1, "test_accuracy", 0.9, marks=pytest.mark.slow),
        pytest.param("fashion_mnist", 1, "test_accuracy", 0.7, marks=pytest.mark.slow),
    ],
)
def test_real_data_is_dropped_and_trained(
    hand: Hand, real_data: Path, name: str, epochs: int | None, figure: str, least: float
) -> None:
    found = trained_on(hand, real_data.absolute() / name, epochs)
    value = found[figure]
    assert isinstance(value, float)
    assert value >= least
