"""Learning to make new samples: steps of the critic and of the generator in turn, each with an Adam of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from engine.data.dataset import Dataset, Split
from engine.data.preparation import Preparation
from engine.graph.output_activation import Endings
from engine.graph.targets import Target
from engine.network.evaluate import function
from engine.tasks.gan import figures
from engine.tasks.gan.kind import CHANNELS
from engine.tasks.gan.losses import LOSSES
from engine.tasks.gan.network import GanParts, evaluating, parts_of, sampled
from engine.tasks.gan.noise import MIXING, TRAINING, VERDICT, noise
from engine.tasks.gan.progress import GanProgress
from engine.tasks.gan.samples import Sampler
from engine.tasks.queries import LearnedNetwork
from engine.tasks.setup import Reader, Setup, TaskError
from engine.training import random
from engine.training.batches import BatchLoader
from engine.training.channel import Channel
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.failures import explain
from engine.training.learner import FinalFigures, Round, Step
from engine.training.machine import choose_layout, lay_out
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.optimizers import Optimizer, OptimizerError, make
from engine.training.precision import cast
from engine.training.recorder import NotFinite
from engine.training.result import Failure
from engine.training.state import Progress, StateError
from engine.training.task_settings import TaskSettings
from engine.training.warmup import warm_up

OPTIMIZER = "Adam"


def make_learner(setup: Setup) -> GanLearner:
    """The learner for a drawing on a dataset. Raises TaskError and BuildError."""
    return GanLearner(setup)


def reader(_target: Target, _endings: Endings, _preparation: Preparation | None) -> Reader:
    """What the critic says of a sample, N×1, as it is: higher for what looks real."""
    return lambda outputs: outputs


def final_figures(setup: Setup) -> dict[str, Any]:
    """How near the samples of the generator are to the test rows; empty without test rows."""
    return _figures(setup, parts_of(setup.module))


def generator(network: LearnedNetwork) -> Sampler:
    """A trained network, ready to make samples. Raises WeightsError and BuildError."""
    return Sampler(network.graph, network.schema, network.weights, network.preparation, network.recipe)


def _figures(setup: Setup, parts: GanParts) -> dict[str, Any]:
    data = setup.dataset
    if len(data.test) < 2:
        return {}
    return figures.final_figures(
        sampled(setup.module, parts, noise(parts.sizes, figures.MOST, setup.recipe.seed, VERDICT)),
        _some(setup, parts, data.test),
        _some(setup, parts, data.train),
    ) | {"test_rows": len(data.test)}


def _some(setup: Setup, parts: GanParts, split: Split) -> Tensor:
    """The first rows of a split as the critic meets them."""
    rows = torch.from_numpy(setup.preparation.inputs(split.inputs[: figures.MOST])).float()
    with evaluating(setup.module):
        return parts.real(rows.to(setup.device)).cpu()


class GanLearner:
    """Makes the losses of critic and generator small in turn.

    A step of it is ``critic_steps`` steps of the critic, each on a batch of its own, and one of the generator, which
    answers the critic on the samples of the last of them. Real and generated samples go through the critic apart, so
    that batch normalisation sees one kind at a time. Gradients of the generator's loss reach the generator alone, and
    those of the critic's the critic.
    """

    channels: tuple[Channel, ...] = CHANNELS
    judge = "the training split"

    def __init__(self, setup: Setup) -> None:
        self.setup, self.module, self.device = setup, setup.module, setup.device
        self.recipe, self.task = setup.recipe, setup.recipe.task
        self.progress = Progress()
        self.parts = parts_of(setup.module)
        data = setup.dataset
        self.train = _loader(setup, data)
        lay_out(setup.module, choose_layout(setup.module, setup.device, OPTIMIZER))
        self.generator = self._optimizer("generator", self.parts.generator.modules, self.task.generator_rate)
        self.critic = self._optimizer("critic", self.parts.critic.modules, self.task.critic_rate)
        self._judging = [p for p in self.parts.critic.modules.parameters() if p.requires_grad]
        self._batches = self.train.batches(self.recipe.batch_size)
        self.steps = max(1, self._batches // self.task.critic_steps)
        loss = LOSSES[self.task.loss]
        self._critic_loss, self._generator_loss = function(loss.critic), function(loss.generator)
        self._penalty = self.task.gradient_penalty if loss.is_penalised else 0.0
        self._remembered = GanProgress(
            self.task.generator_rate,
            self.task.critic_rate,
            self.task.generator_rate,
            self.task.critic_rate,
            self.recipe.batch_size,
            self.train.rows,
            self.task.critic_steps,
        )
        self._order: Tensor | None = None
        self._batch: Tensor | None = None

    def _optimizer(self, name: str, modules: nn.Module, rate: float) -> Optimizer:
        try:
            return make(adam(self.task, rate), modules)
        except OptimizerError:
            raise TaskError(
                f"The {name} has nothing to train: none of its layers has parameters that may change. Add a layer with "
                "parameters, such as Linear, or unfreeze one."
            ) from None

    # Starting and going on

    def begin(self, progress: Progress) -> None:
        """Start at the beginning of a run."""
        self.progress = progress

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on where ``save`` was called: with the same recipe, bit for bit. Raises StateError.

        Between two epochs another batch size or number of critic steps is fine; in the middle of one they must be
        those it was begun with.
        """
        self.progress = progress
        before, now = GanProgress.from_json(progress.learner), self._remembered
        before.check_same_epoch(now, progress, self.recipe.seed, self.steps)
        try:
            generator, critic = memory.unpack()
            self.generator.load(generator)
            self.critic.load(critic)
        except (ValueError, TypeError, RuntimeError) as error:
            raise StateError(
                f"The saved memory of the two optimizers cannot be used: {error}. Train from scratch."
            ) from None
        if before.recipe_generator_rate == now.recipe_generator_rate:
            now.generator_rate = before.generator_rate
        if before.recipe_critic_rate == now.recipe_critic_rate:
            now.critic_rate = before.critic_rate
        # Counted in steps as long as they are now.
        progress.step = progress.epoch * self.steps + progress.batch

    def save(self) -> LearnerState:
        """The rates in force and the memory of both optimizers."""
        return LearnerState(asdict(self._remembered), [self.generator.state(), self.critic.state()])

    def warm_up(self) -> int | None:
        """The forward and backward pass of a step, leaving no trace."""
        rows = torch.arange(min(self.recipe.batch_size, self.train.rows), device=self.device)
        settings = OptimizerSettings(OPTIMIZER)
        both = _BothParts(self.module, self.parts)
        with self._cast():
            return warm_up(both, self.train.take(rows)[0], lambda out: out.sum(), settings)

    def _cast(self) -> AbstractContextManager[object]:
        return cast(self.device, self.progress.precision)

    # Steps

    def open_round(self) -> None:
        """Put the rows of the epoch in its order."""
        self._order = self.train.order(self.recipe.seed, self.progress.epoch)
        self.module.train()

    def step(self, check: Callable[[Tensor], None]) -> Step:
        """The critic's steps, then the generator's; gives the mean of the critic's losses, before its changes."""
        share = self._share()
        self.generator.set_learning_rate(self._remembered.generator_rate * share)
        self.critic.set_learning_rate(self._remembered.critic_rate * share)
        losses, rows, count = [], 0, self.task.critic_steps
        for number in range(count):
            turn = self.progress.step * count + number
            real = self._real(number)
            generated = self._generate(len(real), turn, for_generator=number == count - 1)
            loss, real_score, generated_score = self._improve_critic(real, generated.detach(), turn, check)
            losses.append(loss)
            rows += len(real)
        generator_loss = self._improve_generator(generated, turn)
        values = (torch.stack(losses).mean(), generator_loss, real_score, generated_score)
        return Step(values, rows, self._remembered.generator_rate * share)

    def _share(self) -> float:
        """What is left of both rates at this step: on a straight line from 1 to the final share."""
        done = min(1.0, self.progress.step / max(1, self.recipe.epochs * self.steps))
        return float(1.0 + (self.task.final_rate - 1.0) * done)

    def _real(self, number: int) -> Tensor:
        """The batch of the ``number``-th critic step of this step, as the critic takes it."""
        assert self._order is not None
        size = self.recipe.batch_size
        batch = (self.progress.batch * self.task.critic_steps + number) % self._batches
        inputs, _ = self.train.take(self._order[batch * size : (batch + 1) * size])
        self._batch = inputs
        with torch.no_grad():
            return self.parts.real(inputs)

    def _generate(self, count: int, turn: int, *, for_generator: bool) -> Tensor:
        drawn = [part.to(self.device) for part in noise(self.parts.sizes, count, self.recipe.seed, TRAINING, turn)]
        with random.RNG_LOCK, torch.set_grad_enabled(for_generator), self._cast():
            random.seed_step(self.recipe.seed, 3 * turn, self.device)
            return self.parts.generator(*drawn).float()

    def _improve_critic(
        self, real: Tensor, generated: Tensor, turn: int, check: Callable[[Tensor], None]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One step of the critic; gives its loss before it and the mean scores of real and generated samples."""
        self.critic.zero_grad()
        with random.RNG_LOCK:
            random.seed_step(self.recipe.seed, 3 * turn + 1, self.device)
            with self._cast():
                of_real, of_generated = self.parts.critic(real).float(), self.parts.critic(generated).float()
            loss: Tensor = self._critic_loss(of_real, of_generated)
            if self._penalty:
                loss = loss + self._penalty * self._slope(real, generated, turn)
        check(loss.detach())
        loss.backward()
        self.critic.step()
        return loss.detach(), of_real.detach().mean(), of_generated.detach().mean()

    def _slope(self, real: Tensor, generated: Tensor, turn: int) -> Tensor:
        """How far the norm of the critic's gradient is from 1, squared, at places between real and generated."""
        places = torch.rand(len(real), generator=random.generator(self.recipe.seed, MIXING, turn)).to(self.device)
        with self._cast():
            return gradient_penalty(self.parts.critic, real, generated, places)

    def _improve_generator(self, generated: Tensor, turn: int) -> Tensor:
        """One step of the generator on samples it has made; gives its loss before it."""
        self.generator.zero_grad()
        for parameter in self._judging:
            parameter.requires_grad_(False)
        try:
            with random.RNG_LOCK:
                random.seed_step(self.recipe.seed, 3 * turn + 2, self.device)
                with self._cast():
                    scores = self.parts.critic(generated).float()
                loss: Tensor = self._generator_loss(scores)
            if not math.isfinite(loss.item()):
                raise NotFinite(self.progress.step + 1, loss.item())
            loss.backward()
        finally:
            for parameter in self._judging:
                parameter.requires_grad_(True)
        self.generator.step()
        return loss.detach()

    def set(self, path: str, value: float) -> None:
        """From here on another rate of the generator or of the critic."""
        if path == "task.generator_rate":
            self._remembered.generator_rate = value
        elif path == "task.critic_rate":
            self._remembered.critic_rate = value
        else:
            raise ValueError(f"{path} cannot be changed while training")

    # The end of an epoch, and of the run

    def close_round(self, between: Callable[[], None]) -> Round:
        """The means of the channels over the epoch. No round is the best: no loss tells how good samples are."""
        between()
        rows = max(1, self.progress.rows)
        means = [total / rows for total in self.progress.sums]
        for value in means:
            if not math.isfinite(value):
                raise NotFinite(self.progress.step, value)
        named = {f"train_{channel.name}": value for channel, value in zip(CHANNELS, means, strict=True)}
        return Round(named)

    @property
    def finished(self) -> str:
        """A GAN never is: epochs end the run."""
        return ""

    def floor(self) -> Mapping[str, Any]:
        """Doing without learning gets nothing here."""
        return {}

    def verdict(self) -> FinalFigures:
        """How near the samples are to the test rows."""
        return FinalFigures(_figures(self.setup, self.parts))

    def explain(self, error: BaseException) -> Failure:
        """Which layer it was, what happened, and what to try."""
        if isinstance(error, NotFinite):
            what = "NaN" if error.loss != error.loss else "infinite"
            return Failure(
                None,
                f"A loss became {what} at step {error.step:,}. Usually a rate is too large: try a third of the "
                "generator's rate and of the critic's rate.",
            )
        failure = explain(error, self.module, self._batch, self._remembered.critic_rate, OPTIMIZER)
        self._batch = None
        return failure


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, generated: Tensor, places: Tensor) -> Tensor:
    """The mean of (‖∇critic‖ − 1)² at ``places`` (N, 0 … 1) on the lines from generated samples to real ones, N×….

    I. Gulrajani and others, "Improved Training of Wasserstein GANs", NeurIPS 2017.
    """
    share = places.reshape(-1, *(1,) * (real.ndim - 1))
    between = (share * real + (1 - share) * generated).detach().requires_grad_()
    (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


class _BothParts(nn.Module):
    """What a step runs, as one module: the critic on data and on generated samples."""

    def __init__(self, module: nn.Module, parts: GanParts) -> None:
        super().__init__()
        self.module = module
        self._parts = parts

    def forward(self, inputs: Tensor) -> Tensor:
        drawn = [part.to(inputs.device) for part in noise(self._parts.sizes, len(inputs), 0, TRAINING)]
        scores = self._parts.critic(self._parts.real(inputs)), self._parts.critic(self._parts.generator(*drawn))
        return torch.cat(scores)


def adam(task: TaskSettings, rate: float) -> OptimizerSettings:
    """The optimizer of generator or critic, with a learning rate."""
    return OptimizerSettings(OPTIMIZER, learning_rate=rate, beta1=task.beta1, beta2=task.beta2)


def _loader(setup: Setup, data: Dataset) -> BatchLoader:
    return BatchLoader(
        data.train.inputs,
        torch.zeros(len(data.train)),
        setup.device,
        shift=setup.preparation.input_shift,
        scale=setup.preparation.input_scale,
    )
