"""The table of states: what bar, button and status line say in each state of training, whatever was changed since."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe
from engine.training.run_end import RunEnd
from engine.training.setting_change import SettingChange
from engine.training.state import MEMORY, Progress, TrainingState
from gui.sketch import DocumentState
from gui.training.run_state import Change, Phase, RunUnderWay, run_state
from gui.training.run_words import run_words
from gui.training.trained import Start, Trained

RECIPE = Recipe().with_settings({"dataset": "moons", "epochs": 20, "batch_size": 32})
GRAPH = templates.build("points-2d")
SIGNATURE = signature_of(RECIPE)

UNTOUCHED, BATCH, EPOCHS, RATE = "untouched", "batch size", "more epochs", "learning rate"
FROZEN, WIDER, DATA, OTHER = "a layer frozen", "a layer wider", "other data, same sizes", "other data, other sizes"


def frozen(graph: Graph) -> Graph:
    return graph.set_all([next(id for id, node in graph.nodes.items() if node.kind == "Linear")], frozen=True)


def wider(graph: Graph) -> Graph:
    return graph.set_params(next(id for id, node in graph.nodes.items() if node.kind == "Linear"), out_features=7)


def changed(sketch: DocumentState, what: str) -> DocumentState:
    match what:
        case "batch size":
            return replace(sketch, recipe=sketch.recipe.with_setting("batch_size", 64))
        case "more epochs":
            return replace(sketch, recipe=sketch.recipe.with_setting("epochs", 200))
        case "learning rate":
            return replace(sketch, recipe=sketch.recipe.with_setting("optimizer.learning_rate", 0.5))
        case "a layer frozen":
            return replace(sketch, graph=frozen(sketch.graph))
        case "a layer wider":
            return replace(sketch, graph=wider(sketch.graph))
        case "other data, same sizes":
            return replace(sketch, recipe=sketch.recipe.with_setting("dataset", "circles"))
        case "other data, other sizes":
            return replace(sketch, recipe=sketch.recipe.with_setting("dataset", "iris"))
    return sketch


def trained(state: str, epochs: int = 3, steps: int = 30) -> Trained:
    history = tuple({"epoch": n + 1, "step": (n + 1) * 10, "train_loss": 1.0} for n in range(epochs))
    position = {**Progress(epoch=epochs, step=steps).to_json(), MEMORY: {}}
    end = RunEnd(state, "The loss became infinite at step 30." if state == "failed" else "")
    weights = {"a": np.zeros(1)}
    return Trained(
        GRAPH, RECIPE, SIGNATURE, weights=weights, training=TrainingState({}, position), history=history, end=end
    )


def signature(sketch: DocumentState) -> Signature:
    return signature_of(sketch.recipe)


STOPPED, FINISHED, FAILED = trained("stopped"), trained("finished", 20, 200), trained("failed")
NOTHING_YET = (("not trained yet", ""), "Train", "ready to train")
BAR = {
    "stopped": (("stopped", "epoch 3 of 20"), "stopped"),
    "finished": (("trained", "20 epochs"), "trained"),
    "failed": (("stopped by an error", "epoch 3 of 20"), "training failed"),
}
ONWARD = {  # from where Train goes on, and what its tooltip gives as the reason
    UNTOUCHED: (Start.RESUME, "Continue from epoch"),
    EPOCHS: (Start.RESUME, "to epoch 200"),
    RATE: (Start.RESUME, "Continue from epoch"),
    BATCH: (Start.WEIGHTS, "batch size was changed"),
    FROZEN: (Start.WEIGHTS, "the diagram was changed"),
    DATA: (Start.WEIGHTS, "the data was changed"),
    WIDER: (Start.NEW, "Train the network for 20 epochs"),
    OTHER: (Start.NEW, "Train the network for 20 epochs"),
}


@pytest.mark.parametrize("what", ONWARD)
def test_without_weights_nothing_that_is_changed_matters(what: str) -> None:
    sketch = changed(DocumentState(GRAPH, RECIPE), what)
    words = run_words(run_state(sketch, signature(sketch)))
    assert (words.bar, words.button, words.status) == NOTHING_YET
    assert words.standing == ""


@pytest.mark.parametrize(("one", "what"), list(product((STOPPED, FINISHED, FAILED), ONWARD)))
def test_at_rest(one: Trained, what: str) -> None:
    sketch = changed(DocumentState(GRAPH, RECIPE, one), what)
    state = run_state(sketch, signature(sketch))
    words, (start, reason) = run_words(state), ONWARD[what]
    assert state.onward.start is start
    assert reason in words.button_tip
    if start is Start.NEW:
        assert (words.bar, words.button, words.status) == NOTHING_YET
        assert "Undo brings it back" in words.standing
        return
    bar, status = BAR[one.state]
    assert (words.bar, words.button, words.status) == (bar, "Continue", status)
    same = what in (UNTOUCHED, EPOCHS)  # it would fail again
    reason = "Training stopped: The loss became infinite at step 30."
    assert words.standing == (reason if one is FAILED and same else "")
    assert ("Since then" in words.bar_tip) == (state.change is not Change.NOTHING)
    assert (one.failure in words.bar_tip) if one.failure else "error" not in words.bar_tip


@pytest.mark.parametrize(("one", "what"), list(product((STOPPED, FINISHED), ONWARD)))
def test_weights_that_have_learned_nothing_are_not_called_trained(one: Trained, what: str) -> None:
    sketch = changed(DocumentState(GRAPH, RECIPE, one), what)
    change = SettingChange("optimizer.learning_rate", 0.1, "Set the learning rate to 0.1", "the usual value, 0.1")
    state = run_state(sketch, signature(sketch), lesson="It has learned nothing.", remedy=change)
    words = run_words(state)
    if what in (UNTOUCHED, EPOCHS):
        assert words.standing == "It has learned nothing."
        assert state.remedy is change
        assert (words.bar[0], words.status) != ("trained", "trained")
    else:
        assert "nothing" not in (words.bar[0] + words.status + words.standing), "it may be mended by now"
        assert state.remedy is None


UNDER_WAY = {
    Phase.PREPARING: ("Training…", "getting ready"),
    Phase.RUNNING: ("Training…", "training"),
    Phase.PAUSED: ("Resume", "paused"),
    Phase.STOPPING: ("Stopping…", "stopping"),
}
STANDING = {
    UNTOUCHED: "",
    RATE: "",  # acts at once
    BATCH: "From the next start: batch size 64 (this run: 32).",
    EPOCHS: "From the next start: epochs 200 (this run: 20).",
    FROZEN: "This run continues with the diagram it started with",
    WIDER: "This run continues with the diagram it started with",
    DATA: "This run continues with the data it started with",
    OTHER: "This run continues with the data it started with",
}


@pytest.mark.parametrize(("phase", "what", "before"), list(product(UNDER_WAY, STANDING, (None, FINISHED))))
def test_under_way(phase: Phase, what: str, before: Trained | None) -> None:
    began = DocumentState(GRAPH, RECIPE, before)
    sketch = changed(began, what)
    state = run_state(sketch, signature(sketch), RunUnderWay(phase, began))
    words = run_words(state)
    assert (words.button, words.status) == UNDER_WAY[phase]
    assert words.standing.startswith(STANDING[what])
    assert bool(words.standing) == bool(STANDING[what])


def test_one_step_is_no_training_to_the_end() -> None:
    words = run_words(run_state(DocumentState(GRAPH, RECIPE, trained("stopped", 0, 1)), SIGNATURE))
    assert words.bar == ("stopped", "after 1 step")


def test_many_epochs_can_be_read() -> None:
    one = replace(trained("stopped", 1_162), recipe=RECIPE.with_setting("epochs", 3_000))
    words = run_words(run_state(DocumentState(GRAPH, one.recipe, one), SIGNATURE))
    assert words.bar == ("stopped", "epoch 1,162 of 3,000")


def test_what_an_older_version_saved_has_a_state_too() -> None:
    known = {"test_accuracy": 1.0}
    for test, epochs, expected in ((known, 3, "finished"), (None, 20, "finished"), (None, 3, "stopped")):
        assert replace(trained("stopped", epochs), end=None, test=test).state == expected


def test_weights_that_were_let_go_are_said_to_be() -> None:
    words = run_words(run_state(DocumentState(GRAPH, RECIPE, released=True), SIGNATURE))
    assert "dropped to save memory" in words.standing
