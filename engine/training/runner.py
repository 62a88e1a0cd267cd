"""The training loop that all kinds of learning share: commands in, numbers out, and states to go on from.

The loop itself is ``Runner._train``; around it: commands in (``Control``), numbers out (``Telemetry``), and one
funnel for every way to end, which always leaves weights and a state to go on from. What a step is, the ``Learner``
knows; drawings and datasets are outside.
"""

from __future__ import annotations

import math
import time
from typing import Any

import torch
from torch import Tensor

from engine.training import random
from engine.training.checkpoint import capture, restore
from engine.training.control import Control
from engine.training.going_on import patience_is_over
from engine.training.kept_weights import uses_best, weights_to_use
from engine.training.learner import FinalFigures, Learner
from engine.training.machine import choose_threads, lay_out, tuned
from engine.training.precision import chosen
from engine.training.precision_names import AUTO_PRECISION, FULL_PRECISION
from engine.training.recorder import NotFinite, Recorder
from engine.training.result import Failure, Outcome
from engine.training.run_end import RunEnd
from engine.training.run_status import RunStatus
from engine.training.snapshots import WeightSnapshots
from engine.training.state import Progress, TrainingState
from engine.training.telemetry import Telemetry
from engine.training.weights import Arrays, take_weights

GOOD_EVERY = 0.5
"""Seconds between copies of the run that a failure can go back to; epochs may be shorter than copying takes."""
SAFE_EVERY = 10.0
"""Seconds after which a copy is made in the middle of an epoch, so that no more than these can be lost."""


class _Stopped(Exception):
    """The person asked to stop."""


