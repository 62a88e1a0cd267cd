"""Learning by gradients from rows with targets: the supervised step, with everything a recipe can ask of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from engine.training import evaluation, random
from engine.training.batches import BatchLoader
from engine.training.channel import LOSS, Channel
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.failures import explain
from engine.training.learner import FinalFigures, Round, Step
from engine.training.machine import choose_layout, lay_out
from engine.training.objective import Objective
from engine.training.optimizers import make
from engine.training.outliers import far_out
from engine.training.precision import cast
from engine.training.recipe import Recipe
from engine.training.recorder import NotFinite
from engine.training.result import Failure
from engine.training.saved_values import POSITIVE, Number, SavedName, SavedValueError, Whole, wrong
from engine.training.schedules import Plateau, Schedule
from engine.training.state import Progress, StateError
from engine.training.warmup import warm_up
from engine.training.weights import multiplied


@dataclass
class GradientProgress:
    """What is saved beside weights and optimizer. ``learning_rate`` is the one the schedule starts from.

    The others are the settings under which it came here: a changed one has consequences.
    """

    learning_rate: float = 0.0
    plateau: Plateau = field(default_factory=Plateau)
    batch_size: int = 0
    train_rows: int = 0
    optimizer: str = ""
    recipe_learning_rate: float = 0.0

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> GradientProgress:
        """Read what ``asdict`` gave. Raises StateError."""
        if missing := [name for name in _FIELDS if name not in values]:
            raise StateError(f"The saved training lacks {missing[0]!r}; train again from the weights.")
        try:
            return cls(**{name: check(values[name], f'"{name}"') for name, check in _FIELDS.items()})
        except SavedValueError as error:
            raise StateError(f"The saved training is damaged: {error}.") from None


def _plateau(value: Any, name: str) -> Plateau:
    if not isinstance(value, Mapping) or set(value) != {"best", "bad", "fraction"}:
        raise wrong(name, 'an object with "best", "bad" and "fraction"', value)
    best = Number(optional=True).check(value["best"], f'{name}, "best",')
    bad = Whole().check(value["bad"], f'{name}, "bad",')
    fraction = Number(low=5e-324, high=1.0).check(value["fraction"], f'{name}, "fraction",')
    assert fraction is not None
    return Plateau(best, bad, float(fraction))


_FIELDS: Mapping[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(("batch_size", "train_rows"), Whole().check),
    **dict.fromkeys(("learning_rate", "recipe_learning_rate"), POSITIVE.check),
    "optimizer": SavedName().check,
    "plateau": _plateau,
}


class GradientLearner:
    """Makes the loss of an objective small on ``module``, batch by batch. The rows lie on the module's device.

    Training loss and metric of an epoch are means over its rows, each as it was met: with the weights of its step,
    with dropout and with augmentation. Validation is measured after the epoch, on all of its rows at once.
    """

    def __init__(
        self,
        module: nn.Module,
        objective: Objective,
        recipe: Recipe,
        train: BatchLoader,
        validation: BatchLoader | None = None,
        test: BatchLoader | None = None,
    ) -> None:
        self.module, self.objective, self.recipe = module, objective, recipe
        self.train, self.validation, self.test = train, validation, test
        self.device = train.device
        self.channels: tuple[Channel, ...] = (LOSS, *objective.channels)
        self.judge = "validation" if validation is not None else "the training split"
        self.progress = Progress()
        lay_out(module, choose_layout(module, self.device, recipe.optimizer.kind))
        self.optimizer = make(recipe.optimizer, module)
        self.steps = train.batches(recipe.batch_size)
        self.schedule = Schedule(recipe.schedule, self.steps, recipe.epochs * self.steps)
        self._remembered = GradientProgress(learning_rate=recipe.optimizer.learning_rate)
        self._trained = [p for p in module.parameters() if p.requires_grad]
        self._penalised = multiplied(module) if recipe.l1 else []
        self._batch: Tensor | None = None
        self._order: Tensor | None = None

    # Starting and going on

    def begin(self, progress: Progress) -> None:
        """Start at the beginning of a run."""
        self.progress = progress
        self._note_settings()

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on where ``save`` was called: with the same recipe, bit for bit. Raises StateError.

        The memory of another kind of optimizer is left out: the new one starts without any. Between two epochs another
        batch size is fine; in the middle of one, the rest of its rows must be the same rows.
        """
        kind, rate = self.recipe.optimizer.kind, self.recipe.optimizer.learning_rate
        self.progress = progress
        self._remembered = remembered = GradientProgress.from_json(progress.learner)
        if remembered.optimizer == kind:
            try:
                self.optimizer.load(memory.unpack())
            except (ValueError, RuntimeError) as error:
                raise StateError(
                    f"The saved memory of the optimizer {kind} cannot be used: {error}. Set its settings back to those "
                    "it was trained with, or train from scratch."
                ) from None
        self._check(progress, remembered)
        if rate != remembered.recipe_learning_rate:
            remembered.learning_rate = rate
        # The schedule counts in steps of the batch size there is now.
        progress.step = progress.epoch * self.steps + progress.batch
        progress.rows = min(progress.batch * self.recipe.batch_size, self.train.rows)
        self._note_settings()

    def save(self) -> LearnerState:
        """The values of the schedule and the memory of the optimizer."""
        return LearnerState(asdict(self._remembered), self.optimizer.state())

    def _note_settings(self) -> None:
        recipe, remembered = self.recipe, self._remembered
        remembered.batch_size, remembered.train_rows = recipe.batch_size, self.train.rows
        remembered.optimizer, remembered.recipe_learning_rate = recipe.optimizer.kind, recipe.optimizer.learning_rate

    def _check(self, progress: Progress, remembered: GradientProgress) -> None:
        if progress.batch == 0:
            return
        for title, before, now in (
            ("seed", progress.seed, self.recipe.seed),
            ("batch size", remembered.batch_size, self.recipe.batch_size),
            ("number of training samples", remembered.train_rows, self.train.rows),
        ):
            if before != now:
                raise StateError(
                    f"The training was stopped in the middle of an epoch with a {title} of {before:,}; now it is "
                    f"{now:,}. Set it back to continue, or train from scratch."
                )
        if progress.batch > self.steps:
            raise StateError("The saved training is further in its epoch than the epoch is long; train from scratch.")

    def warm_up(self) -> int | None:
        """A step on the first rows that leaves no trace."""
        rows = torch.arange(min(self.recipe.batch_size, self.train.rows), device=self.device)
        inputs, targets = self.train.take(rows)
        with cast(self.device, self.progress.precision):
            return warm_up(self.module, inputs, lambda out: self.objective.loss(out, targets), self.recipe.optimizer)

    # Steps

    def open_round(self) -> None:
        """Put the rows of the epoch in its order."""
        self._order = self.train.order(self.recipe.seed, self.progress.epoch)
        self.module.train()

    def step(self, check: Callable[[Tensor], None]) -> Step:
        """One change of the weights; gives the loss before it, without L1, and the metric summed over the rows."""
        assert self._order is not None
        progress, size = self.progress, self.recipe.batch_size
        rows = self._order[progress.batch * size : (progress.batch + 1) * size]
        inputs, targets = self.train.augmented(self.train.take(rows), self.recipe.seed, progress.step)
        self._batch = inputs
        rate = self._learning_rate()
        return Step(self._change(inputs, targets, rate, check), len(rows), rate)

    def _change(
        self, inputs: Tensor, targets: Tensor, learning_rate: float, check: Callable[[Tensor], None]
    ) -> tuple[Tensor, ...]:
        optimizer, first = self.optimizer, list[tuple[Tensor, ...]]()

        def evaluate() -> Tensor:
            optimizer.zero_grad()
            with random.RNG_LOCK, cast(self.device, self.progress.precision):
                random.seed_step(self.recipe.seed, self.progress.step, self.device)
                outputs = self.module(inputs)
            outputs = outputs.float()
            loss = self.objective.loss(outputs, targets)
            if not first:
                first.append((loss.detach(), *self.objective.measures(outputs.detach(), targets)))
                check(first[0][0])
            total = loss
            if self._penalised:
                total = loss + self.recipe.l1 * torch.stack([p.abs().sum() for p in self._penalised]).sum()
            total.backward()
            if self.recipe.gradient_clipping:
                nn.utils.clip_grad_norm_(self._trained, self.recipe.gradient_clipping)
            return total

        optimizer.set_learning_rate(learning_rate)
        if optimizer.needs_closure:
            optimizer.step(evaluate)
        else:
            evaluate()
            optimizer.step()
        return first[0]

    def _learning_rate(self) -> float:
        remembered = self._remembered
        return remembered.learning_rate * self.schedule.fraction(self.progress.step) * remembered.plateau.fraction

    def set(self, path: str, value: float) -> None:
        """From here on another learning rate, with the rest of the schedule scaled to match."""
        if path != "optimizer.learning_rate":
            raise ValueError(f"{path} cannot be changed while training")
        fraction = self.schedule.fraction(self.progress.step) * self._remembered.plateau.fraction
        self._remembered.learning_rate = value / fraction if fraction > 1e-6 else value

    # The end of an epoch, and of the run

    def close_round(self, between: Callable[[], None]) -> Round:
        """Measure validation, and let the schedule know how it went."""
        progress = self.progress
        loss, *means = (total / max(1, progress.rows) for total in progress.sums)
        row: dict[str, float | None] = {}
        for channel, mean in zip(self.channels, (loss, *means), strict=True):
            row |= {f"train_{channel.name}": mean, f"validation_{channel.name}": None}
        if not math.isfinite(loss):
            raise NotFinite(progress.step, loss)
        if self.validation is not None:
            loss, *means = self.measured(self.validation, between)
            row |= {f"validation_{c.name}": mean for c, mean in zip(self.channels, (loss, *means), strict=True)}
            if not math.isfinite(loss):
                raise NotFinite(progress.step, loss, far_out(self.train, self.validation, "validation"))
        plateau, remembered = self._remembered.plateau, self._remembered
        # The rate of the epoch's last step.
        last = self.schedule.fraction(max(0, progress.step - 1))
        row["learning_rate"] = remembered.learning_rate * plateau.fraction * last
        plateau.observe(loss, self.recipe.schedule)
        return Round(row, loss)

    def measured(self, rows: BatchLoader, between: Callable[[], None]) -> tuple[float, ...]:
        """The loss over ``rows``, and the mean of each metric, in evaluation mode."""
        return evaluation.loss_and_metrics(self.module, rows, self.objective, between)

    def figures(self, test: BatchLoader) -> dict[str, Any]:
        """The verdict on the rows of ``test``."""
        return evaluation.final_figures(self.module, self.objective, test, self.train.targets)

    @property
    def finished(self) -> str:
        """Gradients never are: epochs and patience end the run."""
        return ""

    def floor(self) -> Mapping[str, Any]:
        """What always giving the same answer gets on the rows the run is watched on."""
        return self.objective.floor(self.train.targets, (self.validation or self.train).targets)

    def verdict(self) -> FinalFigures:
        """The figures of the test rows."""
        if self.test is None or not self.test.rows:
            return FinalFigures()
        figures = self.figures(self.test)
        if figures.get("test_loss") is not None:
            return FinalFigures(figures)
        beyond = "The loss of the test split is not finite."
        return FinalFigures(figures, f"{beyond} {far_out(self.train, self.test, 'test')}".rstrip())

    def explain(self, error: BaseException) -> Failure:
        """Which layer it was, what happened, and what to try."""
        failure = explain(
            error, self.module, self._batch, self._remembered.learning_rate, self.recipe.optimizer.kind
        )
        self._batch = None
        return failure
