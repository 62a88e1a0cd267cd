"""Stopping after any step and going on ends with the weights of a run that was never stopped, bit for bit."""

from __future__ import annotations

import json
import re
from copy import deepcopy

import numpy as np
import pytest
import torch
from helpers_training import recipe, trainer
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.training import runner
from engine.training.recipe import OptimizerSettings, Recipe, ScheduleSettings
from engine.training.result import Outcome
from engine.training.snapshots import WeightSnapshots
from engine.training.state import StateError, TrainingState
from tests.engine.stopping import StopAfter


def through_file(state: TrainingState) -> TrainingState:
    """As if saved and read: arrays as bytes, the position as strict JSON."""
    tensors = {
        name: np.frombuffer(array.tobytes(), dtype=array.dtype).reshape(array.shape)
        for name, array in state.tensors.items()
    }
    return TrainingState(tensors, json.loads(json.dumps(state.position, allow_nan=False)))


def same(one: Outcome, other: Outcome) -> None:
    assert (one.state, one.message) == (other.state, other.message)
    assert one.weights.keys() == other.weights.keys()
    for name, array in one.weights.items():
        assert array.tobytes() == other.weights[name].tobytes(), name
    without_time = [[{**row, "seconds": 0} for row in outcome.history] for outcome in (one, other)]
    assert without_time[0] == without_time[1]
    assert one.test == other.test


def broken(settings: Recipe, stops: list[int]) -> Outcome:
    """Run with a stop after each of ``stops`` further steps, each time from a fresh network."""
    state = None
    for steps in stops:
        outcome = trainer(settings, resume=state, control=StopAfter(steps)).run()
        if outcome.state == "finished":
            return outcome
        assert outcome.state == "stopped"
        assert outcome.training is not None
        state = through_file(outcome.training)
    return trainer(settings, resume=state).run()


OPTIMIZERS, SCHEDULES = list(OptimizerSettings.KINDS), list(ScheduleSettings.KINDS)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_after_every_step(kind: str) -> None:
    whole_recipe = recipe(optimizer=kind, epochs=2, schedule="one-cycle")
    whole = trainer(whole_recipe).run()
    assert whole.state == "finished"
    for step in range(9 if kind != "LBFGS" else 5):
        same(whole, broken(whole_recipe, [step]))


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule(kind: str) -> None:
    chosen = recipe(schedule=kind, epochs=5, optimizer="SGD")
    if kind == "plateau":
        chosen = chosen.with_settings({"schedule.patience": 0, "optimizer.learning_rate": 1.0})
    whole = trainer(chosen).run()
    same(whole, broken(chosen, [3, 5, 4]))


@settings(max_examples=25, deadline=None)
@given(
    optimizer=st.sampled_from(OPTIMIZERS),
    schedule=st.sampled_from(SCHEDULES),
    stops=st.lists(st.integers(0, 9), min_size=1, max_size=4),
    extras=st.fixed_dictionaries(
        {},
        optional={
            "patience": st.sampled_from([1, 2]),
            "l1": st.just(0.001),
            "gradient_clipping": st.just(0.5),
            "precision": st.just("bfloat16"),
            "seed": st.integers(0, 9),
            "batch_size": st.sampled_from([7, 16, 50]),
        },
    ),
)
def test_any_recipe_any_stops(optimizer: str, schedule: str, stops: list[int], extras: dict[str, object]) -> None:
    chosen = recipe(optimizer=optimizer, schedule=schedule, epochs=4, **extras)
    same(trainer(chosen).run(), broken(chosen, stops))


def test_patience_keeps_the_best_weights_across_a_stop() -> None:
    chosen = recipe(patience=2, epochs=60, optimizer="SGD", optimizer__learning_rate=0.5)
    whole = trainer(chosen).run()
    epochs = [row["validation_loss"] for row in whole.history]
    assert len(epochs) < 60, "it should have stopped early"
    assert np.argmin(epochs) == len(epochs) - 3
    assert whole.test
    assert whole.training is not None
    best, last = whole.training.best(), whole.training.weights()
    assert all(np.array_equal(whole.weights[name], best[name]) for name in best)
    assert any(not np.array_equal(last[name], best[name]) for name in best)
    same(whole, broken(chosen, [4 * (len(epochs) - 1) + 1]))


def test_going_on_for_more_epochs_is_the_longer_run() -> None:
    short, long = recipe(epochs=2), recipe(epochs=4)
    first = trainer(short).run()
    assert first.training is not None
    same(trainer(long).run(), trainer(long, resume=through_file(first.training)).run())


def test_a_new_learning_rate_survives_a_stop() -> None:
    chosen = recipe(epochs=3, schedule="cosine")

    def run(stops: list[int]) -> Outcome:
        state, outcome = None, None
        for number, steps in enumerate([*stops, 99]):
            control = StopAfter(steps)
            if number == 0:
                control.set_learning_rate(0.02)
            outcome = trainer(chosen, resume=state, control=control).run()
            state = outcome.training
        assert outcome is not None
        return outcome

    same(run([]), run([3, 2]))
    assert run([]).weights["last.bias"].tobytes() != trainer(chosen).run().weights["last.bias"].tobytes()


