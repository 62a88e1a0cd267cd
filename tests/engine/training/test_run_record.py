"""The record of a run: what extends it, what chooses between its weights, and how far a run goes on."""

from dataclasses import fields, replace

import numpy as np
import pytest

from engine.project.project import Project
from engine.training.going_on import epochs_left_to, patience_is_over
from engine.training.kept_weights import BEST, LAST
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.run_end import LONGEST_MESSAGE, RunEnd
from engine.training.run_record import RunRecord, record_so_far
from engine.training.state import TrainingState
from tests.engine.project.projects import example

ROWS = [{"epoch": number, "step": 5 * number, "train_loss": float(number)} for number in (1, 2, 3)]


def state() -> TrainingState:
    """Three epochs, of which the first was the best."""
    tensors = {"weights/a": np.full(2, 3.0), "best/a": np.full(2, 1.0)}
    return TrainingState(tensors, {"epoch": 3, "step": 15, "best_epoch": 1, "history": ROWS})


def test_what_extends_a_record_hands_on_all_of_it() -> None:
    whole = replace(example().run, end=RunEnd("stopped"))
    outcome = Outcome("Stopped.", **whole.values())
    assert all(getattr(outcome.record, one.name) is getattr(whole, one.name) for one in fields(RunRecord))
    assert type(outcome.record) is RunRecord


def test_a_run_under_way_is_kept_as_if_it_had_been_stopped() -> None:
    patient, impatient = (record_so_far(state(), patience, None) for patience in (2, 0))
    assert [record.weights["a"][0] for record in (patient, impatient)] == [1.0, 3.0]
    assert (patient.epochs, patient.steps, patient.end, patient.test) == (3, 15, RunEnd("stopped"), None)
    assert record_so_far(TrainingState({}, {}), 0, None).history == ()


def test_the_other_weights_of_a_run_are_untested() -> None:
    record = replace(record_so_far(state(), 0, None), test={"test_loss": 1.0}, novelty=example().run.novelty)
    other = record.with_other_weights()
    assert [one.choice[0].name for one in (record, other, other.with_other_weights())] == [LAST, BEST, LAST]
    assert (other.test, other.novelty, other.training) == (None, None, record.training)
    alone = RunRecord(weights=record.weights)
    assert alone.with_other_weights() is alone


def test_a_long_history_that_lacks_rows_still_says_how_many_epochs_there_were() -> None:
    assert RunRecord(history=tuple(ROWS[::2])).epochs == 3
    assert RunRecord(history=({}, {})).epochs == 2
    assert RunRecord().epochs == 0


def test_the_message_is_kept_of_a_run_that_failed_and_of_no_other() -> None:
    assert RunEnd.of("failed", "Why. " * 1000) == RunEnd("failed", ("Why. " * 1000)[:LONGEST_MESSAGE])
    assert RunEnd.of("finished", "Finished after 3 epochs.") == RunEnd("finished")


@pytest.mark.parametrize(
    ("done", "asked", "before", "wanted"),
    [(0, 5, None, 5), (5, 5, None, None), (5, 8, 6, 8), (5, 3, 8, 8), (5, 3, 5, None), (5, 5, 5, None)],
)
def test_a_run_goes_on_to_the_epochs_asked_for_or_else_to_those_it_was_to_have(
    done: int, asked: int, before: int | None, wanted: int | None
) -> None:
    assert epochs_left_to(done, asked, before) == wanted


def test_patience_is_over_once_it_has_waited_so_long_since_the_best_epoch() -> None:
    assert [patience_is_over(2, 3, epoch) for epoch in (3, 4, 5, 6)] == [False, False, True, True]
    assert not patience_is_over(0, 3, 100), "no patience is endless patience"
    assert not patience_is_over(2, 0, 100), "none is the best yet"


def test_a_project_tells_the_recipe_of_its_run_where_it_is_another() -> None:
    """The recipe of the run is written down only where the project asks for another one by now."""
    mine, other = (Recipe().with_setting("epochs", epochs) for epochs in (4, 9))
    iris = mine.with_setting("dataset", "iris")
    assert Project(recipe=mine).with_run(RunRecord(), mine).trained_with is None
    made = Project(recipe=mine).with_run(RunRecord(), other)
    assert (made.trained_with, made.trained_on, made.run_recipe) == (other, other.dataset, other)
    assert Project(recipe=mine, trained_on="iris").run_recipe == iris
    for recipe in (mine, iris):
        assert made.with_run(RunRecord(), recipe).run_recipe == recipe
