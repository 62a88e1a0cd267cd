"""Measuring what the layers cost, in a thread of its own and never beside a run; what comes of it is plain values."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.inspection.costs import Costs
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from engine.training.precision_names import AUTO_PRECISION
from engine.training.recipe import Recipe
from gui.document import Document, DocumentState
from gui.threads import STACK_BYTES
from gui.training.run_controller import RunController
from gui.training.trained import Trained

AFTER_RUN_MS = 700
"""How long after a run its network is measured: first the window shows what was learned."""


class _Bench(QThread):
    """Measures one network. Read ``costs``, ``problem`` and ``node`` after ``finished``."""

    def __init__(self, graph: Graph, signature: Signature, recipe: Recipe) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._what = (graph, signature, recipe)
        self.cancelled = threading.Event()
        self._over = threading.Event()
        self.costs: Costs | None = None
        self.problem, self.node = "", ""

    def cancel(self) -> None:
        self.cancelled.set()

    def wait_from_elsewhere(self) -> None:
        """Wait until it no longer measures, in a thread that is not the window's.

        Not with Qt's own ``wait``: the window deletes this thread when it has finished, whoever is still waiting.
        """
        self._over.wait()

    def run(self) -> None:
        """Measure. Runs in the thread."""
        try:
            self._measure()
        finally:
            self._over.set()

    def _measure(self) -> None:
        try:
            torch_preload.load()
            from engine.inspection.timing import MeasureCancelled, MeasureError, measure

            try:
                if not self.cancelled.is_set():
                    self.costs = measure(*self._what, cancelled=self.cancelled.is_set)
            except MeasureCancelled:
                pass  # nothing comes of it, as was asked for
            except MeasureError as error:
                self.problem, self.node = str(error), error.node or ""
        except Exception as error:  # the last door of the thread
            if is_out_of_memory(error):
                self.problem = NOT_ENOUGH
                return
            sys.excepthook(type(error), error, error.__traceback__)
            self.problem = f"The layers could not be measured: {type(error).__name__}: {error}"


class Measuring(QObject):
    """Measures the document's network when asked, and after a run.

    ``changed(Costs or None)``: figures have come, or hold no longer since the network or its batch is another one.
    ``state_changed``: it began, ended, or may or may not be asked now. ``failed(sentence, node id)``: it did not work.
    """

    changed = Signal(object)
    state_changed = Signal()
    failed = Signal(str, str)

    def __init__(self, document: Document, trainer: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._bench: _Bench | None = None
        self._costs: Costs | None = None
        self._asked = False
        self._after_run = QTimer(self)
        self._after_run.setSingleShot(True)
        self._after_run.timeout.connect(self._measure_trained)
        document.changed.connect(self._changed)
        document.level_changed.connect(self._level_changed)
        trainer.give_way = self.give_way
        trainer.started.connect(self._run_started)
        trainer.ended.connect(self._run_ended)

    @property
    def costs(self) -> Costs | None:
        """What the layers of the drawing one is in were measured to cost; None while that is not known."""
        return None if self._costs is None else self._costs.at(self._document.path)

    @property
    def running(self) -> bool:
        """Whether it is at it now."""
        return self._bench is not None

    @property
    def obstacle(self) -> str:
        """Why it cannot be asked now, in a sentence; "" when it can."""
        if self._trainer.running:
            return "Layers cannot be measured during training: each would slow the other down."
        if not self._document.whole_analysis.ready:
            return "The network has to be ready to train first: see its problems."
        return ""

    @Slot()
    def start(self) -> bool:
        """Measure now. Returns False when that cannot be: see ``obstacle``."""
        return self._start(asked=True)

    def _start(self, *, asked: bool) -> bool:
        document, signature = self._document, self._document.whole_signature
        self._after_run.stop()
        if self.running:
            self._asked = self._asked or asked
            return True
        if self.obstacle or signature is None:
            return False
        self._asked = asked
        self._bench = bench = _Bench(document.whole, signature, document.recipe)
        bench.finished.connect(self._finish)
        bench.start(QThread.Priority.LowPriority)
        self.state_changed.emit()
        return True

    def cancel(self) -> None:
        """Stop within the layer under way; nothing comes of it."""
        self._after_run.stop()
        if self._bench is not None:
            self._bench.cancel()

    def give_way(self) -> None:
        """Stop, and wait until the machine is free. For the thread that trains, before it begins."""
        bench = self._bench
        if bench is not None:
            bench.cancel()
            bench.wait_from_elsewhere()

    def close(self) -> None:
        """End the thread."""
        self.cancel()
        if self._bench is not None:
            self._bench.wait()
            self._bench = None

    # Following

    @Slot()
    def _finish(self) -> None:
        bench, sender = self._bench, self.sender()
        if bench is None or sender is not bench:
            return
        bench.wait()
        self._bench = None
        costs = bench.costs
        if costs is not None and self._hold(costs, self._document.sketch):
            self._costs = costs
            self.changed.emit(self.costs)
        self.state_changed.emit()
        if bench.problem and self._asked:
            # Last, so that what is said of the state does not take the place of it.
            self.failed.emit(bench.problem, bench.node)
        bench.deleteLater()

    def _hold(self, costs: Costs, sketch: DocumentState) -> bool:
        """Whether figures hold for what the document has now."""
        recipe = sketch.recipe
        same = recipe.precision in (AUTO_PRECISION, costs.precision) and recipe.device in ("auto", costs.device)
        return same and costs.belong_to(sketch.graph, self._document.whole_signature, recipe.batch_size)

    @Slot(object, object)
    def _changed(self, before: DocumentState, after: DocumentState) -> None:
        if self._bench is not None and (after.graph is not before.graph or after.recipe is not before.recipe):
            self._bench.cancel()
        if self._costs is not None and not self._hold(self._costs, after):
            self._costs = None
            self.changed.emit(None)
        self.state_changed.emit()

    @Slot(object)
    def _level_changed(self, _path: tuple[str, ...]) -> None:
        self.changed.emit(self.costs)

    @Slot()
    def _run_started(self) -> None:
        self.cancel()
        self.state_changed.emit()

    @Slot(object, str, object)
    def _run_ended(self, trained: Trained | None, _message: str, failure: object) -> None:
        if trained is not None and failure is None and self._costs is None:
            self._after_run.start(AFTER_RUN_MS)
        self.state_changed.emit()

    @Slot()
    def _measure_trained(self) -> None:
        if self._costs is None:
            self._start(asked=False)
