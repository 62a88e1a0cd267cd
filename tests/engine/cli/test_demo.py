"""demo: the whole story on a small scale here; at its own scale it is a benchmark's and the set-up's business."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.cli import demo, main, show
from engine.data import catalogue
from engine.project.file import read
from engine.project.project import Project
from engine.reports.verdict import sentence
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord

Shown = pytest.CaptureFixture[str]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of seconds: a plain network, few digits."""
    monkeypatch.setattr(demo, "TEMPLATE", "digit-mlp")
    monkeypatch.setattr(demo, "ROWS", 3000)
    monkeypatch.setattr(demo, "EPOCHS", 4)


def test_the_demo_trains_reads_and_saves(small: None, here: Path, capsys: Shown) -> None:
    assert main(["demo"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    project = read(here / "digits-demo.sketchnet")
    assert project.run.test is not None
    accuracy = project.run.test["test_accuracy"]
    assert 0.7 < accuracy < 1
    assert sentence(project.run.test, catalogue.schema("strokes"), details=False) in shown.out
    assert "4,000 digits it has never seen" in shown.out
    assert shown.out.count(" is read as ") == 6
    assert "digits-demo.sketchnet. Open it" in shown.out
    assert sum(letter in "▀▄█" for letter in shown.out) > 300
    # The figure is that of the weights in the file.
    test = catalogue.load("strokes", options=project.recipe.dataset_options).test
    predictor = Predictor(project.graph, catalogue.signature("strokes"), project.run.weights, project.run.preparation)
    assert np.mean(predictor.predict(test.inputs).argmax(axis=1) == test.targets) == pytest.approx(accuracy)


def test_the_demo_replaces_nothing(
    small: None, here: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "EPOCHS", 1)
    monkeypatch.setattr(demo, "ROWS", 500)
    (here / "digits-demo.sketchnet").write_text("somebody's")
    assert main(["demo"]) == 0
    assert main(["demo"]) == 0
    names = [f"digits-demo{number}.sketchnet" for number in ("-2", "-3", "")]
    assert sorted(path.name for path in here.iterdir()) == names
    assert (here / "digits-demo.sketchnet").read_text() == "somebody's"
    assert main(["demo", "--out", "mine"]) == 0
    assert read(here / "mine.sketchnet").run.weights


def test_the_demo_itself_is_the_digit_network() -> None:
    assert (demo.TEMPLATE, demo.ROWS) == ("digit-cnn", 20_000)


# --- plain text


def test_text_art_shows_two_rows_of_pixels_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.array([[0, 255, 0], [0, 0, 255], [255, 0, 0]])
    assert show.text_art(picture) == [" ▀▄", "▀  "]
    monkeypatch.setattr(show, "can_print", lambda letters: False)
    assert show.text_art(np.array([[0, 255], [0, 255]])) == [" @"]


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (show.duration, None, ""),
        (show.duration, 59.4, "59 s"),
        (show.duration, 59.6, "1 min 00 s"),
        (show.duration, 3600, "1 h 00 min"),
        (show.size, 999, "999 B"),
        (show.size, 1234, "1.2 kB"),
        (show.size, 11_594_722, "11.6 MB"),
        (show.size, 123_456_789, "123 MB"),
    ],
)
def test_sizes_and_times(function: Callable[[float | None], str], value: float | None, text: str) -> None:
    assert function(value) == text


def test_json_lines_hold_no_nan(capsys: Shown) -> None:
    show.json_line({"a": float("nan"), "b": [np.float32(0.5), {"c": float("inf")}], "é": np.int64(3)})
    assert capsys.readouterr().out == '{"a": null, "b": [0.5, {"c": null}], "é": 3}\n'


def test_columns_are_aligned() -> None:
    assert show.columns([("a", "1"), ("bbb", "22")], ("X", "N"), right=(1,)) == "X     N\na     1\nbbb  22"
    assert show.columns([]) == ""


def test_a_row_of_a_regression_is_told_in_its_own_words() -> None:
    row = {"epoch": 2, "train_loss": 0.5, "train_mae": 3.25, "validation_loss": None, "seconds": 1}
    assert show.epoch_line(row, 10) == "epoch  2/10   loss 0.5   mean absolute error 3.25   1 s"
    project = Project(run=RunRecord(test={"test_mse": 4.0, "test_mae": 1.0, "test_r2": 0.5, "test_loss": 0.25}))
    assert show.verdict(project).splitlines() == [
        "Mean absolute error 1.00.",
        "RMSE 2.00.",
        "R² 0.500 (1 is perfect, 0 is always predicting the mean).",
        "Loss on the test images 0.250 (cross-entropy).",
    ]


def test_a_run_that_learned_nothing_is_said_to_have(tmp_path) -> None:
    test = {"test_rows": 900, "test_accuracy": 0.11, "test_loss": 2.3, "floor_accuracy": 0.12, "floor_class": 3}
    project = Project(run=RunRecord(test=test), recipe=Recipe().with_setting("optimizer.learning_rate", 1e-7))
    last = show.verdict(project).splitlines()[-1]
    assert last.startswith("It has learned nothing: ")
    assert "0.001" in last
