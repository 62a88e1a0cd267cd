"""The training loop, on any module and rows in memory. Everything about drawings and datasets is outside, in ``run``.

The loop itself is ``Runner._train``; around it: commands in (``Control``), numbers out (``Telemetry``), and one
funnel for every way to end, which always leaves weights and a state to go on from.
"""

from __future__ import annotations

import math
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from engine.tasks.task import Task
from engine.training import evaluation, random
from engine.training.batches import BatchLoader
from engine.training.checkpoint import capture, restore
from engine.training.control import Control
from engine.training.failures import explain
from engine.training.going_on import patience_is_over
from engine.training.kept_weights import uses_best, weights_to_use
from engine.training.machine import choose_layout, choose_threads, lay_out, tuned
from engine.training.metrics import NotFinite, Recorder
from engine.training.optimizers import make
from engine.training.outliers import far_out
from engine.training.recipe import Recipe
from engine.training.result import Failure, Outcome
from engine.training.run_end import RunEnd
from engine.training.run_status import RunStatus
from engine.training.schedules import Schedule
from engine.training.snapshots import WeightSnapshots
from engine.training.state import Progress, StateError, TrainingState
from engine.training.telemetry import Telemetry
from engine.training.warmup import warm_up
from engine.training.weights import Arrays, multiplied, take_weights

GOOD_EVERY = 0.5
"""Seconds between copies of the run that a failure can go back to; epochs may be shorter than copying takes."""
SAFE_EVERY = 10.0
"""Seconds after which a copy is made in the middle of an epoch, so that no more than these can be lost."""


class _Stopped(Exception):
    """The person asked to stop."""


