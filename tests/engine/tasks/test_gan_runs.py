"""Whole runs of a generator and a critic: going on after any step, what is refused, and what is told."""

from __future__ import annotations

import json

import pytest

from engine.training.recorder import NotFinite
from engine.training.run_status import RunStatus
from engine.training.state import Progress, TrainingState
from tests.engine.stopping import StopAfter
from tests.engine.tasks.gan_diagrams import MOONS, carried_out, gan_diagram, gan_learner, step

RESUMED = {
    "plain": (gan_diagram(), {}),
    "two critic steps, batch norm": (gan_diagram(between="BatchNorm1d"), {"task.critic_steps": 2}),
    "dropout, wasserstein": (gan_diagram(between="Dropout"), {"task.loss": "wasserstein"}),
    "two noises, hinge, falling rates": (gan_diagram(noises=2), {"task.loss": "hinge", "task.final_rate": 0.1}),
    "a layer on the real side": (gan_diagram(real_side="Identity"), {}),
    "16 bit, wasserstein": (gan_diagram(between="Dropout"), {"task.loss": "wasserstein", "precision": "bfloat16"}),
}


@pytest.mark.parametrize("name", RESUMED)
def test_stopped_after_every_step_it_ends_like_an_unbroken_run(name: str) -> None:
    graph, settings = RESUMED[name]
    recipe = MOONS.with_settings(settings)
    whole = carried_out(graph, recipe)
    state: TrainingState | None = None
    for _ in range(40):
        outcome = carried_out(graph, recipe, resume=state, control=StopAfter(1))
        if outcome.state is RunStatus.FINISHED:
            break
        assert outcome.training is not None
        position = json.loads(json.dumps(outcome.training.position, allow_nan=False))
        state = TrainingState.checked(outcome.training.tensors, position)
    assert outcome.state is RunStatus.FINISHED
    for weight, array in whole.weights.items():
        assert array.tobytes() == outcome.weights[weight].tobytes(), weight
    assert outcome.test == whole.test
    without_time = [[{**row, "seconds": 0} for row in one.history] for one in (outcome, whole)]
    assert without_time[0] == without_time[1]


def test_the_history_has_a_column_for_each_channel_and_reads_back() -> None:
    outcome = carried_out(gan_diagram(), MOONS)
    assert outcome.training is not None
    row = outcome.training.position["history"][-1]
    assert {
        "train_critic_loss",
        "train_generator_loss",
        "train_real_score",
        "train_generated_score",
    } <= row.keys()


def test_other_settings_in_the_middle_of_an_epoch_are_refused_in_words() -> None:
    learner = gan_learner(gan_diagram())
    step(learner)
    saved = learner.save()
    progress = Progress(batch=1, step=1, learner=dict(saved.values))
    other = gan_learner(gan_diagram(), MOONS.with_settings({"task.critic_steps": 2}))
    with pytest.raises(ValueError, match="number of critic steps of 1; now it is 2"):
        other.load(progress, None)  # type: ignore[arg-type]


def test_damaged_values_are_refused_in_words() -> None:
    learner = gan_learner(gan_diagram())
    for values in ({}, {**learner.save().values, "critic_steps": "two"}, {**learner.save().values, "critic_rate": -1}):
        with pytest.raises(ValueError, match=r"train again|damaged"):
            learner.load(Progress(learner=dict(values)), None)  # type: ignore[arg-type]


def test_a_rate_too_large_is_told_in_words() -> None:
    failure = gan_learner(gan_diagram()).explain(NotFinite(3, float("nan")))
    assert "a third of the generator's rate and of the critic's rate" in failure.message
