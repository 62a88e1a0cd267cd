"""The results tabs in the lower part of the window: curves, test, decision, layers and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.graph.advice.problems import Problem
from engine.reports.data_words import error_unit
from engine.reports.losses import loss_of_what
from engine.reports.verdict import curve_floor
from engine.tasks.channels import channels_in
from engine.training.recipe import Recipe
from engine.training.telemetry import Report
from gui import theme
from gui.beside import CurvesPage, enlarging_button
from gui.panels.problems import ProblemsPanel
from gui.placed_views import PlacedViews
from gui.plots.curves import EMPTY, Curves
from gui.runs_page import RunsPage
from gui.tasks.registry import CURVES, RESULTS, USUAL, Map
from gui.theme import SPACING
from gui.training.trained import Curve, Mark
from gui.view_places import Beside
from gui.workspace import Workspace

RUNS, PROBLEMS = "runs", "problems"
"""The views that every kind of learning has, beside the curves."""

_FOLDS_FIRST = "The curves appear here when the folds are judged and the network itself learns."


class Results(PlacedViews):
    """Tabs that follow the workspace. ``sample_chosen`` brings a raw sample that somebody wants to try."""

    sample_chosen = Signal(object)
    reveal = Signal(str)
    """A layer is to be shown in the diagram."""
    said = Signal(str)
    """A sentence about what was done or went wrong."""

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        curves = Curves()
        super().__init__(CurvesPage(curves), CURVES, parent)
        self.curves = curves
        self._studio = studio
        self.problems = ProblemsPanel(studio.document)
        self.runs = RunsPage(studio.document)
        self._views: dict[str, QWidget] = {}
        self._kind: tuple[str, tuple[str, ...]] | None = None
        self._map: tuple[str, Map] | None = None
        """The view that stands beside the curves, with its name; or on a tab of its own where there is no room."""
        self.setAccessibleName("Results")
        self.tabBar().setAccessibleName("Results")
        self.enlarge_button = enlarging_button(self)
        self.enlarge_button.setToolTip("Enlarge what is in front; a right click offers a window of its own")
        self.enlarge_button.setAccessibleName("Enlarge what is in front")
        self.enlarge_button.clicked.connect(self.enlarge_front)
        self.enlarge_button.customContextMenuRequested.connect(self.open_menu_of_front)
        self.test: Any = self._view("test")
        self.space, self.layers = self._view("plane"), self._view("layers")
        self.offer(RUNS, False)
        self._follow_kind()
        self.problems.reveal.connect(self._reveal)
        for said in (self.problems.told, self.runs.said):
            said.connect(self.said)
        self.test.change_wanted.connect(studio.change_setting)
        self.test.figures_shown.connect(self.room_changed)
        self.problems.counted.connect(self._count)
        self.currentChanged.connect(self._place_tools)
        self.room_changed.connect(self._place_tools)
        self.runs.comparable.connect(self._offer_runs)
        studio.trainer.started.connect(lambda: self.runs.lock(True))
        studio.trainer.ended.connect(lambda *_: self.runs.lock(False))
        studio.trainer.started.connect(self._started)
        studio.trainer.reported.connect(self._reported)
        studio.trainer.marked.connect(self.curves.add_mark)
        studio.trainer.ended.connect(self._ended)
        studio.session.trained_changed.connect(self._trained)
        studio.looked.connect(self._place_map)
        studio.document.changed.connect(self._follow_kind)
        studio.session.replaced.connect(self._follow_kind)
        studio.session.replaced.connect(self.go_back)
        theme.notifier().changed.connect(self._dress)
        self.problems.refresh()

    # The views of what is learned

    @property
    def _map_name(self) -> str:
        return "" if self._map is None else self._map[0]

    def view(self, name: str) -> QWidget | None:
        """A view of what is learned now, by its name; None where it is not among them."""
        return self._views.get(name) if self._kind is not None and name in self._kind[1] else None

    def _view(self, name: str) -> Any:
        """A view, made when it is first needed."""
        if name not in self._views:
            view = self._views[name] = RESULTS[name].make(self._studio)
            for signal, heard in (
                ("sample_chosen", self._try_sample),
                ("reveal", self._reveal),
                ("said", self.said),
            ):
                if hasattr(view, signal):
                    getattr(view, signal).connect(heard)
        return self._views[name]

    @Slot()
    def _follow_kind(self, *_values: object) -> None:
        """Have the views of what is to be learned now; those that another kind has too stay as they are."""
        kind = self._studio.kind
        names = USUAL if kind is None else kind.results
        now = ("" if kind is None else kind.name, names)
        if now == self._kind:
            return
        self._kind = now
        maps = [(name, self._view(name)) for name in names if name != CURVES and RESULTS[name].is_map]
        self._map = maps[0] if maps else None
        views = {name: (RESULTS[name].title, self._view(name)) for name in names if name != CURVES}
        views[CURVES] = ("Curves", self.curves_page)
        ordered = {name: views[name] for name in names}
        ordered |= {RUNS: ("Runs", self.runs), PROBLEMS: (self._problem_words, self.problems)}
        beside = Beside() if self._map is None else Beside(self._map[0], self._map[1].fits, self._map[1].is_wide)
        self.set_views(now[0], ordered, names[0], beside)
        self._place_map()
        if self._map is not None:
            self._map[1].show_data(self._studio.look())

    # What the window may ask for

    @Slot()
    def show_problems(self) -> None:
        """Bring the list of problems to the front."""
        self.bring(PROBLEMS)

    def show_repairs(self, problem: Problem) -> None:
        """Bring a problem to the front, and the keyboard to the first thing that mends it."""
        self.show_problems()
        self.problems.take_keyboard(problem)

    @Slot()
    def measure_layers(self) -> None:
        """Measure what the layers cost, and show the table it goes into."""
        self.bring("layers")
        self.layers.start()

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the point that is tried out: a row of inputs, None for none."""
        if self._map is not None:
            self._map[1].show_tried(row)

    @Slot(str)
    def _reveal(self, layer: str) -> None:
        self.go_back()  # else nobody would see the diagram
        self.reveal.emit(layer)

    @Slot(object)
    def _try_sample(self, sample: np.ndarray) -> None:
        if self.sender() is not self._views.get(self._map_name):  # the map shows what is tried, however large it is
            self.go_back()
        self.sample_chosen.emit(sample)

    # Following

    @property
    def shows_curves_alone(self) -> bool:
        """Whether nothing but curves is on show, for which little height will do."""
        return self.currentWidget() is self.curves_page and self.curves_page.beside is None

    @property
    def shows_matrix(self) -> bool:
        """Whether it is on show which class was predicted as which, or which value as what."""
        return bool(self.test.shows_figures) and self.currentWidget() is self.test

    @Slot()
    def _place_map(self, *_look: object) -> None:
        """What the network has found stands beside the curves, where it fits the data and there is room."""
        if self._map is not None:
            name, found = self._map
            self.set_title(name, found.title)
            self.set_beside(Beside(name, found.fits, found.is_wide))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()

    @Slot()
    def _place_tools(self, *_tab: int) -> None:
        """What belongs to the curves lies on the line of the tabs, so that the curves are higher; where there is no
        room for it, above them."""
        tools, tabs, button = self.curves.tools, self.tabBar(), self.enlarge_button
        middle = tabs.y() + tabs.height() // 2
        right = self.width() - SPACING.medium - button.width()
        button.move(right, middle - button.height() // 2)
        button.raise_()
        wanted = tools.sizeHint()
        left = right - SPACING.small - wanted.width()
        if (
            left < tabs.sizeHint().width() + SPACING.wide
            or self.curves_page.window() is not self.window()
            or (self.is_enlarged)
        ):
            if tools.parentWidget() is self:
                self.curves.keep_tools()
            return
        if tools.parentWidget() is not self:
            tools.setParent(self)
        tools.setGeometry(left, middle - wanted.height() // 2, wanted.width(), wanted.height())
        tools.setVisible(self.currentWidget() is self.curves_page)
        tools.raise_()

    @Slot()
    def _dress(self) -> None:
        self.enlarge_button.setIcon(theme.icon("enlarge"))

    @Slot(bool)
    def _offer_runs(self, several: bool) -> None:
        """The tab of runs is there once there are several."""
        self.offer(RUNS, several)
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
        self.show_progress()

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if report.channels:
            self.curves.set_channels(report.channels)
        self._show_floor(report.floor)
        if report.folds is not None and self._studio.trainer.running:
            self.test.show_folds(report.folds)
            self.curves.empty.setText(_FOLDS_FIRST if report.stage else EMPTY)
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
        total = errors + others
        self._problem_words = f"Problems ({total})" if total else "Problems"
        self.set_title(PROBLEMS, self._problem_words)
        self._place_tools()

    _problem_words = "Problems"
