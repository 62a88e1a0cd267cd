"""Every loss of the catalogue: its number, its training, its predictions, its file and its words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data.dataset import DataError, Dataset, Split
from engine.data.preparation import Preparation
from engine.graph import losses
from engine.graph.advice.analysis import analyse
from engine.graph.losses import LossKind
from engine.graph.parameters import Choice
from engine.graph.signature import Signature
from engine.graph.targets import SameAsInput, TargetKind
from engine.network.names import ROOTS
from engine.project.file import read
from engine.project.project import Project
from engine.project.writing import write
from engine.reports.losses import loss_of_what
from engine.running.run import Run, evaluate
from engine.tasks.autoencoder.kind import AUTOENCODER
from engine.tasks.predictor import Predictor
from engine.tasks.script.choices import loss as printed
from engine.tasks.supervised_targets import task_for
from engine.training.answer_preparation import fit_preparation
from engine.training.data_loading import asked
from engine.training.in_use import settings_in_use
from engine.training.loss_settings import LossSettings
from engine.training.losses import class_weights, loss_function
from engine.training.recipe import Recipe
from tests.engine.graph.drawings import answer, row
from tests.engine.training.helpers_training import CLASSES, LABELS, VALUES, YES_NO, dataset, recipe
from tests.engine.training.loss_cases import CASES

KINDS = list(losses.kinds().values())
TARGETS = {
    TargetKind.CLASSES: CLASSES,
    TargetKind.YES_NO: YES_NO,
    TargetKind.LABELS: LABELS,
    TargetKind.VALUES: VALUES,
    TargetKind.INPUT: SameAsInput(4),
}
OF_VALUES = [kind for kind in KINDS if TargetKind.VALUES in kind.fits]
LINKED = [kind for kind in OF_VALUES if kind.link is not None]
BOUNDED = [kind for kind in OF_VALUES if kind.lowest is not None]
DENSE = row(("Linear", {"out_features": 6}), "Tanh", answer())
every_loss = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def settings_of(kind: LossKind) -> list[LossSettings]:
    """As it comes, and with every setting at another value."""
    changed = {p.name: p.options[-1] if isinstance(p, Choice) else 0.3 for p in kind.parameters}
    return [LossSettings(kind.name), LossSettings(kind.name, **changed)] if changed else [LossSettings(kind.name)]


def batch(kind: LossKind) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs and answers that the loss takes."""
    made = torch.Generator().manual_seed(3)
    answers = {
        TargetKind.CLASSES: torch.tensor([0, 2, 1, 1, 0]),
        TargetKind.YES_NO: torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0]),
        TargetKind.LABELS: torch.tensor([[1.0, 0, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 1]]),
        TargetKind.VALUES: torch.rand(5, 1, generator=made) * 4,
        TargetKind.INPUT: torch.rand(5, 4, generator=made),
    }[kind.fits[0]]
    return torch.randn(5, TARGETS[kind.fits[0]].outputs, generator=made), answers


def counts_of(kind: LossKind) -> tuple[int, ...]:
    return {TargetKind.CLASSES: (30, 10, 5), TargetKind.YES_NO: (30, 10)}.get(kind.fits[0], ())


def data_for(kind: LossKind, shift: float = 0.0) -> Dataset:
    """Rows whose answers the loss can learn from: those of a loss with a least answer are some numbers above it."""
    data = dataset(TARGETS[kind.fits[0]])
    if kind.fits[0] is TargetKind.INPUT:
        return AUTOENCODER.dataset(dataset(CLASSES), AUTOENCODER.row_settings())
    if kind.lowest is None:
        return data
    splits = [
        Split(s.inputs, (np.exp(s.targets / 4) + kind.lowest + shift).astype(np.float32))
        for s in (data.train, data.validation, data.test)
    ]
    return Dataset(data.schema, *splits)


def within(data: Dataset) -> Dataset:
    """The rows without those that lie beyond the training rows."""
    low, high = data.train.inputs.min(0), data.train.inputs.max(0)
    kept = [((s.inputs >= low) & (s.inputs <= high)).all(1) for s in (data.train, data.validation, data.test)]
    splits = (data.train, data.validation, data.test)
    return Dataset(data.schema, *(s.take(np.flatnonzero(k)) for s, k in zip(splits, kept, strict=True)))


def test_there_is_a_line_of_test_data_for_every_loss() -> None:
    assert set(CASES) == set(losses.kinds())