def test_reading_snapshots_changes_nothing() -> None:
    class Always(WeightSnapshots):
        def serve(self, module: object, step: int) -> None:
            self.publish(module, step)  # type: ignore[arg-type]

    same(trainer(recipe()).run(), trainer(recipe(), snapshots=Always()).run())


def test_a_changed_batch_size_is_refused_in_mid_epoch_only() -> None:
    stopped = trainer(recipe(), control=StopAfter(2)).run()
    with pytest.raises(StateError, match="batch size of 16; now it is 8"):
        trainer(recipe(batch_size=8), resume=stopped.training)
    between = trainer(recipe(), control=StopAfter(4)).run()
    assert between.training is not None
    assert trainer(recipe(batch_size=8), resume=between.training).run().state == "finished"


def test_another_optimizer_starts_afresh() -> None:
    stopped = trainer(recipe(), control=StopAfter(2)).run()
    assert trainer(recipe(optimizer="SGD"), resume=stopped.training).run().state == "finished"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.tensors.pop("weights/last.bias"), "'last.bias' are missing"),
        (lambda s: s.tensors.update({"weights/last.bias": np.zeros(4, np.float32)}), "are 4, but the diagram has 3"),
        (lambda s: s.position.pop("epoch"), "lacks 'epoch'"),
        (lambda s: s.position.update(epoch=-1), '"epoch" must be a whole number from 0'),
        (lambda s: s.position.update(step="many"), '"step" must be a whole number'),
        (lambda s: s.position.update(format=99), "format 99"),
        (lambda s: s.position.update(precision="auto"), '"precision" must be "float32" or "bfloat16"'),
        (lambda s: s.position["learner"].update(plateau={"best": None, "bad": 0, "fraction": 9}), "damaged.*plateau"),
        (lambda s: s.position["learner"].update(learning_rate=-1), 'damaged.*"learning_rate"'),
        (lambda s: s.position["learner"].pop("train_rows"), "lacks 'train_rows'"),
        (lambda s: s.position.update(learner=[]), 'damaged.*"learner"'),
        (lambda s: s.position.update(sums=[0.0] * 17), 'damaged.*"sums"'),
        (lambda s: s.position.update(surprise=1), "unknown part 'surprise'"),
        (lambda s: s.position.update(memory=[{"pairs": [[0, {"tensor": "no/such"}]]}]), "cannot be used"),
        (lambda s: s.position.update(batch=77), "further in its epoch"),
    ],
)
def test_a_damaged_state_is_refused_in_words(change: object, words: str) -> None:
    stopped = trainer(recipe(), control=StopAfter(2)).run()
    assert stopped.training is not None
    state = through_file(stopped.training)
    state = TrainingState(dict(state.tensors), deepcopy(state.position))
    change(state)  # type: ignore[operator]
    with pytest.raises(StateError, match=words):
        trainer(recipe(), resume=state)


def as_format_1(state: TrainingState) -> TrainingState:
    """The state as it was saved before learners had values of their own."""
    position = deepcopy(state.position)
    position["format"] = 1
    position.update(zip(("loss_sum", "metric_sum"), position.pop("sums") or (0.0, 0.0), strict=True))
    position.update(position.pop("learner"))
    memory = json.loads(json.dumps(position.pop("memory")).replace('"learner/', '"optimizer/'))
    position["optimizer_memory"] = memory
    tensors = {re.sub("^learner/", "optimizer/", name): array for name, array in state.tensors.items()}
    return TrainingState(tensors, position)


@pytest.mark.parametrize("steps", [2, 4, 6])
def test_a_state_of_format_1_is_gone_on_with_bit_for_bit(steps: int) -> None:
    chosen = recipe(optimizer="AdamW", schedule="plateau", epochs=3)
    stopped = trainer(chosen, control=StopAfter(steps)).run()
    assert stopped.training is not None
    former = as_format_1(stopped.training)
    assert {"loss_sum", "plateau", "optimizer_memory"} <= former.position.keys()
    assert any(name.startswith("optimizer/") for name in former.tensors)
    same(trainer(chosen).run(), trainer(chosen, resume=through_file(former)).run())


@pytest.mark.parametrize("steps", [2, 4])
def test_a_state_of_format_2_is_gone_on_with_bit_for_bit(steps: int) -> None:
    stopped = trainer(recipe(), control=StopAfter(steps)).run()
    assert stopped.training is not None
    former = {name: value for name, value in stopped.training.position.items() if name != "precision"} | {"format": 2}
    resumed = trainer(recipe(), resume=through_file(TrainingState(stopped.training.tensors, former)))
    assert resumed.progress.precision == "float32"
    same(trainer(recipe()).run(), resumed.run())


