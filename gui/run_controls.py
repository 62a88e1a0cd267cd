"""Train, pause, step and stop: what they do and what they say in each state of a run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.training.kept_weights import LAST
from engine.training.telemetry import Report
from gui.studio import Studio
from gui.toolbar import Toolbar


class RunControls(QObject):
    """Binds the run's actions and the toolbar to the studio."""

    def __init__(self, studio: Studio, actions: dict[str, QAction], toolbar: Toolbar) -> None:
        super().__init__(toolbar)
        self._studio, self._actions, self._toolbar = studio, actions, toolbar
        actions["train"].triggered.connect(self._train)
        actions["again"].triggered.connect(self._again)
        actions["pause"].triggered.connect(self._pause)
        actions["step"].triggered.connect(studio.step)
        actions["stop"].triggered.connect(studio.trainer.stop)
        actions["other_weights"].triggered.connect(studio.use_other_weights)
        studio.trainer.state_changed.connect(self.refresh)
        studio.trainer.reported.connect(self._reported)
        studio.trainer.ended.connect(self.refresh)
        studio.network_changed.connect(self.refresh)
        studio.document.changed.connect(self._show_dataset)
        studio.session.replaced.connect(self._show_dataset)
        self._show_dataset()
        self.refresh()

    @Slot()
    def _train(self) -> None:
        self._studio.train()
        self.refresh()

    @Slot()
    def _again(self) -> None:
        self._studio.train(again=True)
        self.refresh()

    @Slot()
    def _pause(self) -> None:
        self._studio.toggle_pause()
        self.refresh()

    @Slot()
    def refresh(self, *_values: object) -> None:
        """Enable what can be done now, and call it by the right name."""
        trainer = self._studio.trainer
        running, paused = trainer.running, trainer.paused
        on_hold = running and paused
        train = self._actions["train"]
        goes_on = on_hold or (not running and self._studio.can_go_on)
        train.setText("Go on" if goes_on else "Training…" if running else "Train")
        train.setEnabled(not running or on_hold)
        self._actions["again"].setEnabled(not running)
        self._actions["pause"].setEnabled(running)
        self._actions["pause"].setChecked(on_hold)
        self._actions["stop"].setEnabled(running)
        self._actions["step"].setEnabled(True)
        trained = self._studio.session.fitting
        choice = None if running or trained is None else trained.choice
        self._actions["other_weights"].setEnabled(choice is not None)
        self._actions["other_weights"].setText(f"Use the {LAST if choice is None else choice[1].name} weights")
        if not running:
            self._show_rest()

    def _show_rest(self) -> None:
        """What the bar says while nothing runs."""
        trained, state = self._studio.session.fitting, self._studio.trainer.state
        if state == "failed":
            self._toolbar.progress.show_words("stopped by an error", short="failed")
        elif trained is None:
            self._toolbar.progress.show_words("not trained yet", short="not trained")
        elif self._studio.can_go_on:
            done, total = trained.epochs, trained.recipe.epochs
            self._toolbar.progress.show_words("stopped", f"epoch {done} of {total}", done / max(total, 1))
        else:
            epochs = f"{trained.epochs} epochs" if trained.epochs else ""
            self._toolbar.progress.show_words("trained", epochs, 1.0)

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if self._studio.trainer.running:
            self._toolbar.progress.show_report(report)

    @Slot()
    def _show_dataset(self, *_values: object) -> None:
        name = self._studio.document.recipe.dataset
        try:
            schema = catalogue.entry(name).schema
        except DataError as error:
            self._toolbar.show_dataset(name, str(error))
        else:
            self._toolbar.show_dataset(schema.title, schema.summary)
