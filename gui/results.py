"""The results tabs in the lower part of the window: curves, test, decision, layers and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from engine.graph.advice.problems import Problem
from engine.reports.data_words import error_unit
from engine.reports.losses import loss_of_what
from engine.reports.verdict import curve_floor
from engine.tasks.channels import channels_in
from engine.training.recipe import Recipe
from engine.training.telemetry import Report
from gui.beside import LEAST_WIDTH, CurvesPage
from gui.panels.problems import ProblemsPanel
from gui.plots.curves import Curves
from gui.runs_page import RunsPage
from gui.tasks.registry import CURVES, RESULTS, USUAL
from gui.theme import SPACING
from gui.training.trained import Curve, Mark
from gui.workspace import Workspace


class Results(QTabWidget):
    """Tabs that follow the workspace. ``sample_chosen`` brings a raw sample that somebody wants to try."""

    sample_chosen = Signal(object)
    reveal = Signal(str)
    """A layer is to be shown in the diagram."""
    said = Signal(str)
    """A sentence about what was done or went wrong."""
    room_changed = Signal()
    """Something is on show that needs another height than before."""

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.curves = Curves()
        self.problems = ProblemsPanel(studio.document)
        self.runs = RunsPage(studio.document)
        self._views: dict[str, QWidget] = {}
        self._names: tuple[str, ...] = ()
        self._map: Any = None
        """The view that stands beside the curves, or on a tab of its own where there is no room."""
        self.setDocumentMode(True)
        self.setAccessibleName("Results")
        self.tabBar().setAccessibleName("Results")
        self.curves_page = CurvesPage(self.curves)
        self.addTab(self.curves_page, "Curves")
        self.addTab(self.runs, "Runs")
        self.addTab(self.problems, "Problems")
        self.test: Any = self._view("test")
        self.space, self.layers = self._view("plane"), self._view("layers")
        self._follow_kind()
        self.problems.reveal.connect(self.reveal)
        for said in (self.problems.told, self.runs.said):
            said.connect(self.said)
        self.test.change_wanted.connect(studio.change_setting)
        self.test.figures_shown.connect(self.room_changed)
        self.problems.counted.connect(self._count)
        self.currentChanged.connect(self._place_tools)
        self.runs.comparable.connect(self._offer_runs)
        studio.trainer.started.connect(lambda: self.runs.lock(True))
        studio.trainer.ended.connect(lambda *_: self.runs.lock(False))
        studio.trainer.started.connect(self._started)
        studio.trainer.reported.connect(self._reported)
        studio.trainer.marked.connect(self.curves.add_mark)
        studio.trainer.ended.connect(self._ended)
        studio.session.trained_changed.connect(self._trained)
        studio.looked.connect(self._data)
        studio.document.changed.connect(self._follow_kind)
        studio.session.replaced.connect(self._follow_kind)
        self.problems.refresh()
        self._offer_runs(False)

    # The views of what is learned

    def view(self, name: str) -> QWidget | None:
        """A view of what is learned now, by its name; None where it is not among them."""
        return self._views.get(name) if name in self._names else None

    def _view(self, name: str) -> Any:
        """A view, made when it is first needed."""
        if name not in self._views:
            view = self._views[name] = RESULTS[name].make(self._studio)
            for signal, heard in (
                ("sample_chosen", self.sample_chosen), ("reveal", self.reveal), ("said", self.said),
            ):
                if hasattr(view, signal):
                    getattr(view, signal).connect(heard)
        return self._views[name]

    @Slot()
    def _follow_kind(self, *_values: object) -> None:
        """Have the views of what is to be learned now; those that another kind has too stay as they are."""
        kind = self._studio.kind
        names = USUAL if kind is None else kind.results
        if names == self._names:
            return
        self._names = names
        maps = [self._view(name) for name in names if name != CURVES and RESULTS[name].is_map]
        if self._map not in maps:
            self._leave_map()
            self._map = maps[0] if maps else None
        tabs = {name: self._view(name) for name in names if name != CURVES and not RESULTS[name].is_map}
        staying = [self.curves_page, self.runs, self.problems, self._map, *tabs.values()]
        for index in reversed(range(self.count())):
            if self.widget(index) not in staying:
                self.removeTab(index)
        for place, (name, view) in enumerate(tabs.items(), 1):
            if self.indexOf(view) < 0:
                self.insertTab(min(place, self.indexOf(self.runs)), view, RESULTS[name].title)
        self._place_map()
        if self._map is not None:
            self._map.show_data(self._studio.look())

    def _leave_map(self) -> None:
        """Put the view beside the curves away."""
        # Nobody's any more first: what is told of the change may lay out the window, and this with it.
        left, self._map = self._map, None
        if left is None:
            return
        if self.curves_page.beside is left:
            self.curves_page.take_away()
        elif self.indexOf(left) >= 0:
            self.removeTab(self.indexOf(left))
        left.hide()

    # What the window may ask for

    @Slot()
    def show_problems(self) -> None:
        """Bring the list of problems to the front."""
        self.setCurrentWidget(self.problems)

    def show_repairs(self, problem: Problem) -> None:
        """Bring a problem to the front, and the keyboard to the first thing that mends it."""
        self.show_problems()
        self.problems.take_keyboard(problem)

    @Slot()
    def measure_layers(self) -> None:
        """Measure what the layers cost, and show the table it goes into."""
        self.setCurrentWidget(self.layers)
        self.layers.start()

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the point that is tried out: a row of inputs, None for none."""
        if self._map is not None:
            self._map.show_tried(row)

    # Following

    @Slot(object)
    def _data(self, _look: object) -> None:
        self._place_map()

    @property
    def shows_curves_alone(self) -> bool:
        """Whether nothing but curves is on show, for which little height will do."""
        return self.currentWidget() is self.curves_page and self.curves_page.beside is None

    @property
    def shows_matrix(self) -> bool:
        """Whether it is on show which class was predicted as which, or which value as what."""
        return bool(self.test.shows_figures) and self.currentWidget() is self.test

    def _place_map(self) -> None:
        """What the network has found stands beside the curves; where there is no room, on a tab of its own."""
        found, page = self._map, self.curves_page
        if found is None:
            return
        fits = found.fits
        beside = fits and self.width() >= LEAST_WIDTH
        if beside != (page.beside is not None) or (not beside and self.indexOf(found) < 0):
            shown = self.currentWidget() is found
            if beside:
                self.removeTab(self.indexOf(found))
                page.put_beside(found)
            else:
                page.take_away()
                self.insertTab(self.indexOf(self.test) + 1, found, found.title)
            if shown:
                self.setCurrentWidget(page)
            self.room_changed.emit()
        if not beside:
            if not fits and self.currentWidget() is found:
                self.setCurrentWidget(page)
            self.setTabText(self.indexOf(found), found.title)
            self.setTabVisible(self.indexOf(found), fits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_map()
        self._place_tools()

    @Slot()
    def _place_tools(self, *_tab: int) -> None:
        """What belongs to the curves lies on the line of the tabs, so that the curves are higher; where there is no
        room for it, above them."""
        tools, tabs = self.curves.tools, self.tabBar()
        wanted = tools.sizeHint()
        room = self.width() - tabs.sizeHint().width() - SPACING.wide - SPACING.medium
        if wanted.width() > room:
            if tools.parentWidget() is self:
                self.curves.keep_tools()
            return
        if tools.parentWidget() is not self:
            tools.setParent(self)
        left = self.width() - SPACING.medium - wanted.width()
        tools.setGeometry(left, tabs.y() + (tabs.height() - wanted.height()) // 2, wanted.width(), wanted.height())
        tools.setVisible(self.currentWidget() is self.curves_page)
        tools.raise_()

    @Slot(bool)
    def _offer_runs(self, several: bool) -> None:
        """The tab of runs is there once there are several."""
        self.setTabVisible(self.indexOf(self.runs), several)
        self._place_tools()

    @Slot()
    def _started(self) -> None:
        before = self._studio.trainer.before
        if before is not None and self._studio.trainer.goes_on:
            self._show_curve(before.curve_so_far, before.history, before.marks)
        else:
            self.curves.clear()
        self._show_units(self._studio.document.recipe)
        self.test.show_test(None, None)
        if self.currentWidget() is not self._map:
            self.setCurrentWidget(self.curves_page)  # what is going on now is there

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if report.channels:
            self.curves.set_channels(report.channels)
        self._show_floor(report.floor)
        if len(report.steps) or report.epochs:
            self.curves.append(report.steps, report.series, report.epochs)

    @Slot(object)
    def _trained(self, trained: Any) -> None:
        if self._studio.trainer.running:
            return
        if trained is None:
            self.curves.clear()
            self.test.show_test(None, None)
            return
        self._show_curve(trained.curve, trained.history, trained.all_marks)
        self._show_floor(trained.test or trained.floor)
        self._show_units(trained.recipe)
        self.test.show_test(trained.test, trained)

    @Slot(object, str, object)
    def _ended(self, trained: Any, _message: str, _failure: Any) -> None:
        """Where a run leaves nothing, as one stopped before its first step, what there was before it is shown again."""
        if trained is None:
            self._trained(self._studio.session.trained)

    def _show_curve(self, curve: Curve, history: Sequence[Mapping[str, Any]], marks: Sequence[Mark]) -> None:
        rows = [dict(row) for row in history]
        channels = channels_in(rows[-1]) if rows else ()
        if channels:
            self.curves.set_channels(channels)
        steps, series = curve
        self.curves.set_data(steps, series, rows)
        for step, words in marks:
            self.curves.add_mark(step, words)

    def _show_floor(self, figures: Mapping[str, Any]) -> None:
        floor = curve_floor(figures, self._studio.schema)
        self.curves.set_floor(*(floor or (None, "")))

    def _show_units(self, recipe: Recipe) -> None:
        """Say which loss the curve is of and what the error is in."""
        schema = self._studio.schema
        self.curves.set_units((loss_of_what(recipe, schema), error_unit(schema)))

    @Slot(int, int)
    def _count(self, errors: int, others: int) -> None:
        index = self.indexOf(self.problems)
        total = errors + others
        words = f"Problems ({total})" if total else "Problems"
        if words != self.tabText(index):  # to say the same again would lay out the whole lower half
            self.setTabText(index, words)
            self._place_tools()
