"""A kind of learning that nobody knew before, in the window: a declaration, a learner and a view, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from engine.cli import main
from engine.project.file import read
from engine.tasks import registry
from gui.panels.task_chooser import TaskChooser
from gui.tasks.registry import CURVES, RESULTS, ResultsView
from gui.training.trained import Trained
from gui.workspace import Workspace
from tests.engine.tasks.toy_kind import REMEMBER
from tests.journeys.conftest import LEFT, Hand

CONTROL = Qt.KeyboardModifier.ControlModifier


class RememberedView(QLabel):
    """The view: which column is given back, and how far off at last."""

    def __init__(self, studio: Workspace) -> None:
        super().__init__("Nothing is remembered yet.")
        studio.session.trained_changed.connect(self.show_trained)

    @Slot(object)
    def show_trained(self, trained: Trained | None) -> None:
        """Tell of these weights."""
        if trained is not None and trained.history and trained.signature is not None:
            self.setText(f"{trained.signature.target.names[0]}, off by {trained.history[-1]['train_off']:.3f}")


@pytest.fixture(autouse=True)
def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three things, where whoever adds a kind puts them: in the two registries."""
    kind = replace(REMEMBER, results=(CURVES, "remembered", "layers"), tryout=("table",))
    monkeypatch.setitem(registry.KINDS, kind.name, kind)  # type: ignore[arg-type]
    monkeypatch.setitem(RESULTS, "remembered", ResultsView("Remembered", RememberedView))  # type: ignore[arg-type]


def test_it_is_chosen_set_trained_stepped_resumed_undone_saved_and_opened(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    window, document, studio = hand.window, hand.window.document, hand.window.studio
    window.resize(1500, 950)
    window.session.new("empty")
    studio.choose_dataset("iris")
    hand.until(lambda: studio.look() is not None, "the data")
    hand.key(Qt.Key.Key_Space)  # quick add, whoever had the keyboard
    hand.until(window.canvas.quick_add.field.hasFocus, "the field of quick add")
    QTest.keyClicks(window.canvas.quick_add.field, "linear")
    QTest.keyClick(window.canvas.quick_add.field, Qt.Key.Key_Return)
    assert hand.names() == ["data", "goal", "linear1"]
    document.select([document.whole.of_kind("Output")[0].id])
    QApplication.processEvents()
    chooser = window.findChild(TaskChooser)
    assert isinstance(chooser, TaskChooser)
    card = chooser.cards["remember"]
    assert card.button.accessibleDescription() == REMEMBER.summary
    QTest.mouseClick(card, LEFT, pos=card.rect().center())
    assert studio.kind is not None
    assert studio.kind.name == "remember"
    (problem,) = [one for one in document.whole_analysis.problems if one.repairs]
    hand.key(Qt.Key.Key_F5)  # the layer gives more than the one number of a column: its repair has the keyboard
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert document.whole_analysis.ready, problem.message
    view = window.results.view("remembered")
    assert isinstance(view, RememberedView)
    assert [window.results.tabText(n) for n in range(3)] == ["Curves", "Remembered", "Layers"]

    # Its settings stand in the toolbar, and one that shapes the rows changes what is to come out.
    assert window.toolbar.headings["task.halvings"].isVisible()
    window.toolbar.field("task.halvings").edited.emit(1)
    document.try_setting("Column", "task.column", 3)
    assert document.whole_signature is not None
    assert document.whole_signature.target.names == ("petal length (cm)",)

    hand.key(Qt.Key.Key_F10)
    hand.until(lambda: studio.report is not None and studio.report.step >= 1, "a step")
    hand.key(Qt.Key.Key_F6)
    hand.until(lambda: not studio.trainer.running, "the end")
    trained = window.session.trained
    assert trained is not None
    assert trained.test is not None
    assert view.text().startswith("petal length (cm), off by 0.0")
    assert [plot.title.text() for plot in window.results.curves.plots if plot.isVisible()] == ["Distance"]
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert window.session.trained is None
    hand.key(Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.session.trained is trained

    monkeypatch.chdir(tmp_path)
    hand.answers.path = tmp_path / "row.sketchnet"
    hand.key(Qt.Key.Key_S, CONTROL)
    hand.until(lambda: (tmp_path / "row.sketchnet").exists(), "the file")
    assert hand.answers.told == []
    saved = read(tmp_path / "row.sketchnet").run
    window.session.new("digit-cnn")
    QApplication.processEvents()
    assert window.results.view("remembered") is None

    # The same file on the command line.
    capsys.readouterr()
    assert main(["train", "row", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["task"], last["state"]) == ("remember", "finished")
    assert last["test_off"] == pytest.approx(trained.test["test_off"])
    (tmp_path / "rows.csv").write_text("5.1,3.5,1.4,0.2\n")
    assert main(["predict", "row", "--csv", "rows.csv"]) == 0
    (value,) = json.loads(capsys.readouterr().out)["values"].values()
    assert value == pytest.approx(1.4, abs=0.2)

    again = read(tmp_path / "row.sketchnet").run
    assert again.weights is not None
    assert saved.weights is not None
    for name, array in again.weights.items():
        np.testing.assert_allclose(array, saved.weights[name], atol=1e-5)
    hand.key(Qt.Key.Key_O, CONTROL)
    hand.until(lambda: document.recipe.task.kind == "remember", "the project")
    assert window.results.view("remembered") is view
    assert view.text().startswith("petal length (cm), off by 0.0")