def test_a_run_keeps_the_precision_that_it_has_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "chosen", lambda *_: "bfloat16")
    auto = recipe(precision="auto")
    whole, stopped = trainer(auto).run(), trainer(auto, control=StopAfter(2)).run()
    assert whole.training is not None
    assert stopped.training is not None
    assert whole.training.position["precision"] == "bfloat16"
    monkeypatch.setattr(runner, "chosen", lambda *_: "float32")
    same(whole, trainer(auto, resume=through_file(stopped.training)).run())
    monkeypatch.undo()
    same(whole, trainer(recipe(precision="bfloat16")).run())
    other = trainer(recipe(precision="float32")).run()
    assert any(array.tobytes() != other.weights[name].tobytes() for name, array in whole.weights.items())
    # What a recipe asks for by name holds from then on, as any setting that was changed.
    changed = trainer(recipe(precision="float32"), resume=through_file(stopped.training))
    assert changed.run().training.position["precision"] == "float32"


def convolutional() -> nn.Module:
    """A network whose filters lie in memory in another order while it trains."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return nn.Sequential(
            nn.Unflatten(1, (1, 2, 2)),
            nn.Conv2d(1, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.Conv2d(6, 4, 2),
            nn.Flatten(),
            nn.Linear(4, 3),
        )


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_convolutions_resume_too(kind: str) -> None:
    chosen = recipe(optimizer=kind, epochs=2, patience=1)
    whole = trainer(chosen, module=convolutional()).run()
    assert whole.state == "finished", whole.message
    stopped = trainer(chosen, module=convolutional(), control=StopAfter(3)).run()
    assert stopped.training is not None
    same(whole, trainer(chosen, module=convolutional(), resume=through_file(stopped.training)).run())


@pytest.mark.parametrize("kind", ["SGD", "AdamW", "Adadelta"])
def test_the_order_in_memory_changes_no_result(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = trainer(recipe(optimizer=kind), module=convolutional()).run()
    monkeypatch.setattr("engine.training.gradient_learner.choose_layout", lambda *_: torch.contiguous_format)
    usual = trainer(recipe(optimizer=kind), module=convolutional()).run()
    # Weights without influence (a bias before batch normalisation) follow rounding alone: compare what they do.
    for one, other in zip(ours.history, usual.history, strict=True):
        assert one["train_loss"] == pytest.approx(other["train_loss"], rel=1e-4)
        assert one["validation_loss"] == pytest.approx(other["validation_loss"], rel=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"history": [{"epoch": 3}]},
        {"best_epoch": 3},
        {"epoch": 1_000_001, "best_epoch": 0, "history": []},
    ],
    ids=str,
)
def test_a_position_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    state = trainer(recipe(epochs=2)).run().training
    assert state is not None
    with pytest.raises(StateError, match="damaged"):
        TrainingState.checked(state.tensors, {**state.position, **changes})
    with pytest.raises(StateError, match="damaged"):
        trainer(recipe(epochs=4), resume=TrainingState(state.tensors, {**state.position, **changes}))


@pytest.mark.parametrize("steps", [4, 6])
def test_what_follows_from_the_rest_is_not_taken_from_a_file(steps: int) -> None:
    state = trainer(recipe(), control=StopAfter(steps)).run().training
    assert state is not None
    wrong = {"step": 2**53, "rows": 2**53}
    if state.position["batch"] == 0:
        wrong |= {"sums": [1e200, 1e200], "seconds": 1e200}
    spoiled = trainer(recipe(), resume=TrainingState(state.tensors, {**state.position, **wrong})).run()
    same(trainer(recipe(), resume=state).run(), spoiled)
    assert spoiled.training is not None
    TrainingState.checked(spoiled.training.tensors, spoiled.training.position)


@pytest.mark.parametrize("kind", ["weights/", "best/"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_not_gone_on_with(kind: str, value: float) -> None:
    state = trainer(recipe(patience=3)).run().training
    assert state is not None
    name = f"{kind}hidden.bias"
    spoiled = {**state.tensors, name: np.full_like(state.tensors[name], value)}
    with pytest.raises(StateError, match=r"'hidden\.bias'.*not finite"):
        trainer(recipe(epochs=4, patience=3), resume=TrainingState(spoiled, state.position))


def test_a_stop_right_after_the_step_that_spoils_the_weights_keeps_the_good_ones() -> None:
    class Spoil(StopAfter):
        def take_step(self, *callbacks: object) -> bool:
            if self._left == 0:
                with torch.no_grad():
                    next(run.learner.module.parameters()).fill_(torch.nan)
            return super().take_step(*callbacks)

    run = trainer(recipe(), control=Spoil(3))
    outcome = run.run()
    assert outcome.state == "failed"
    assert all(np.isfinite(array).all() for array in outcome.weights.values())
