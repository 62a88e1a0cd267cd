"""What happens between the open project, training and predicting. No widgets: the window only shows it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from enum import Enum
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.data.references import DataState
from engine.reports.doctor import Diagnosis
from engine.training.data_loading import reference, rows_key
from engine.training.kept_weights import BEST
from engine.training.recipe import Recipe, RecipeError
from engine.training.setting_change import SettingChange
from engine.training.telemetry import Report
from gui.crash.watch import crash_watch
from gui.document import DocumentState
from gui.measuring import Measuring
from gui.preferences.declared import AUTOSAVE
from gui.preferences.store import preferences
from gui.project_data import ProjectData
from gui.project_session import signature_of
from gui.run_watch import RunWatch
from gui.training.evaluator import Evaluator
from gui.training.learning_rate import live_change, replaced_by_default, words_of
from gui.training.predictions import Predictions
from gui.training.readiness import Hindrance, hindrance_of
from gui.training.run_controller import RunController
from gui.training.run_state import Phase, RunState, run_state
from gui.training.run_verdict import LatestVerdict, words_on
from gui.training.sample_predictions import SamplePredictor
from gui.training.trained import Onward, Start, Trained
from gui.training.warm import WarmUp
from gui.variant_maker import VariantMaker


class _Then(Enum):
    """What to do when the run that is being stopped has ended."""

    NOTHING = "nothing"
    AGAIN = "train from new weights"
    FOLLOW = "train on with the data as it is now"
    UNDO = "go back to what there was before it"
    GIVE_UP = "forget it"


class Workspace(ProjectData):
    """The open project of a window, with its training and predictions.

    ``reminder`` is a sentence for the status line that stays there until another is said;
    ``trouble(title, sentence, node id)`` is one that must be seen;
    ``network_changed`` tells that the weights changed;
    ``data_missing`` that training needs a dataset that is not on this computer.
    """

    reminder = Signal(str)
    trouble = Signal(str, str, str)
    network_changed = Signal()
    data_missing = Signal()
    not_ready = Signal(object)
    """Training was asked for, and this ``Problem`` of the drawing stands in the way."""
    warmed = Signal()
    """torch has been loaded, or could not be."""
    offered = Signal(object)
    """A ``SettingChange`` that would most likely help with what was said last; None for none."""
    state_changed = Signal(object)
    """The ``RunState`` is another one now."""
    training_started = Signal()
    telemetry_state_changed = Signal(str)
    """The run under way is in another state, in telemetry's words."""
    costs_changed = Signal(object)
    """The ``Costs`` that the layers were measured to have, or None while they are not known."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trainer = RunController(self)
        self.predictions = Predictions(self)
        self.evaluator = Evaluator(self)
        self.sample_predictor = SamplePredictor(self)
        self.variants = VariantMaker(self)
        self._warm_up = WarmUp()
        self._warm_up.finished.connect(self.warmed)
        self.predictions.answered.connect(self._warm_up.go_on)
        self.report: Report | None = None
        self.state = RunState(Phase.UNTRAINED)
        """How far training is, and what was changed since."""
        self._label = "Train"
        self._depth = 0
        """How many steps had led to the project when the run under way began."""
        self._verdict = LatestVerdict()
        self._then: _Then = _Then.NOTHING
        self._merge = ""
        """What makes the run under way one step of undo with others of its kind; "" for a step of its own."""
        self._begun_with: Hashable = None
        """The key of the rows of the run under way."""
        self._rows: tuple[Trained | None, Hashable] = (None, None)
        """The weights that were trained last here, and the key of their rows."""
        self._taught: Recipe | None = None
        """The recipe of the run under way where it is not the project's yet."""
        self.measuring = Measuring(self.document, self.trainer, self)
        self.document.changed.connect(self._changed)
        self.session.replaced.connect(self._replaced)
        self.session.trained_changed.connect(self._trained_changed)
        self.trainer.state_changed.connect(self._find_state)
        self.trainer.state_changed.connect(self.telemetry_state_changed)
        self.trainer.started.connect(self.training_started)
        self.measuring.changed.connect(self.costs_changed)
        self.evaluator.evaluated.connect(self._evaluated)
        self.evaluator.failed.connect(self.notice)
        self.trainer.reported.connect(self._reported)
        self.trainer.weights_changed.connect(self._snapshot)
        self.trainer.got_so_far.connect(self.session.keep)
        self.trainer.ended.connect(self._ended)
        preferences().changed.connect(self._use_preference)
        crash_watch().leaving.connect(self._keep_for_recovery)
        self._use_preference(AUTOSAVE)
        self._watch = RunWatch(self.trainer, self.session, self)
        self._find_state()

    @Slot(str)
    def _use_preference(self, name: str) -> None:
        if name == AUTOSAVE:
            seconds = int(preferences().value(name))
            self.session.journal_ms = 1000 * seconds
            self.trainer.least_keep_s = seconds

    @Slot()
    def _keep_for_recovery(self) -> None:
        """The process is about to be replaced by another, which finds what is written down now."""
        if not self._closed and (self.session.dirty or self.training):
            self.session.write_journal()
            crash_watch().reopen(self.session.path)

    @Slot()
    def warm_up(self) -> None:
        """Load torch in a thread, so that the first run and the first prediction find it ready."""
        if not self._closed:  # a window that is closed at once is asked for this when its threads have ended
            self._warm_up.start()

    def close(self) -> None:
        """End every thread; what a run had learned is kept in the session."""
        self._closed = True
        self._warm_up.go_on()
        self.trainer.close()
        self.measuring.close()
        self.evaluator.close()
        self.predictions.close()
        self.sample_predictor.close()
        self.variants.close()
        self.data.close()
        self.reading.close()
        self._warm_up.wait()
        self.session.close()

    @property
    def training(self) -> bool:
        """Whether a run is under way."""
        return self.trainer.running

    @Slot(object, object)
    def _changed(self, before: DocumentState, after: DocumentState) -> None:
        if not self.data.same(before.recipe, after.recipe):
            self.looked.emit(self.look())
        change = live_change(before.recipe, after.recipe) if self.trainer.running else None
        if change is not None:  # wherever it was changed, by undo as well
            path, value = change
            words = words_of(after.recipe, path)
            self.trainer.set_live(path, value, words)
            self.notice.emit(f"The run uses the {words} {value:g} from its next step on.")
        replaced = "" if self.document.opening else replaced_by_default(before.recipe, after.recipe)
        if replaced:
            self.notice.emit(replaced)
        self._find_state()
        self.network_changed.emit()

    @Slot()
    def _replaced(self) -> None:
        self.report = None
        self.looked.emit(self.look())
        self._find_state()
        self.network_changed.emit()

    @Slot(object)
    def _trained_changed(self, trained: Trained | None) -> None:
        """Other weights, by training, by Undo or by opening another project."""
        if not self.trainer.running:
            self.predictions.use(trained)

    @Slot(object)
    def change_setting(self, change: SettingChange) -> None:
        """Make the change of a setting that was offered."""
        try:
            recipe = self.document.recipe.with_setting(change.path, change.value)
        except RecipeError as error:  # another optimizer has been chosen since, which has no such setting
            self.notice.emit(str(error))
        else:
            self.document.set_recipe(change.label, recipe)

    # Training

    @Slot()
    def _find_state(self, *_values: object) -> None:
        """Derive the state anew: the one place that decides what is so."""
        document = self.document
        wrong = self._wrong()
        state = run_state(
            document.sketch,
            document.whole_signature,
            self.trainer.under_way,
            lesson="" if wrong is None else wrong.words,
            remedy=None if wrong is None else wrong.change,
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _wrong(self) -> Diagnosis | None:
        return self._verdict.why_nothing_learned(self.document.trained)

    def train(self, *, paused: bool = False) -> bool:
        """Train on from the weights there are, or from new ones where there are none; leave a pause.

        Returns False when the drawing is not ready. ``paused`` does a single step and holds.
        """
        if self.trainer.running:
            self.trainer.resume()
            return True
        onward = self.state.onward
        if onward.start is Start.RESUME and self._rows_changed:
            onward = Onward(Start.WEIGHTS, self.document.recipe.epochs)
        return self._begin(onward, "Train" if onward.start is Start.NEW else "Continue training", paused=paused)

    @property
    def _rows_changed(self) -> bool:
        """Whether the weights in use were trained on other rows than there are now, as far as that is known."""
        of, rows = self._rows
        return of is not None and of is self.document.trained and rows != rows_key(self.document.recipe)

    def follow_data(self) -> None:
        """Train on with the data as it is now, at once: all that follows one another is one step of undo."""
        if self.trainer.running:
            if self._then is _Then.NOTHING:
                self._then = _Then.FOLLOW
                self.trainer.stop()
            return
        onward = self.state.onward
        if onward.start is Start.RESUME:
            onward = Onward(Start.WEIGHTS, self.document.recipe.epochs)
        self._begin(onward, "Train with the data", follows=True)

    def train_again(self) -> None:
        """Train from new weights; a run under way is stopped first, and what it has learned can be undone to."""
        if self.trainer.running:
            self._then = _Then.AGAIN
            self.trainer.stop()
        else:
            self._begin(Onward(Start.NEW, self.document.recipe.epochs), "Start again")

    @property
    def can_stop(self) -> bool:
        """Whether a run is under way that is not ending yet, or ends only to be followed by another."""
        phase = self.state.phase
        return phase.under_way and (phase is not Phase.STOPPING or self._then in (_Then.AGAIN, _Then.FOLLOW))

    @Slot()
    def stop(self) -> None:
        """End the run under way after its step, and begin none after it."""
        if self._then in (_Then.AGAIN, _Then.FOLLOW):
            self._then = _Then.NOTHING
        self.trainer.stop()

    # Undo: a run under way is the latest step of all, until something is changed while it goes on.

    @property
    def _undoes_run(self) -> bool:
        return self.trainer.running and self.document.depth <= self._depth

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self.state.phase is not Phase.STOPPING if self._undoes_run else self.document.can_undo

    @property
    def undo_label(self) -> str:
        """What ``undo`` would take back; "" for nothing."""
        return self._label if self._undoes_run else self.document.undo_label

    @Slot()
    def undo(self) -> None:
        """Take back the last step. A run under way is stopped for it; Redo brings back what it has learned."""
        if self._undoes_run:
            self._then = _Then.UNDO
            self.trainer.stop()
        else:
            self.document.undo()

    def end_run(self, *, keep: bool) -> None:
        """Stop the run under way and wait for it; ``keep`` what it has learned, or give it up, which is quicker."""
        if self.trainer.running:
            self._then = _Then.NOTHING if keep else _Then.GIVE_UP
            self.trainer.close(keep=keep)

    def _begin(self, onward: Onward, label: str, *, paused: bool = False, follows: bool = False) -> bool:
        document, signature = self.document, self.document.whole_signature
        hindrance = hindrance_of(document.recipe, signature, document.whole_analysis)
        if hindrance is not None:
            self._tell_hindrance(hindrance)
        if hindrance is not None or signature is None:
            return False
        if not follows:
            document.settle()  # what is changed from now on is a step of its own
        self._label, self._depth, self._then = label, document.depth, _Then.NOTHING
        self._taught, self._merge = None, label if follows else ""
        self._begun_with = rows_key(document.recipe)
        self._tell_change()
        self.session.run_begins(onward, follows=follows)
        self.trainer.start(document.sketch, signature, onward, paused=paused)
        return True

    def teach(self, label: str, recipe: Recipe) -> bool:
        """Train the weights there are further by another recipe: with what comes of it, it becomes the project's.

        Returns False when there is nothing to train further, or something stands in the way.
        """
        document, trained = self.document, self.session.fitting
        signature = signature_of(recipe)
        if self.trainer.running or trained is None:
            return False
        hindrance = hindrance_of(recipe, signature, document.whole_analysis)
        if hindrance is not None or signature is None:
            if hindrance is not None:
                self._tell_hindrance(hindrance)
            return False
        document.settle()
        onward = Onward(Start.WEIGHTS, recipe.epochs)
        self._label, self._depth, self._then, self._taught = label, document.depth, _Then.NOTHING, recipe
        self._merge, self._begun_with = "", rows_key(recipe)
        self.session.run_begins(onward)
        self.trainer.start(replace(document.sketch, recipe=recipe), signature, onward)
        return True

    def _tell_change(self) -> None:
        """Say that the file of the data is another than the one learned from, before another run begins with it."""
        trained = self.document.trained
        if trained is not None:
            status = reference(self.document.recipe, trained.preparation).status()
            if status.state is DataState.CHANGED:
                self.notice.emit(status.words)

    def _tell_hindrance(self, found: Hindrance) -> None:
        if found.title:
            self.trouble.emit(found.title, found.words, found.node)
        else:
            self.notice.emit(found.words)
        if found.problem is not None:
            self.not_ready.emit(found.problem)
        if found.download:
            self.data_missing.emit()

    def toggle_pause(self) -> None:
        """Hold the run, or let it go on."""
        if self.trainer.paused:
            self.trainer.resume()
        else:
            self.trainer.pause()

    def step(self) -> None:
        """One step of training, from the weights there are or out of a run."""
        if self.trainer.running:
            self.trainer.step()
        else:
            self.train(paused=True)

    @Slot(object)
    def _reported(self, report: Report) -> None:
        self.report = report

    @Slot(object)
    def _snapshot(self, trained: Trained) -> None:
        self.predictions.use(trained)
        self.network_changed.emit()

    @Slot(object, str, object)
    def _ended(self, trained: Trained | None, message: str, failure: Any) -> None:
        then, self._then = self._then, _Then.NOTHING
        self.session.keep(None)
        if trained is not None and then is not _Then.GIVE_UP:
            self._rows = (trained, self._begun_with)
            self.session.run_ended(trained, self._label, self._taught, merge=self._merge)
        self.predictions.use(self.session.trained)
        self._find_state()
        self.network_changed.emit()
        if then is _Then.UNDO and trained is not None:
            self.document.undo()
            self.notice.emit("The run was stopped and undone. Redo brings back what it has learned.")
        elif then in (_Then.UNDO, _Then.GIVE_UP):
            pass  # nothing was learned, or nobody wants to hear of it
        elif message:
            node = getattr(failure, "node", None) or ""
            kept = trained.choice_words if trained is not None else ""
            self.trouble.emit("Training stopped", f"{message} {kept}".rstrip(), str(node))
            self.offered.emit(getattr(failure, "change", None))
        elif then is _Then.AGAIN:
            self.train_again()
        elif then is _Then.FOLLOW:
            self.follow_data()
        elif trained is not None:
            self._tell(trained)
            self.test_now()

    def _tell(self, trained: Trained) -> None:
        """How good the weights are, as far as that is known, and which of a run's weights they are."""
        wrong = self._wrong()
        if wrong is not None:
            self.reminder.emit(wrong.words)
            self.offered.emit(wrong.change)
            return
        words = words_on(trained, self.state)
        if trained.choice is not None and trained.choice[0].name == BEST:
            self.reminder.emit(words)  # one expects those that were trained last
        elif words:
            self.notice.emit(words)

    @Slot()
    def test_now(self) -> None:
        """Measure the test figures of the weights in use, where they are not known."""
        trained = self.session.trained
        if trained is not None and self.can_test:
            self.evaluator.start(trained)

    @property
    def can_test(self) -> bool:
        """Whether the weights in use have no test figures yet and can get them now."""
        return not self._closed and not self.trainer.running and self.evaluator.can_test(self.session.trained)

    @Slot(object, object)
    def _evaluated(self, trained: Trained, figures: dict[str, Any]) -> None:
        known = replace(trained, test=figures)
        self.document.amend_trained(trained, known)
        if self.session.trained is known and not self.trainer.running:
            self._tell(known)

    @Slot()
    def use_other_weights(self) -> None:
        """Use the last weights of the run instead of the best ones, or the reverse."""
        trained = self.session.trained
        if trained is None or trained.choice is None or self.trainer.running:
            return
        other = trained.with_other_weights()
        self.session.set_trained(other, f"Use the {trained.choice[1].name} weights")
        self.reminder.emit(other.choice_words)
        self.test_now()

    def ask(self, key: str, inputs: np.ndarray) -> None:
        """Ask the newest network; the answer comes through ``predictions.answered``."""
        self.predictions.predict(key, inputs)
