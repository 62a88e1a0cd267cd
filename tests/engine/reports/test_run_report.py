"""One report of a run for window, gallery and command line: its figures in words, and why it came to nothing."""

from engine.data import catalogue
from engine.graph.layout.arranging import chain
from engine.reports.doctor import CHANCE
from engine.reports.run_report import report_on
from engine.training.recipe import Recipe
from engine.training.run_record import UNTRAINED, RunRecord

DIGITS = catalogue.schema("mnist")
SQUASHED = chain((("Flatten", {}), ("Linear", {"units": 10}), ("Softmax", {})))
RECIPE = Recipe().with_setting("dataset", "mnist").with_setting("loss", "cross_entropy")


def run(accuracy: float) -> RunRecord:
    test = {"test_rows": 2_000, "test_accuracy": accuracy, "test_loss": 0.25, "floor_accuracy": 0.113, "floor_class": 1}
    return RunRecord(test=test, history=({"epoch": 1, "step": 1_000, "train_loss": 2.3},))


def test_each_wording_says_more_than_the_one_before() -> None:
    report = report_on(run(0.9), SQUASHED, RECIPE, DIGITS)
    assert report.sentence.startswith("Accuracy 90.0")
    assert report.detailed.startswith(report.sentence)
    assert report.complete == f"{report.detailed} Loss on the test images 0.250 (cross-entropy)."
    assert report.diagnosis is None


def test_a_run_that_learned_nothing_is_told_why_with_what_is_wrong_in_its_drawing() -> None:
    found = report_on(run(0.113), SQUASHED, RECIPE, DIGITS).diagnosis
    assert found.kind == CHANCE
    assert SQUASHED.nodes[found.node].kind == "Softmax"


def test_without_figures_or_on_unknown_data_nothing_is_claimed() -> None:
    empty = report_on(UNTRAINED, SQUASHED, RECIPE, None)
    assert (empty.verdict, empty.diagnosis) == (None, None)
    assert "when a run has finished" in empty.sentence
    assert report_on(run(0.9), SQUASHED, RECIPE, None).verdict is not None
