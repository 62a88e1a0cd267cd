"""Train, pause, step and stop: what they do and what they say in each state of a run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.reports.data_words import name_unread
from engine.training.kept_weights import LAST
from engine.training.telemetry import Report
from gui.actions import show_keys
from gui.toolbar import Toolbar
from gui.training.run_state import Phase
from gui.training.run_words import run_words
from gui.training.trained import Start
from gui.workspace import Workspace


class RunControls(QObject):
    """Binds the run's actions and the toolbar to the workspace."""

    def __init__(self, studio: Workspace, actions: dict[str, QAction], toolbar: Toolbar) -> None:
        super().__init__(toolbar)
        self._studio, self._actions, self._toolbar = studio, actions, toolbar
        actions["train"].triggered.connect(self._train)
        actions["again"].triggered.connect(self._again)
        actions["pause"].triggered.connect(self._pause)
        actions["step"].triggered.connect(studio.step)
        actions["stop"].triggered.connect(studio.stop)
        actions["test"].triggered.connect(studio.test_now)
        actions["other_weights"].triggered.connect(studio.use_other_weights)
        studio.state_changed.connect(self.refresh)
        studio.session.trained_changed.connect(self.refresh)
        studio.evaluator.changed.connect(self.refresh)
        studio.trainer.reported.connect(self._reported)
        studio.document.changed.connect(self._show_dataset)
        studio.looked.connect(self.refresh)
        studio.looked.connect(self._show_dataset)
        studio.session.replaced.connect(self._show_dataset)
        self._show_dataset()
        self.refresh()

    @Slot()
    def _train(self) -> None:
        self._studio.train()
        self.refresh()

    @Slot()
    def _again(self) -> None:
        self._studio.train_again()
        self.refresh()

    @Slot()
    def _pause(self) -> None:
        self._studio.toggle_pause()
        self.refresh()

    @Slot()
    def refresh(self, *_values: object) -> None:
        """Enable what can be done now, and call it by the right name."""
        studio = self._studio
        state, words = studio.state, run_words(studio.state)
        under_way, paused = state.phase.under_way, state.phase is Phase.PAUSED
        stopping = state.phase is Phase.STOPPING
        train, again = self._actions["train"], self._actions["again"]
        train.setText(words.button)
        train.setStatusTip(words.button_tip)
        show_keys(train)
        train.setEnabled(not under_way or paused)
        again.setEnabled(not stopping)
        can_go_on = paused or (not under_way and state.onward.start is not Start.NEW)
        self._toolbar.train.offer([train, again] if can_go_on else [])
        self._actions["pause"].setEnabled(under_way and not stopping)
        self._actions["pause"].setChecked(paused)
        self._actions["stop"].setEnabled(studio.can_stop)
        self._actions["step"].setEnabled(not stopping)
        self._actions["test"].setEnabled(studio.can_test and not studio.evaluator.running)
        trained = studio.session.fitting
        choice = None if under_way or trained is None else trained.choice
        self._actions["other_weights"].setEnabled(choice is not None)
        self._actions["other_weights"].setText(f"Use the {LAST if choice is None else choice[1].name} weights")
        self._toolbar.show_waiting(state.waiting)
        if not under_way:
            left, right = words.bar
            self._toolbar.progress.show_words(left, right, words.share, short=words.short, more=words.bar_tip)

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if self._studio.trainer.running:
            stopping = self._studio.state.phase is Phase.STOPPING
            self._toolbar.progress.show_report(report, stopping=stopping)

    @Slot()
    def _show_dataset(self, *_values: object) -> None:
        recipe = self._studio.document.recipe
        try:
            schema = catalogue.schema(recipe.dataset, recipe.dataset_options)
        except DataError as error:
            self._toolbar.show_dataset(name_unread(recipe), str(error))
        else:
            self._toolbar.show_dataset(schema.title, schema.summary)