class Runner:
    """One run of ``learner``, of at most ``epochs`` rounds.

    With ``patience`` it ends when so many epochs brought nothing better, and goes back to the best. ``precision`` is a
    recipe's. ``resume`` goes on from an earlier state: after any step, with the same settings, it ends with the weights
    of an unbroken run, bit for bit on the processor. Raises StateError when it does not belong here.
    """

    def __init__(
        self,
        learner: Learner,
        epochs: int,
        *,
        seed: int = 0,
        patience: int = 0,
        precision: str = FULL_PRECISION,
        resume: TrainingState | None = None,
        control: Control | None = None,
        telemetry: Telemetry | None = None,
        snapshots: WeightSnapshots | None = None,
    ) -> None:
        self.learner, self.epochs, self.patience = learner, epochs, patience
        self.control = control or Control()
        self.telemetry = telemetry or Telemetry()
        self.snapshots = snapshots or WeightSnapshots()
        self.best: dict[str, Tensor] | None = None
        self._precision = precision
        self._resumed = resume is not None
        self.progress = self._start(resume)
        self.progress.seed = seed
        self.recorder = Recorder(self.telemetry, self.progress, learner.channels, learner.device)
        # The last state in which everything was finite; others may read it at any time to keep it safe.
        self.good = self._capture()
        self._good_at = time.monotonic()

    # Starting

    def _start(self, resume: TrainingState | None) -> Progress:
        if resume is None:
            progress = Progress()
            self.learner.begin(progress)
            return progress
        progress, self.best, memory = restore(resume, self.learner.module)
        self.learner.load(progress, memory)
        if progress.batch == 0:
            progress.sums, progress.seconds = [], 0.0
        return progress

    def _warm_up(self) -> None:
        """Prepare torch, and choose the threads by the work of a step, and the precision; a run that is resumed has
        chosen already."""
        progress, device = self.progress, self.learner.device
        if self._precision != AUTO_PRECISION:
            progress.precision = self._precision
        with tuned(device, 1), random.RNG_LOCK:
            work = self.learner.warm_up()
        if not self._resumed:
            progress.threads = choose_threads(work or 0)
            with tuned(device, progress.threads), random.RNG_LOCK:
                progress.precision = chosen(self._precision, self._step_in, device)

    def _step_in(self, precision: str) -> int | None:
        """A step in a precision that leaves no trace; None where it failed."""
        self.progress.precision = precision
        return self.learner.warm_up()

    # Running

    def run(self) -> Outcome:
        """Train to the end, a stop or a failure; never raises for what happens in training."""
        progress, learner = self.progress, self.learner
        self.telemetry.publish_state(RunStatus.PREPARING, "Getting ready.")
        self.telemetry.begin(
            channels=learner.channels,
            step=progress.step,
            total_steps=self.epochs * learner.steps,
            epoch=progress.epoch,
            total_epochs=self.epochs,
            epochs=progress.history,
            floor=learner.floor(),
        )
        try:
            self._warm_up()
            with tuned(learner.device, progress.threads):
                self.telemetry.publish_state(RunStatus.RUNNING)
                self._train()
                return self._finish()
        except _Stopped:
            return self._stop()
        except Exception as error:
            return self._fail(error)

    def _train(self) -> None:
        progress, learner = self.progress, self.learner
        while progress.epoch < self.epochs and not self._patience_is_over and not learner.finished:
            learner.open_round()
            started = time.monotonic() - progress.seconds
            while progress.batch < learner.steps:
                self._apply_commands()
                step = learner.step(self.recorder.check)
                progress.batch += 1
                progress.step += 1
                progress.seconds = time.monotonic() - started
                self.recorder.add(step)
                self.snapshots.serve(learner.module, progress.step)
                if time.monotonic() - self._good_at >= SAFE_EVERY:
                    self.recorder.flush()
                    self._keep_good()
            self._close_epoch()

    # Commands

    def _apply_commands(self) -> None:
        if not self.control.take_step(self.learner.set, self._held, self._idle):
            raise _Stopped

    def _held(self, held: bool) -> None:
        self.recorder.flush()
        if held and self.good.position.get("step") != self.progress.step:
            self._keep_good()  # a pause may be long, and its steps were made by hand
        self.telemetry.publish_state(RunStatus.PAUSED if held else RunStatus.RUNNING)

    def _idle(self) -> None:
        self.snapshots.serve(self.learner.module, self.progress.step)

    def _leave_if_stopped(self) -> None:
        if self.control.stopped:
            raise _Stopped

    # The end of an epoch

    def _close_epoch(self) -> None:
        self.recorder.flush()
        progress = self.progress
        started = time.monotonic()
        closed = self.learner.close_round(self._leave_if_stopped)
        seconds = progress.seconds + time.monotonic() - started
        row: dict[str, Any] = {"epoch": progress.epoch + 1, "step": progress.step, **closed.row, "seconds": seconds}
        progress.history.append(row)
        progress.epoch, progress.batch = progress.epoch + 1, 0
        progress.sums, progress.rows, progress.seconds = [], 0, 0.0
        self.recorder.start_round()
        if closed.judged is not None:
            self._note_best(closed.judged)
        self.telemetry.publish_epoch(row, progress.epoch)
        if time.monotonic() - self._good_at >= GOOD_EVERY:
            self._keep_good()

    def _note_best(self, loss: float) -> None:
        progress = self.progress
        if progress.best_loss is None or loss < progress.best_loss:
            progress.best_loss, progress.best_epoch = loss, progress.epoch
            self.best = {name: value.detach().clone() for name, value in self.learner.module.state_dict().items()}

    @property
    def _patience_is_over(self) -> bool:
        return patience_is_over(self.patience, self.progress.best_epoch, self.progress.epoch)

    def _keep_good(self) -> None:
        """Remember this state if every weight in it is finite."""
        state = self._capture()
        if all(_all_finite(array) for array in state.weights().values()):
            self.good = state
        self._good_at = time.monotonic()

    def _capture(self) -> TrainingState:
        return capture(self.learner.module, self.progress, self.learner.save(), self.best)

    # Ways to end

    def _finish(self) -> Outcome:
        state = self._capture()
        if not all(_all_finite(array) for array in state.weights().values()):
            raise NotFinite(self.progress.step, math.nan)
        self.good = state
        done = self.progress.epoch
        ran_out = f"Finished after {done:,} {'epoch' if done == 1 else 'epochs'}."
        message = " ".join(filter(None, (self.learner.finished or ran_out, self._use_best(state))))
        # The verdict is of the network as it is saved and exported, to the last bit.
        lay_out(self.learner.module, torch.contiguous_format)
        self.snapshots.publish(self.learner.module, self.progress.step)
        verdict = self.learner.verdict()
        message = f"{message} {verdict.remark}".rstrip()
        self.telemetry.publish_state(RunStatus.FINISHED, message)
        weights = take_weights(self.learner.module)
        return self._outcome(RunStatus.FINISHED, message, weights, state, verdict=verdict)

    def _use_best(self, state: TrainingState) -> str:
        """Put the weights of the best epoch into the module, where they are to be used; returns a sentence about it."""
        if self.best is None or not uses_best(state, self.patience):
            return ""
        self.learner.module.load_state_dict(self.best)
        return f"Kept the weights of epoch {self.progress.best_epoch:,}, the best on {self.learner.judge}."

    def _stop(self) -> Outcome:
        self.telemetry.publish_state(RunStatus.STOPPING)
        try:
            self.recorder.flush()
        except NotFinite as error:
            return self._fail(error)
        state = self._capture()
        if not all(_all_finite(array) for array in state.weights().values()):
            return self._fail(NotFinite(self.progress.step, math.nan))
        self.good = state
        done = self.progress
        message = f"Stopped at step {done.step:,}, in epoch {min(done.epoch + 1, self.epochs):,}."
        message = " ".join(filter(None, (message, self._use_best(state))))
        self.snapshots.publish(self.learner.module, self.progress.step)
        self.telemetry.publish_state(RunStatus.STOPPED, message)
        return self._outcome(RunStatus.STOPPED, message, take_weights(self.learner.module), self.good)

    def _fail(self, error: Exception) -> Outcome:
        failure = self.learner.explain(error)
        # The traceback holds every tensor of the failed step, and memory may be what is short.
        error.__traceback__ = None
        self.telemetry.publish_state(RunStatus.FAILED, failure.message)
        weights = weights_to_use(self.good, self.patience)
        return self._outcome(RunStatus.FAILED, failure.message, weights, self.good, failure=failure)

    def _outcome(
        self,
        state: RunStatus,
        message: str,
        weights: Arrays,
        training: TrainingState,
        verdict: FinalFigures | None = None,
        failure: Failure | None = None,
    ) -> Outcome:
        return Outcome(
            message,
            failure,
            weights=weights,
            training=training,
            history=tuple(dict(row) for row in training.position["history"]),
            test=None if verdict is None else dict(verdict.figures),
            end=RunEnd.of(state, message),
        )


def _all_finite(array: object) -> bool:
    tensor = torch.as_tensor(array)
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
