"""Autoencoders: what they learn, what is said of it, and how they go on, against torch and scikit-learn by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.decomposition import PCA

from engine.data.dataset import Dataset
from engine.export.source import source_text
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import ProblemCode
from engine.graph.graph import Graph, wire
from engine.graph.layout.arranging import chain, layer
from engine.graph.shapes import Shape, ShapeError
from engine.graph.targets import SameAsInput
from engine.network.build import build
from engine.project.project import Project
from engine.running.run import Run, evaluate
from engine.tasks.answerer import Answerer
from engine.tasks.autoencoder.kind import AUTOENCODER
from engine.tasks.queries import Decode, Encode, Generate, Interpolate, LearnedNetwork, Predict, Reconstruct
from engine.tasks.registry import KINDS, chosen_kind, kinds_for
from engine.tasks.setup import TaskError
from engine.training import random
from engine.training.control import Control
from engine.training.data_loading import load_rows, schema_of, signature_of
from engine.training.in_use import settings_in_use
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.run_status import RunStatus
from engine.training.state import TrainingState

IRIS = {"dataset": "iris", "task": "autoencoder", "batch_size": 16, "epochs": 3, "device": "cpu"}
SMALL = {"dataset": "uci-digits", "task": "autoencoder", "batch_size": 64, "epochs": 2, "device": "cpu"}
NARROW = chain(
    [layer("Linear", out_features=6), layer("Tanh"), layer("Linear", out_features=2), layer("Tanh")],
    [layer("Linear", out_features=6), layer("Tanh"), layer("Linear", out_features="answer")],
)
PICTURES = chain(
    [layer("Flatten"), layer("Linear", out_features=5), layer("Tanh"), layer("Linear", out_features="answer")],
    [layer("Reshape", sizes=(1, 8, 8))],
)


def recipe(base: dict[str, Any] = IRIS, **changes: Any) -> Recipe:
    settings = {**base, **{name.replace("__", "."): value for name, value in changes.items()}}
    return Recipe().with_settings(settings)


def ran(graph: Graph, settings: Recipe) -> tuple[Dataset, Outcome]:
    data = load_rows(settings)
    outcome = Run(graph, settings, data).run()
    assert outcome.failure is None, outcome.message
    return data, outcome


def learned(graph: Graph, settings: Recipe) -> tuple[Dataset, Outcome, LearnedNetwork]:
    data, outcome = ran(graph, settings)
    return data, outcome, LearnedNetwork(graph, settings, data.schema, outcome.weights, outcome.preparation)


# What fits


def test_it_fits_numbers_and_says_why_it_does_not_fit_others() -> None:
    for dataset in ("strokes", "uci-digits", "iris", "moons", "breast-cancer", "houses"):
        schema = schema_of(Recipe(dataset=dataset))
        assert schema is not None
        assert AUTOENCODER in kinds_for(schema), dataset
        assert chosen_kind("auto", schema) is not AUTOENCODER
    text, line = schema_of(Recipe(dataset="python-topics")), schema_of(Recipe(dataset="line"))
    assert text is not None
    assert line is not None
    assert AUTOENCODER.unfit(text, AUTOENCODER.row_settings()).endswith("has tokens.")
    assert "by way of fewer" in AUTOENCODER.unfit(line, AUTOENCODER.row_settings())


def test_pixels_are_scaled_unless_something_else_is_chosen() -> None:
    data, outcome = ran(PICTURES, recipe(SMALL, epochs=1))
    assert outcome.preparation is not None
    assert (outcome.preparation.input_kind, outcome.preparation.input_shift) == ("scale", (0.0,))
    assert data.schema.target.names == tuple("0123456789"), "by which the samples are called"
    _, outcome = ran(PICTURES, recipe(SMALL, epochs=1, preparation="standardise"))
    assert outcome.preparation is not None
    assert outcome.preparation.input_kind == "standardise"
    _, outcome = ran(NARROW, recipe(epochs=1))
    assert outcome.preparation is not None
    assert outcome.preparation.input_kind == "standardise", "columns as they always are"


# What must come out


def test_the_goal_asks_for_the_shape_of_the_input() -> None:
    picture = Shape.picture(1, 28, 28)
    target = SameAsInput(784, (), picture)
    assert target.accept(picture) == picture
    assert SameAsInput(4).accept(Shape.features(4)) == Shape.features(4)
    for wrong in (Shape.features(784), Shape.picture(1, 14, 14), Shape.tokens(784, 9)):
        with pytest.raises(ShapeError, match="does not give back its input's shape: it needs 1 channel × 28 high × 28"):
            target.accept(wrong)


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        ([layer("Flatten"), layer("Linear", out_features=9)], "Add Linear and Reshape before the goal (→ 1×28×28)"),
        ([layer("Conv2d", out_channels=4)], "Give conv1 the channels of the input (1)"),
        ([layer("Conv2d", out_channels=4), layer("MaxPool2d")], "Add a ConvTranspose2d before the goal (→ 1×28×28)"),
        ([layer("Conv2d"), *2 * [layer("MaxPool2d")]], "Add 2 ConvTranspose2d before the goal (→ 1×28×28)"),
        ([layer("Flatten"), layer("Linear", out_features=784)], "Add a Reshape before the goal (→ 1×28×28)"),
        (
            [layer("Flatten"), layer("Linear", out_features=9), layer("Sigmoid"), layer("Reshape", sizes=(1, 3, 3))],
            "Add Flatten, Linear and Reshape before the goal (→ 1×28×28)",
        ),
        ([layer("Flatten"), layer("Linear", out_features=100), layer("Reshape", sizes=(1, 10, 10))],
         "Give linear1 the size of the input (784) and reshape1 its shape"),
    ],
)  # fmt: skip
def test_another_shape_is_refused_with_repairs_that_mend_it(parts: list[Any], label: str) -> None:
    signature = signature_of(Recipe().with_settings({"dataset": "strokes", "task": "autoencoder"}))
    graph = chain(parts)
    (problem,) = [one for one in analyse(graph, signature).problems if one.code is ProblemCode.TARGET]
    assert problem.message.startswith("The goal does not give back its input's shape: it needs 1 channel × 28 high")
    assert label in [repair.label for repair in problem.repairs]
    for repair in problem.repairs:
        after = analyse(repair.edit(graph), signature)
        assert after.ready, repair.label
        assert after.result == signature.input


def test_a_table_needs_as_many_numbers_as_it_has_columns() -> None:
    signature = signature_of(recipe())
    graph = chain([layer("Linear", out_features=3), layer("Tanh"), layer("Linear", out_features=2)])
    (problem,) = [one for one in analyse(graph, signature).problems if one.code is ProblemCode.TARGET]
    assert [repair.label for repair in problem.repairs][:1] == ["Give linear2 the size of the input (4)"]
    assert analyse(problem.repairs[0].edit(graph), signature).ready


def test_a_last_layer_that_cannot_reach_the_input_is_warned_of() -> None:
    narrow = [layer("Linear", out_features=2), layer("Tanh"), layer("Linear", out_features="answer")]
    graph = chain([*narrow, layer("Sigmoid")])
    scaled, standardised = signature_of(recipe(preparation="scale")), signature_of(recipe())
    assert not analyse(graph, scaled).problems
    (problem,) = analyse(graph, standardised).problems
    assert "it only gives numbers between 0 and 1. Set Prepare inputs to scale to 0 … 1" in problem.message
    crossed = signature_of(recipe(preparation="scale", loss="unit_cross_entropy"))
    (problem,) = analyse(graph, crossed).problems
    assert "applies the sigmoid to the output itself" in problem.message
    assert not analyse(problem.repairs[0].edit(graph), crossed).problems


def test_cross_entropy_of_values_beyond_0_and_1_is_refused() -> None:
    settings = recipe(SMALL, loss="unit_cross_entropy", preparation="standardise")
    outcome = Run(PICTURES, settings, load_rows(settings)).run()
    assert outcome.state == "failed"
    assert "as the network is given it" in outcome.message
    assert "Set Prepare inputs to scale to 0 … 1, or choose Mean squared error" in outcome.message
    ran(PICTURES, recipe(SMALL, loss="unit_cross_entropy", epochs=1))
    offered = {one.path: one.parameter for one in settings_in_use(recipe(SMALL))}
    assert set(offered["loss.kind"].options) == {  # type: ignore[attr-defined]
        "auto", "mse", "mae", "huber", "log_cosh", "unit_cross_entropy",
    }  # fmt: skip
    assert "answer_preparation" not in offered


# What it learns


@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "unit_cross_entropy"])
@pytest.mark.parametrize(("noise", "masking"), [(0.0, 0.0), (0.3, 0.0), (0.2, 0.4)])
def test_every_step_is_that_of_a_loop_in_plain_torch(loss: str, noise: float, masking: float) -> None:
    adam = {"optimizer": "Adam", "optimizer__learning_rate": 0.01}
    settings = recipe(SMALL, loss=loss, seed=5, task__noise=noise, task__masking=masking, **adam)
    data, outcome = ran(PICTURES, settings)
    network = build(PICTURES, data.schema.signature(), seed=5)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, fused=True)
    functions = {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": F.huber_loss,
        "unit_cross_entropy": F.binary_cross_entropy_with_logits,
    }
    rows = torch.from_numpy(data.train.inputs.astype(np.float32)) / torch.tensor(data.schema.value_range[1])
    step, means = 0, []
    for epoch in range(2):
        total, seen = 0.0, 0
        for part in torch.randperm(len(rows), generator=random.generator(5, random.SHUFFLE, epoch)).split(64):
            if len(part) == 1:
                continue
            clean = rows[part]
            chance, given = random.generator(5, 41, step), clean
            if noise:
                given = given + noise * torch.randn(given.shape, generator=chance)
            if masking:
                given = given * (torch.rand(given.shape, generator=chance) >= masking)
            optimizer.zero_grad()
            found = functions[loss](network(given), clean)
            found.backward()
            optimizer.step()
            total, seen, step = total + found.item() * len(part), seen + len(part), step + 1
        means.append(total / seen)
    assert [row["train_loss"] for row in outcome.history] == pytest.approx(means, rel=1e-6)
    for name, value in network.state_dict().items():
        np.testing.assert_array_equal(outcome.weights[name], value.numpy(), err_msg=name)


def test_its_figures_are_those_of_scikit_learn_and_numpy() -> None:
    settings = recipe(epochs=60, optimizer__learning_rate=0.02)
    data, outcome, network = learned(NARROW, settings)
    assert outcome.test is not None
    assert outcome.preparation is not None
    train, test = (outcome.preparation.inputs(split.inputs).astype(np.float64) for split in (data.train, data.test))
    back = Answerer().answer(network, Predict(data.test.inputs)).answers
    off = outcome.preparation.inputs(back) - test
    figures = outcome.test
    assert figures["test_rows"] == len(test)
    assert figures["test_reconstruction_mse"] == pytest.approx(np.square(off).mean(), rel=1e-5)
    assert figures["test_reconstruction_mae"] == pytest.approx(np.abs(off).mean(), rel=1e-5)
    assert figures["test_loss"] == pytest.approx(np.square(off).mean(), rel=1e-5)
    assert figures["floor_reconstruction_mse"] == pytest.approx(np.square(test - train.mean(0)).mean(), rel=1e-5)
    pca = PCA(2).fit(train)
    kept = pca.inverse_transform(pca.transform(test))
    assert figures["latent_units"] == 2
    assert figures["pca_reconstruction_mse"] == pytest.approx(np.square(kept - test).mean(), rel=1e-6)
    assert figures["pca_rows"] == len(train)
    assert evaluate(NARROW, settings, data, outcome.weights, outcome.preparation) == figures
    said = AUTOENCODER.figures(figures, data.schema) if AUTOENCODER.figures else ()
    assert said[0].startswith("Reconstruction error ")
    assert "PCA with 2 components, as many as the code has numbers" in said[1]


def test_noise_is_judged_beside_what_leaving_it_would_be() -> None:
    data, outcome = ran(NARROW, recipe(task__noise=0.5))
    figures = outcome.test
    assert figures is not None
    assert figures["noisy_mse"] == pytest.approx(0.25, rel=0.3)
    assert figures["test_denoising_mse"] > 0
    assert figures["pca_denoising_mse"] > figures["pca_reconstruction_mse"]
    assert "noisy test sample" in KINDS["autoencoder"].figures(figures, data.schema)[0]  # type: ignore[misc]
    assert json.loads(json.dumps(figures)) == figures


def test_a_network_that_does_not_narrow_has_no_code_to_compare() -> None:
    wide = chain([layer("Linear", out_features=9), layer("Tanh"), layer("Linear", out_features="answer")])
    data, outcome, network = learned(wide, recipe(epochs=1))
    assert outcome.test is not None
    assert outcome.test["latent_units"] is None
    assert outcome.test["pca_reconstruction_mse"] is None
    assert "there is no code" in " ".join(KINDS["autoencoder"].figures(outcome.test, data.schema))  # type: ignore[misc]
    assert Answerer().answer(network, Reconstruct()).codes is None
    with pytest.raises(TaskError, match="no code"):
        Answerer().answer(network, Interpolate())


# Going on


class AfterOneStep(Control):
    """Asks to stop once a step was made; ``noise`` is set before each."""

    def __init__(self, noise: float | None = None) -> None:
        super().__init__()
        self._begun = False
        if noise is not None:
            self.set("task.noise", noise)

    def take_step(self, *callbacks: Any) -> bool:
        if self._begun:
            self.stop()
        self._begun = True
        return super().take_step(*callbacks)


def in_steps(graph: Graph, settings: Recipe, noise: float | None = None) -> Outcome:
    """A run that is stopped after each step and taken up again from what a file holds; the noise is set at first."""
    data, state = load_rows(settings), None
    for _ in range(60):
        outcome = Run(graph, settings, data, resume=state, control=AfterOneStep(noise)).run()
        assert outcome.failure is None, outcome.message
        if outcome.state is RunStatus.FINISHED:
            return outcome
        assert outcome.training is not None
        position = json.loads(json.dumps(outcome.training.position, allow_nan=False))
        state, noise = TrainingState.checked(outcome.training.tensors, position), None
    raise AssertionError("it never ends")


@pytest.mark.parametrize("changes", [{}, {"task__noise": 0.3, "task__masking": 0.2, "patience": 2}])
def test_stopped_after_every_step_it_ends_like_an_unbroken_run(changes: dict[str, Any]) -> None:
    settings = recipe(epochs=2, **changes)
    _, whole = ran(NARROW, settings)
    found = in_steps(NARROW, settings)
    for name, value in whole.weights.items():
        assert value.tobytes() == found.weights[name].tobytes(), name
    assert found.test == whole.test
    without_time = [[{**row, "seconds": 0} for row in one.history] for one in (found, whole)]
    assert without_time[0] == without_time[1]


def test_noise_that_was_changed_on_the_way_is_kept() -> None:
    settings = recipe(epochs=2, task__noise=0.1)
    control = Control()
    control.set("task.noise", 0.8)
    louder = Run(NARROW, settings, load_rows(settings), control=control).run()
    found = in_steps(NARROW, settings, noise=0.8)
    _, quiet = ran(NARROW, settings)
    for name, value in louder.weights.items():
        assert value.tobytes() == found.weights[name].tobytes(), name
    assert any(value.tobytes() != quiet.weights[name].tobytes() for name, value in louder.weights.items())


def test_a_damaged_saved_run_is_refused_in_words() -> None:
    settings = recipe(epochs=2)
    outcome = Run(NARROW, settings, load_rows(settings), control=AfterOneStep()).run()
    assert outcome.training is not None
    for wrong in ("much", -1.0, None):
        position = json.loads(json.dumps(outcome.training.position))
        position["learner"]["noise"] = wrong
        state = TrainingState(outcome.training.tensors, position)
        failed = Run(NARROW, settings, load_rows(settings), resume=state).run()
        assert failed.state is RunStatus.FAILED
        assert "damaged" in failed.message


# What it answers


def test_its_code_is_made_and_turned_back() -> None:
    data, _, network = learned(PICTURES, recipe(SMALL))
    answerer, some = Answerer(), data.test.inputs[:4]
    found = answerer.answer(network, Reconstruct(some))
    assert found.code == "tanh1"
    assert found.codes is not None
    assert found.outputs.shape == some.shape
    assert np.array_equal(found.outputs, answerer.answer(network, Predict(some)).answers)
    assert np.array_equal(found.codes, answerer.answer(network, Encode(some, ("tanh1",))).values["tanh1"])
    assert np.array_equal(answerer.answer(network, Decode(found.codes, "tanh1")).answers, found.outputs)
    high = data.schema.value_range[1]
    by_hand = np.square((found.outputs - some.astype(np.float64)) / high).mean(axis=(1, 2, 3))
    assert found.errors == pytest.approx(by_hand, rel=1e-4)
    held = answerer.answer(network, Reconstruct())
    assert len(held.inputs) == len(data.validation)
    assert held.labels is not None
    assert np.array_equal(held.labels, data.validation.targets)
    assert found.above is not None
    assert found.above == pytest.approx([(held.errors < error).mean() for error in found.errors], abs=1e-9)
    way = [answerer.answer(network, Interpolate(0, 3, at)).sample for at in (0.0, 1.0)]
    assert np.allclose(way[0], held.outputs[0], atol=1e-3)
    assert np.allclose(way[1], held.outputs[3], atol=1e-3)
    with pytest.raises(TaskError, match="makes nothing of noise"):
        answerer.answer(network, Generate())


def test_a_denoising_network_is_shown_what_it_was_given() -> None:
    _, _, network = learned(PICTURES, recipe(SMALL, epochs=1, task__noise=0.4))
    clean, noisy = Answerer().answer(network, Reconstruct()), Answerer().answer(network, Reconstruct(corrupted=True))
    assert clean.given is None
    assert noisy.given is not None
    high = network.schema.value_range[1]
    assert ((noisy.given - noisy.inputs) / high).std() == pytest.approx(0.4, rel=0.05)
    assert noisy.errors.mean() > clean.errors.mean()


def test_a_file_with_the_drawing_that_read_the_class_off_is_a_classifier_still() -> None:
    drawn = chain(
        [layer("Flatten"), layer("Linear", out_features=16), layer("ReLU")],
        [layer("Linear", out_features=64), layer("Sigmoid"), layer("Reshape", sizes=(1, 8, 8))],
        [layer("Flatten"), layer("Linear", out_features="answer")],
    )
    data, outcome, network = learned(drawn, recipe(SMALL, task="auto", epochs=1))
    assert outcome.test is not None
    assert "test_accuracy" in outcome.test
    assert Answerer().answer(network, Predict(data.test.inputs[:2])).answers.shape == (2, 10)


def test_templates_are_of_this_kind() -> None:
    mine = [name for name in templates.names() if templates.describe(name).recipe.get("task.kind") == AUTOENCODER.name]
    assert {"autoencoder", "autoencoder-conv", "denoising-autoencoder", "autoencoder-table"} == set(mine)
    for name in mine:
        template = templates.describe(name)
        assert not analyse(template.draw(), signature_of(Recipe().with_settings(template.recipe))).problems


@pytest.mark.parametrize("dataset", ["strokes", "iris"])
def test_from_the_two_ends_alone_a_repair_leads_to_a_network_that_learns(dataset: str) -> None:
    signature = signature_of(Recipe().with_settings({"dataset": dataset, "task": "autoencoder"}))
    empty = templates.build("empty")
    data, goal = empty.of_kind("Input")[0].id, empty.of_kind("Output")[0].id
    for graph in (empty, empty.connect(wire(data, goal))):
        (problem,) = analyse(graph, signature).problems
        assert problem.repairs, problem.message
        for repair in problem.repairs:
            assert analyse(repair.edit(graph), signature).ready, repair.label


@pytest.mark.parametrize("name", ["autoencoder", "denoising-autoencoder", "gan-digits"])
def test_a_file_without_constants_has_no_gap_where_they_would_stand(name: str) -> None:
    template = templates.describe(name)
    text = source_text(Project(template.draw(), Recipe().with_settings(template.recipe)), None)
    assert "\n\n\n\n" not in text
    assert "CLASSES" not in text