class Runner:
    """One run of ``module``. ``train``, ``validation`` and ``test`` are rows on the module's device.

    Training loss and metric of an epoch are means over its rows, each as it was met: with the weights of its step,
    with dropout and with augmentation. Validation is measured after the epoch, on all of its rows at once.

    ``resume`` goes on from an earlier state: after any step, with the same recipe, it ends with the weights of an
    unbroken run, bit for bit on the processor. Raises StateError when it does not belong here.
    """

    def __init__(
        self,
        module: nn.Module,
        task: Task,
        recipe: Recipe,
        train: BatchLoader,
        validation: BatchLoader | None = None,
        test: BatchLoader | None = None,
        *,
        resume: TrainingState | None = None,
        control: Control | None = None,
        telemetry: Telemetry | None = None,
        snapshots: WeightSnapshots | None = None,
    ) -> None:
        self.module, self.task, self.recipe = module, task, recipe
        self.train, self.validation, self.test = train, validation, test
        self.control = control or Control()
        self.telemetry = telemetry or Telemetry()
        self.snapshots = snapshots or WeightSnapshots()
        self.device = train.device
        self.layout = choose_layout(module, self.device, recipe.optimizer.kind)
        lay_out(module, self.layout)
        self.optimizer = make(recipe.optimizer, module)
        self.batches = train.batches(recipe.batch_size)
        self.total_steps = recipe.epochs * self.batches
        self.schedule = Schedule(recipe.schedule, self.batches, self.total_steps)
        self.best: dict[str, Tensor] | None = None
        self.position = self._start(resume)
        self.recorder = Recorder(self.telemetry, self.position, self.device)
        self._trained = [p for p in module.parameters() if p.requires_grad]
        self._penalised = multiplied(module) if recipe.l1 else []
        self._batch: Tensor | None = None
        self._resumed = resume is not None
        # The last state in which everything was finite; others may read it at any time to keep it safe.
        self.good = self._capture()
        self._good_at = time.monotonic()

    # Starting

    def _start(self, resume: TrainingState | None) -> Progress:
        recipe = self.recipe
        position = Progress(learning_rate=recipe.optimizer.learning_rate)
        if resume is not None:
            position, self.best = restore(resume, self.module, self.optimizer, recipe.optimizer.kind)
            self._check(position)
            if recipe.optimizer.learning_rate != position.recipe_learning_rate:
                position.learning_rate = recipe.optimizer.learning_rate
            # Between two epochs another batch size is fine; the schedule counts in its steps.
            position.step = position.epoch * self.batches + position.batch
            position.rows = min(position.batch * recipe.batch_size, self.train.rows)
            if position.batch == 0:
                position.loss_sum = position.metric_sum = position.seconds = 0.0
        position.seed, position.batch_size, position.train_rows = recipe.seed, recipe.batch_size, self.train.rows
        position.optimizer, position.recipe_learning_rate = recipe.optimizer.kind, recipe.optimizer.learning_rate
        return position

    def _check(self, position: Progress) -> None:
        """In the middle of an epoch the rest of its rows must be the same rows."""
        if position.batch == 0:
            return
        now = {"seed": self.recipe.seed, "batch_size": self.recipe.batch_size, "train_rows": self.train.rows}
        titles = {"seed": "seed", "batch_size": "batch size", "train_rows": "number of training samples"}
        for name, value in now.items():
            before = getattr(position, name)
            if before != value:
                raise StateError(
                    f"The training was stopped in the middle of an epoch with a {titles[name]} of {before:,}; now it "
                    f"is {value:,}. Set it back to go on, or train afresh."
                )
        if position.batch > self.batches:
            raise StateError("The saved training is further in its epoch than the epoch is long; train afresh.")

    def _warm_up(self) -> None:
        """Prepare torch, and choose the threads by the work of a step."""
        inputs, targets = self.train.take(
            torch.arange(min(self.recipe.batch_size, self.train.rows), device=self.device)
        )
        with tuned(self.device, 1), random.RNG_LOCK:
            work = warm_up(self.module, inputs, lambda out: self.task.loss(out, targets), self.recipe.optimizer)
        if not self._resumed:
            self.position.threads = choose_threads(work or 0)

    # Running

    def run(self) -> Outcome:
        """Train to the end, a stop or a failure; never raises for what happens in training."""
        position = self.position
        self.telemetry.publish_state(RunStatus.PREPARING, "Getting ready.")
        self.telemetry.begin(
            metric=self.task.metric,
            step=position.step,
            total_steps=self.total_steps,
            epoch=position.epoch,
            total_epochs=self.recipe.epochs,
            epochs=position.history,
            floor=self.task.floor(self.train.targets, (self.validation or self.train).targets),
        )
        try:
            self._warm_up()
            with tuned(self.device, position.threads):
                self.telemetry.publish_state(RunStatus.RUNNING)
                self._train()
                return self._finish()
        except _Stopped:
            return self._stop()
        except Exception as error:
            return self._fail(error)

    def _train(self) -> None:
        position, size = self.position, self.recipe.batch_size
        while position.epoch < self.recipe.epochs and not self._patience_is_over:
            order = self.train.order(self.recipe.seed, position.epoch)
            self.module.train()
            started = time.monotonic() - position.seconds
            while position.batch < self.batches:
                self._apply_commands()
                rows = order[position.batch * size : (position.batch + 1) * size]
                inputs, targets = self.train.take(rows)
                self._batch = inputs = self.train.augmented(inputs, self.recipe.seed, position.step)
                rate = self._learning_rate()
                loss, metric = self._step(inputs, targets, rate)
                position.batch += 1
                position.step += 1
                position.seconds = time.monotonic() - started
                self.recorder.add(loss, metric, len(rows), rate)
                self.snapshots.serve(self.module)
                if time.monotonic() - self._good_at >= SAFE_EVERY:
                    self.recorder.flush()
                    self._keep_good()
            self._close_epoch()

    def _step(self, inputs: Tensor, targets: Tensor, learning_rate: float) -> tuple[Tensor, Tensor]:
        """One change of the weights; returns the loss before it and the summed metric."""
        optimizer, first = self.optimizer, list[tuple[Tensor, Tensor]]()

        def evaluate() -> Tensor:
            optimizer.zero_grad()
            with random.RNG_LOCK, self._precision():
                random.seed_step(self.recipe.seed, self.position.step, self.device)
                outputs = self.module(inputs)
            outputs = outputs.float()
            loss = self.task.loss(outputs, targets)
            if not first:
                first.append((loss.detach(), self.task.measure(outputs.detach(), targets)))
                self.recorder.check(first[0][0])
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

    def _precision(self) -> AbstractContextManager[object]:
        if self.recipe.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def _learning_rate(self) -> float:
        position = self.position
        return position.learning_rate * self.schedule.fraction(position.step) * position.plateau.fraction

    # Commands

    def _apply_commands(self) -> None:
        if not self.control.take_step(self._new_learning_rate, self._held, self._idle):
            raise _Stopped

    def _new_learning_rate(self, rate: float) -> None:
        """From here on ``rate``, with the rest of the schedule scaled to match."""
        fraction = self.schedule.fraction(self.position.step) * self.position.plateau.fraction
        self.position.learning_rate = rate / fraction if fraction > 1e-6 else rate

    def _held(self, held: bool) -> None:
        self.recorder.flush()
        self.telemetry.publish_state(RunStatus.PAUSED if held else RunStatus.RUNNING)

    def _idle(self) -> None:
        self.snapshots.serve(self.module)

    def _leave_if_stopped(self) -> None:
        if self.control.stopped:
            raise _Stopped

    # The end of an epoch

    def _close_epoch(self) -> None:
        self.recorder.flush()
        position, metric = self.position, self.task.metric
        started = time.monotonic()
        loss = position.loss_sum / max(1, position.rows)
        row = {
            "epoch": position.epoch + 1,
            "step": position.step,
            "train_loss": loss,
            "validation_loss": None,
            f"train_{metric}": position.metric_sum / max(1, position.rows),
            f"validation_{metric}": None,
        }
        if not math.isfinite(loss):
            raise NotFinite(position.step, loss)
        if self.validation is not None:
            loss, mean = evaluation.loss_and_metric(self.module, self.validation, self.task, self._leave_if_stopped)
            row["validation_loss"], row[f"validation_{metric}"] = loss, mean
            if not math.isfinite(loss):
                raise NotFinite(position.step, loss, far_out(self.train, self.validation, "validation"))
        row["seconds"] = position.seconds + time.monotonic() - started
        row["learning_rate"] = position.learning_rate * position.plateau.fraction * self._last_fraction()
        position.history.append(row)
        position.epoch, position.batch = position.epoch + 1, 0
        position.loss_sum, position.metric_sum, position.rows, position.seconds = 0.0, 0.0, 0, 0.0
        position.plateau.observe(loss, self.recipe.schedule)
        self._note_best(loss)
        self.telemetry.publish_epoch(row, position.epoch)
        if time.monotonic() - self._good_at >= GOOD_EVERY:
            self._keep_good()

    def _last_fraction(self) -> float:
        """The schedule's fraction in the epoch's last step."""
        return self.schedule.fraction(max(0, self.position.step - 1))

    def _note_best(self, loss: float) -> None:
        position = self.position
        if position.best_loss is None or loss < position.best_loss:
            position.best_loss, position.best_epoch = loss, position.epoch
            self.best = {name: value.detach().clone() for name, value in self.module.state_dict().items()}

    @property
    def _patience_is_over(self) -> bool:
        return patience_is_over(self.recipe.patience, self.position.best_epoch, self.position.epoch)

    def _keep_good(self) -> None:
        """Remember this state if every weight in it is finite."""
        state = self._capture()
        if all(_all_finite(array) for array in state.weights().values()):
            self.good = state
        self._good_at = time.monotonic()

    def _capture(self) -> TrainingState:
        return capture(self.module, self.optimizer, self.position, self.best)

    # Ways to end

    def _finish(self) -> Outcome:
        state = self._capture()
        if not all(_all_finite(array) for array in state.weights().values()):
            raise NotFinite(self.position.step, math.nan)
        self.good = state
        done = self.position.epoch
        message = f"Finished after {done:,} {'epoch' if done == 1 else 'epochs'}."
        message += self._use_best(state)
        # The verdict is of the network as it is saved and exported, to the last bit.
        lay_out(self.module, torch.contiguous_format)
        self.snapshots.publish(self.module)
        verdict = {}
        if self.test is not None and self.test.rows:
            verdict = evaluation.final_figures(self.module, self.task, self.test, self.train.targets)
            if verdict.get("test_loss") is None:
                message += " The loss of the test split is beyond all numbers."
                message = f"{message} {far_out(self.train, self.test, 'test')}".rstrip()
        self.telemetry.publish_state(RunStatus.FINISHED, message)
        return self._outcome(RunStatus.FINISHED, message, take_weights(self.module), state, test=verdict)

    def _use_best(self, state: TrainingState) -> str:
        """Put the weights of the best epoch into the module, where they are to be used; returns a sentence about it."""
        if self.best is None or not uses_best(state, self.recipe.patience):
            return ""
        self.module.load_state_dict(self.best)
        judge = "validation" if self.validation is not None else "the training split"
        return f" Kept the weights of epoch {self.position.best_epoch:,}, the best on {judge}."

    def _stop(self) -> Outcome:
        self.telemetry.publish_state(RunStatus.STOPPING)
        try:
            self.recorder.flush()
        except NotFinite as error:
            return self._fail(error)
        state = self._capture()
        if not all(_all_finite(array) for array in state.weights().values()):
            return self._fail(NotFinite(self.position.step, math.nan))
        self.good = state
        done = self.position
        message = f"Stopped at step {done.step:,}, in epoch {min(done.epoch + 1, self.recipe.epochs):,}."
        message += self._use_best(state)
        self.snapshots.publish(self.module)
        self.telemetry.publish_state(RunStatus.STOPPED, message)
        return self._outcome(RunStatus.STOPPED, message, take_weights(self.module), self.good)

    def _fail(self, error: Exception) -> Outcome:
        rate, kind = self.position.learning_rate, self.recipe.optimizer.kind
        failure = explain(error, self.module, self._batch, rate, kind)
        # The traceback holds every tensor of the failed step, and memory may be what is short.
        error.__traceback__ = None
        self._batch = None
        self.telemetry.publish_state(RunStatus.FAILED, failure.message)
        weights = weights_to_use(self.good, self.recipe.patience)
        return self._outcome(RunStatus.FAILED, failure.message, weights, self.good, failure=failure)

    def _outcome(
        self,
        state: RunStatus,
        message: str,
        weights: Arrays,
        training: TrainingState,
        test: dict[str, Any] | None = None,
        failure: Failure | None = None,
    ) -> Outcome:
        return Outcome(
            message,
            failure,
            weights=weights,
            training=training,
            history=tuple(dict(row) for row in training.position["history"]),
            test=test,
            end=RunEnd.of(state, message),
        )


def _all_finite(array: object) -> bool:
    tensor = torch.as_tensor(array)
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