@every_loss
def test_its_number_is_that_of_its_formula(kind: LossKind) -> None:
    outputs, answers = batch(kind)
    for settings in settings_of(kind):
        balanced = settings.values.get("class_weights") == "balanced"
        weights = torch.tensor(class_weights(counts_of(kind))) if balanced else None
        expected = CASES[kind.name].by_hand(outputs, answers, settings.values, weights)
        found = loss_function(settings, counts_of(kind))(outputs, answers)
        assert float(found) == pytest.approx(float(expected), rel=1e-5)
        scope = {**ROOTS, "outputs": outputs}
        exec(printed(settings), scope)
        more = () if weights is None else (weights,)
        assert float(scope["loss_function"](outputs, answers, *more)) == float(found), "what is printed is evaluated"


@every_loss
def test_it_is_a_number_and_has_a_slope_however_far_off_the_outputs_are(kind: LossKind) -> None:
    outputs, answers = batch(kind)
    far = 30.0 if kind.link is not None else 1e4
    for factor in (-far, far):
        reached = (outputs * factor).requires_grad_()
        loss = loss_function(LossSettings(kind.name))(reached, answers)
        loss.backward()
        assert math.isfinite(loss.item())
        assert loss.item() >= 0, "schedules and early stopping look for a loss so many per cent lower"
        assert bool(reached.grad.isfinite().all())
        assert bool(reached.grad.any())


def test_log_cosh_of_large_errors_is_their_size() -> None:
    """Where cosh itself has long overflown."""
    loss = loss_function(LossSettings("log_cosh"))
    out, right = torch.tensor([[3e4], [-5e30]]), torch.zeros(2, 1)
    each = [float(loss(out[k : k + 1], right[k : k + 1])) for k in range(2)]
    assert each == pytest.approx([3e4 - math.log(2), 5e30], rel=1e-6)
    assert float(loss(right, right)) == pytest.approx(0.0, abs=1e-7)


@every_loss
def test_it_trains_and_what_it_learned_is_predicted_judged_and_saved(kind: LossKind, tmp_path: Path) -> None:
    data = data_for(kind)
    settings = recipe(loss=kind.name, epochs=15, optimizer__learning_rate=0.03)
    if kind.fits[0] is TargetKind.INPUT:
        settings = settings.with_settings({"task": "autoencoder", "preparation": "scale"})
        data = within(data)
    outcome = Run(DENSE, settings, data).run()
    assert outcome.state == "finished", outcome.message
    assert outcome.history[-1]["train_loss"] < outcome.history[0]["train_loss"]
    assert evaluate(DENSE, settings, data, outcome.weights, outcome.preparation) == outcome.test
    signature = data.schema.signature()
    answers = Predictor(DENSE, signature, outcome.weights, outcome.preparation).predict(data.test.inputs)
    if kind.fits[0] is TargetKind.VALUES:
        off = np.abs(answers.astype(np.float64) - data.test.targets).mean()
        assert outcome.test["test_mae"] == pytest.approx(off, rel=1e-5)
        assert outcome.history[-1]["validation_mae"] < outcome.history[0]["validation_mae"]
        assert kind.lowest is None or answers.min() >= kind.lowest
    path = tmp_path / "file.sketchnet"
    write(Project(graph=DENSE, recipe=settings, title="Rows").with_run(outcome.record, settings), path)
    if kind.fits[0] is TargetKind.INPUT:
        assert data.train.inputs.min() <= answers.min() < answers.max() <= data.train.inputs.max()
    again = read(path)
    assert again.run.preparation == outcome.preparation
    # Whatever loss is chosen by then: what makes answers of outputs belongs to the weights.
    saved = Predictor(again.graph, signature, again.run.weights, again.run.preparation).predict(data.test.inputs)
    np.testing.assert_array_equal(saved, answers)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if CASES[kind.name].best], ids=lambda kind: kind.name)
