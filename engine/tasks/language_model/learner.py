"""Learning to continue text by gradients: the learner of language models, and what they say.

Figures: ``validation_loss`` and ``test_loss`` are the mean cross-entropy of all tokens of their part in nats, each
window begun with nothing remembered; ``perplexity`` is e to the validation loss, ``bits_per_character`` the validation
loss divided by ln 2, ``test_perplexity`` and ``test_bits_per_character`` the same of the test loss; ``test_accuracy``
is the share of characters that were thought the likeliest.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.data.dataset import Split
from engine.data.preparation import Preparation
from engine.data.text_windows import tokens_of
from engine.graph.output_activation import Endings, OutputActivation
from engine.graph.targets import Target, TargetKind
from engine.tasks.language_model.generator import TextGenerator
from engine.tasks.language_model.objective import NextTokenObjective
from engine.tasks.language_model.windows import WindowLoader
from engine.tasks.queries import LearnedNetwork
from engine.tasks.setup import Reader, Setup, TaskError
from engine.training.batches import BatchLoader
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.gradient_learner import GradientLearner
from engine.training.learner import FinalFigures, Learner
from engine.training.loss_settings import resolve
from engine.training.state import Progress, StateError

_ROWS = 64
"""Windows at a time that are judged: each makes as many numbers as it has tokens times the vocabulary."""
_MOST_LOSS = 700.0
"""Nats of a loss whose exponential is still a number."""


def make_learner(setup: Setup) -> Learner:
    """The learner of a drawing on text. Raises TaskError and OptimizerError."""
    try:
        resolve(setup.recipe.loss, TargetKind.NEXT_TOKEN)
    except ValueError as error:
        raise TaskError(str(error)) from None
    return LanguageLearner(setup)


def reader(target: Target, endings: Endings, preparation: Preparation | None) -> Reader:
    """The probabilities of what comes after the last step, N×tokens."""
    return lambda outputs: (outputs[:, -1] if endings[0] is OutputActivation.SOFTMAX else outputs[:, -1].softmax(1))


def generator(network: LearnedNetwork) -> TextGenerator:
    """A trained network, ready to continue text. Raises WeightsError and BuildError."""
    return TextGenerator(network)


def final_figures(setup: Setup) -> dict[str, Any]:
    """The verdict on what the module has learned: on the validation part and, where there is one, on the test part."""
    return dict(LanguageLearner(setup, trains=False).verdict().figures)


class LanguageLearner(GradientLearner):
    """A learner by gradients whose rows are windows on text. Raises OptimizerError.

    Without ``trains`` it can only be asked for its verdict.
    """

    def __init__(self, setup: Setup, *, trains: bool = True) -> None:
        data, window = setup.dataset, setup.dataset.schema.input.sizes[0]

        def loader(split: Split) -> WindowLoader | None:
            return WindowLoader(tokens_of(split), window, setup.device) if len(split) else None

        train = loader(data.train)
        assert train is not None
        held, judged = loader(data.validation), loader(data.test)
        super().__init__(setup.module, NextTokenObjective(), setup.recipe, train, held, judged)
        self._characters = setup.preparation.characters
        self._text = hashlib.sha256(np.ascontiguousarray(tokens_of(data.train)).data).hexdigest() if trains else ""

    # Going on

    def save(self) -> LearnerState:
        """What the gradients need, and by what the text can be known again."""
        state = super().save()
        known = {"text": self._text, "vocabulary": _digest(self._characters)}
        return LearnerState({**state.values, **known}, state.memory)

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on where ``save`` was called. Raises StateError, also where the text has become another."""
        saved = progress.learner
        if saved.get("vocabulary") != _digest(self._characters):
            raise StateError(
                "The text has other characters than the one that was trained on: choose that text to continue, or "
                "train from scratch."
            )
        if progress.batch and saved.get("text") != self._text:
            raise StateError(
                "The training was stopped in the middle of an epoch, and the text has changed since. Put it back to "
                "continue, or train from scratch."
            )
        super().load(progress, memory)

    # Judging

    def measured(self, rows: BatchLoader, between: Callable[[], None] = lambda: None) -> tuple[float, float]:
        """The mean loss and accuracy of all tokens, a few windows at a time: the outputs of all would be too many."""
        return measured(self.module, rows, self.objective, between)

    def figures(self, test: BatchLoader) -> dict[str, Any]:
        loss, accuracy = self.measured(test)
        assert isinstance(test, WindowLoader)
        return {
            "test_tokens": test.whole * test.window,
            "test_loss": loss if math.isfinite(loss) else None,
            **_in_other_units(loss, "test_"),
            "test_accuracy": accuracy,
            **self.objective.floor(self.train.targets, test.targets),
        }

    def verdict(self) -> FinalFigures:
        """The figures of the validation part, and of the test part where there is one."""
        figures: dict[str, Any] = {}
        if self.validation is not None:
            loss, _ = self.measured(self.validation)
            figures = {"validation_loss": loss if math.isfinite(loss) else None, **_in_other_units(loss, "")}
        tested = super().verdict()
        return FinalFigures({**figures, **tested.figures}, tested.remark)


def measured(
    module: nn.Module, rows: BatchLoader, objective: Any, between: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """The mean loss of all tokens, in nats, and the share of them that were thought likeliest; in evaluation mode."""
    training, loss, right, count = module.training, 0.0, 0.0, 0
    module.eval()
    try:
        with torch.no_grad():
            for inputs, targets in rows.in_order(_ROWS):
                between()
                outputs = module(inputs).float()
                loss += float(objective.loss(outputs, targets)) * len(targets)
                right += float(objective.measure(outputs, targets))
                count += len(targets)
    finally:
        module.train(training)
    return loss / count, right / count


def _in_other_units(loss: float, prefix: str) -> dict[str, Any]:
    known = math.isfinite(loss)
    return {
        f"{prefix}perplexity": math.exp(loss) if known and loss < _MOST_LOSS else None,
        f"{prefix}bits_per_character": loss / math.log(2) if known else None,
    }


def _digest(characters: str) -> str:
    return hashlib.sha256(characters.encode("utf-8", "surrogatepass")).hexdigest()
