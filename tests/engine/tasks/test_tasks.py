"""Tasks: test verdicts against scikit-learn, what a prediction is, and how the last layer is read."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn import metrics

from engine.data.dataset import DataError
from engine.data.preparation import Preparation
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import Categories, Quantities, Target, YesNo
from engine.tasks.setup import TaskError
from engine.tasks.supervised_targets import task_for
from engine.training.data_loading import signature_of
from engine.training.metric_kinds import ABSOLUTE_ERROR
from engine.training.recipe import Recipe

CLASSES = Categories(4, ("a", "b", "c", "d"))
YES_NO = YesNo(1, ("no", "yes"))
VALUES = Quantities(2, ("x", "y"))


def drawn(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_the_verdict_on_classes() -> None:
    outputs, right = drawn(0, 200, 4), (drawn(1, 200).abs() * 1.5).long().clamp(max=3)
    outputs[torch.arange(200), right] += 1.0
    task = task_for(CLASSES, Recipe())
    verdict = task.test(outputs, task.target_tensor(right.numpy()))
    guesses = outputs.argmax(1)
    assert verdict["test_accuracy"] == pytest.approx(metrics.accuracy_score(right, guesses))
    assert verdict["test_loss"] == pytest.approx(metrics.log_loss(right, outputs.double().softmax(1)), rel=1e-5)
    for name, score in {
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "f1": metrics.f1_score,
    }.items():
        assert verdict[name] == pytest.approx(score(right, guesses, average=None).tolist(), abs=1e-6)
    assert verdict["confusion"] == metrics.confusion_matrix(right, guesses).tolist()
    assert float(task.measure(outputs, right)) == (guesses == right).sum()


def test_the_verdict_on_yes_and_no() -> None:
    outputs, right = drawn(2, 100, 1), (drawn(3, 100) > 0).float()
    task = task_for(YES_NO, Recipe())
    verdict = task.test(outputs, task.target_tensor(right.numpy()))
    guesses = (outputs[:, 0] > 0).float()
    assert verdict["test_accuracy"] == pytest.approx(metrics.accuracy_score(right, guesses))
    assert verdict["f1"] == pytest.approx(metrics.f1_score(right, guesses, average=None).tolist())
    assert verdict["confusion"] == metrics.confusion_matrix(right, guesses).tolist()
    assert float(task.measure(outputs, right)) == (guesses == right).sum()
    assert task.predict(outputs).sum(1) == pytest.approx(1.0)
    assert task.predict(outputs)[:, 1] == pytest.approx(outputs[:, 0].sigmoid())


def test_the_verdict_on_values_is_in_their_own_units() -> None:
    preparation = Preparation((0.0,), (1.0,), (100.0, -3.0), (20.0, 0.5), target_kind="standardise")
    task = task_for(VALUES, Recipe(), preparation=preparation)
    right, outputs = drawn(4, 50, 2), drawn(4, 50, 2) + 0.1 * drawn(5, 50, 2)
    verdict = task.test(outputs, task.target_tensor(right.numpy()))
    own = [preparation.restore_targets(tensor.numpy()).astype(np.float64) for tensor in (right, outputs)]
    assert verdict["test_mse"] == pytest.approx(metrics.mean_squared_error(*own), rel=1e-4)
    assert verdict["test_mae"] == pytest.approx(metrics.mean_absolute_error(*own), rel=1e-4)
    assert verdict["test_r2"] == pytest.approx(metrics.r2_score(*own), rel=1e-4)
    assert float(task.measure(outputs, right)) / 50 == pytest.approx(verdict["test_mae"], rel=1e-4)


def test_how_sure_the_figures_are_can_be_told_from_what_is_kept() -> None:
    right, outputs = drawn(4, 50, 2), drawn(4, 50, 2) + 0.1 * drawn(5, 50, 2)
    preparation = Preparation((0.0,), (1.0,), (100.0, -3.0), (7.0, 0.5))
    task = task_for(Quantities(2, ("a", "b")), Recipe(), preparation=preparation)
    verdict = task.test(outputs, right)
    errors = ((outputs - right) * torch.tensor([7.0, 0.5])).double()
    assert verdict["test_rows"] == 50
    assert verdict["test_mae_spread"] == pytest.approx(errors.abs().mean(1).std().item(), rel=1e-5)
    assert verdict["test_mse_spread"] == pytest.approx(errors.square().mean(1).std().item(), rel=1e-5)
    alone = task.test(outputs[:1], right[:1])
    assert alone["test_rows"] == 1
    assert alone["test_mae_spread"] is None


def test_the_floor_of_classes_is_the_class_that_training_had_most_of() -> None:
    task = task_for(CLASSES, Recipe())
    learned, tested = torch.tensor([2, 2, 2, 0, 1]), torch.tensor([0, 0, 0, 2])
    assert task.floor(learned, tested) == {"floor_class": 2, "floor_accuracy": 0.25}
    yes = task_for(YesNo(2, ("no", "yes")), Recipe())
    assert yes.floor(torch.tensor([1.0, 1.0, 0.0]), torch.tensor([1.0, 0.0, 1.0, 1.0]))["floor_accuracy"] == 0.75


def test_the_floor_of_values_is_in_their_own_units() -> None:
    preparation = Preparation((0.0,), (1.0,), (100.0,), (10.0,))
    task = task_for(Quantities(1, ("a",)), Recipe(), preparation=preparation)
    learned = torch.tensor([[-1.0], [0.0], [4.0]])  # 90, 100, 140
    floor = task.floor(learned, torch.tensor([[0.0], [1.0]]))  # 100, 110
    assert floor == {
        "floor_mean": pytest.approx(110),
        "floor_mae": pytest.approx(5),
        "floor_median": pytest.approx(100),
        "floor_median_mae": pytest.approx(5),
    }


def test_r2_is_not_said_where_there_is_nothing_to_explain() -> None:
    task = task_for(Quantities(1, ("y",)), Recipe())
    assert task.test(torch.ones(5, 1), torch.full((5, 1), 5.0))["test_r2"] is None
    assert task.test(torch.ones(1, 1), torch.ones(1, 1))["test_r2"] is None


@pytest.mark.parametrize("target", [CLASSES, YES_NO], ids=lambda a: a.kind)
def test_the_last_layer_is_not_applied_twice(target: Target) -> None:
    logits = drawn(6, 20, target.outputs)
    expected = task_for(target, Recipe()).predict(logits)
    made = {
        CLASSES: {OutputActivation.SOFTMAX: logits.softmax(1), OutputActivation.LOG_SOFTMAX: logits.log_softmax(1)},
        YES_NO: {OutputActivation.SIGMOID: logits.sigmoid()},
    }
    for kind, outputs in made[target].items():
        task = task_for(target, Recipe(), ending=kind)
        torch.testing.assert_close(task.predict(outputs), expected)
        right = expected.argmax(1) if target is CLASSES else expected[:, 1].round()
        assert float(task.measure(outputs, right)) == 20


def test_training_does_what_was_drawn() -> None:
    """A softmax that was drawn stays in the loss: nothing is repaired behind one's back."""
    outputs, right = drawn(7, 10, 4).softmax(1), torch.arange(10) % 4
    task = task_for(CLASSES, Recipe(), ending=OutputActivation.SOFTMAX)
    assert float(task.loss(outputs, right)) == pytest.approx(float(torch.nn.functional.cross_entropy(outputs, right)))


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(TaskError, match="Choose Cross-entropy"):
        task_for(CLASSES, Recipe().with_setting("loss", "mse"))
    with pytest.raises(DataError, match="and Pen digits has classes to learn"):
        signature_of(Recipe().with_setting("task", "regression"))
    assert signature_of(Recipe().with_settings({"task": "regression", "dataset": "houses"})).target.kind == "values"
    assert task_for(VALUES, Recipe()).channel == ABSOLUTE_ERROR.channel