def test_a_network_of_nothing_but_a_bias_ends_where_statistics_says(kind: LossKind) -> None:
    data = data_for(kind)
    prepared = fit_preparation(data, recipe(loss=kind.name))
    answers = torch.from_numpy(prepared.targets(data.train.targets).copy())
    bias = torch.zeros(1, requires_grad=True)
    loss, optimizer = loss_function(LossSettings(kind.name)), torch.optim.LBFGS([bias], max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        found = loss(bias.expand(len(answers), 1), answers)
        found.backward()
        return found

    optimizer.step(closure)
    assert bias.detach() == pytest.approx(CASES[kind.name].best(answers), rel=1e-3, abs=1e-4)
    task = task_for(VALUES, recipe(loss=kind.name), preparation=prepared)
    mean = prepared.restore_targets(task.predict(bias.detach().expand(1, 1)).numpy())
    assert float(mean[0, 0]) == pytest.approx(float(data.train.targets.mean()), rel=1e-3), "mean of the answers"


@every_loss
def test_it_explains_itself(kind: LossKind) -> None:
    choice = LossSettings.kind_parameter()
    place = choice.options.index(kind.name)
    assert choice.labels[place] == kind.title
    assert choice.helps[place] == kind.summary
    assert loss_of_what(recipe(loss=kind.name), dataset(TARGETS[kind.fits[0]]).schema).startswith(kind.words)


@pytest.mark.parametrize("kind", LINKED, ids=lambda kind: kind.name)
def test_answers_of_a_loss_with_a_link_keep_their_own_units(kind: LossKind) -> None:
    settings = recipe(loss=kind.name).with_setting("answer_preparation", "standardise")
    prepared = fit_preparation(data_for(kind), settings)
    assert (prepared.target_kind, set(prepared.target_scale), prepared.link) == ("none", {1.0}, kind.link.name)
    assert loss_of_what(settings, dataset(VALUES).schema) == kind.words
    houses = Recipe(dataset="houses").with_setting("loss", kind.name)
    assert "answer_preparation" not in {setting.path for setting in settings_in_use(houses)}


@pytest.mark.parametrize("kind", BOUNDED, ids=lambda kind: kind.name)
@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_answers_that_it_cannot_learn_from_are_refused_by_name(kind: LossKind, split: str) -> None:
    data = data_for(kind)
    changed = getattr(data, split).targets.copy()
    changed[4, 0] = kind.lowest - 2
    wrong = Dataset(
        data.schema,
        *(Split(s.inputs, changed) if name == split else s for name, s in vars(data).items() if isinstance(s, Split)),
    )
    outcome = Run(DENSE, recipe(loss=kind.name), wrong).run()
    assert outcome.state == "failed"
    words = f"{ {'train': 'Training'}.get(split, split.capitalize()) } sample 5, target y: {kind.lowest - 2:g} is below"
    assert words in outcome.message
    others = [other.title for other in losses.fitting(TargetKind.VALUES) if other.lowest is None]
    assert f"Choose {', '.join(others[:-1])} or {others[-1]}, or correct" in outcome.message
    assert kind.title not in outcome.message.partition("Choose ")[2]
    assert Run(DENSE, recipe(epochs=1), wrong).run().state == "finished", "other losses take it"
    at_the_least = changed.clip(kind.lowest)
    sound = Dataset(data.schema, *(Split(data.train.inputs[:20], at_the_least[:20]) for _ in range(3)))
    assert Run(DENSE, recipe(loss=kind.name, epochs=1), sound).run().state == "finished"


@pytest.mark.parametrize("kind", LINKED, ids=lambda kind: kind.name)
def test_a_layer_that_keeps_outputs_from_being_any_number_is_warned_of(kind: LossKind) -> None:
    graph = row(("Linear", {"out_features": 6}), "Tanh", answer(), "ReLU")
    data = dataset(VALUES)
    (problem,) = analyse(graph, asked(data.schema, recipe(loss=kind.name), 16)).problems
    assert f"{kind.title} applies {kind.link.does} to the output itself" in problem.message


def test_the_link_of_a_saved_preparation_is_checked() -> None:
    sound = Preparation((0.0,), (1.0,), (0.0,), (1.0,), link="exp").to_json()
    assert Preparation.from_json(sound).link == "exp"
    for changes in ({"answer_link": "sinh"}, {"answer_link": 3}, {"answer_link": ["exp"]}, {"answer_scale": [2.0]}):
        with pytest.raises(DataError, match="link"):
            Preparation.from_json({**sound, **changes})
    assert "answer_link" not in replace(Preparation.from_json(sound), link="").to_json()


def test_a_signature_may_leave_the_loss_open() -> None:
    for target in TARGETS.values():
        assert target.kind in losses.usual(target.kind).fits
        assert not analyse(DENSE, Signature(dataset().schema.input, target)).problems
