"""The main window: puts the panels together. What they do lives with them, and in the workspace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from engine.graph.advice.problems import Problem
from gui.actions import make_actions
from gui.background import AGAIN_MS, under_way
from gui.canvas.view import Canvas
from gui.data_opening import DataOpening
from gui.dialogs import Dialogs
from gui.dropping import Dropping
from gui.endpoint_labels import Ends
from gui.exporting import Exporting, TableExport
from gui.files import Files
from gui.first_run import FirstSight
from gui.focus import is_plain, next_stop, press_by_enter
from gui.help.help import Help
from gui.help.tour import Tour, TourPlaces
from gui.menus import Menus
from gui.my_blocks import MyBlocks
from gui.panel_sizes import PanelSizes
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.inspector import Inspector
from gui.panels.outline import Outline
from gui.panels.palette import Palette
from gui.plain_text import window_title
from gui.refusals import Refusals
from gui.results import Results
from gui.run_controls import RunControls
from gui.settings_file import settings
from gui.status import StatusLine
from gui.tasks.tryout import PANELS
from gui.theme.style import hairline, set_role
from gui.toolbar import Toolbar
from gui.training.run_state import RunState
from gui.training.run_words import run_words
from gui.tryout.host import TryoutHost
from gui.workspace import Workspace

WARM_UP_AFTER_MS = 300
"""How long after the start torch is loaded: by then the window has been painted, which comes first."""


FRAME = QSize(16, 48)
"""About how much a desktop's title bar and borders take; Qt does not know it before the window is shown."""


class Window(QMainWindow):
    """One project on screen."""

    def __init__(self) -> None:
        super().__init__()
        self.studio = Workspace(self)
        self.session, self.document = self.studio.session, self.studio.document
        self.commands: dict[str, QAction] = make_actions(self)
        self.canvas = Canvas(self.document)
        self.palette_panel = Palette()
        self.outline = Outline(self.canvas)
        self.left = QTabWidget()
        self.inspector = Inspector(self.document)
        self.tryout = TryoutHost(self.studio)
        for name, panel in PANELS.items():
            self.tryout.offer(name, panel(self.studio.predictions))
        self.results = Results(self.studio)
        self.toolbar = Toolbar(self.document, self.commands)
        self.status = StatusLine(self)
        self.refusals = Refusals(self.status)
        self.dialogs = Dialogs(self)
        self.files = Files(self.studio, self.dialogs, self)
        self.opening = DataOpening(self.studio, self.inspector.data, self.status.say)
        self.dropping = Dropping(self.studio, self.files, self.tryout, self.opening, self.status.say)
        self.ends = Ends(self.studio, self.canvas)
        self.controls = RunControls(self.studio, self.commands, self.toolbar)
        self.exporting = Exporting(self.canvas, self.files, self.commands, self.status.say)
        self.table_export = TableExport(self.results.layers, self.files, self.commands["table"])
        self.menus = Menus(
            self, self.studio, self.files, self.commands, self.canvas.actions_, self.outline.own_actions
        )
        self.my_blocks = MyBlocks(self._may_replace_block, self)
        self._lay_out()
        self._connect()
        self._connect_blocks()
        places = TourPlaces(self.canvas, self.tryout, self.toolbar.train, self.inspector)
        tour = Tour(self, self.studio, places)
        self.tryout.drawn.connect(tour.drawn)
        self.help = Help(self, self.document, self.commands, tour, self.canvas.announce)
        self._asked_for: Path | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 640)
        self._restore_geometry()
        width = self.palette_panel.first_width
        self.panel_sizes = PanelSizes(self, self._sides, self._middle, self.results, width)

    def _lay_out(self) -> None:
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._middle.addWidget(self.canvas)
        self._middle.addWidget(self.results)
        self._right.addWidget(self.inspector)
        self._right.addWidget(self.tryout)
        self.left.setDocumentMode(True)
        self.left.setAccessibleName("Palette or outline")
        self.left.tabBar().setAccessibleName("Palette or outline")
        self.left.addTab(self.palette_panel, "Palette")
        self.left.addTab(self.outline, "Outline")
        for widget in (self.left, self._middle, self._right):
            self._sides.addWidget(widget)
        for splitter in (self._sides, self._middle, self._right):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.left.setMinimumWidth(192)
        self._right.setMinimumWidth(280)
        self.tryout.setMinimumHeight(372)
        self.results.setMinimumHeight(150)
        self._sides.setStretchFactor(1, 1)
        self._middle.setStretchFactor(0, 1)
        body = QWidget()
        set_role(body, "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(hairline())
        self._body = QStackedWidget()
        self._body.addWidget(self._sides)
        self._body.addWidget(self.results.enlarged)
        column.addWidget(self._body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        self.palette_panel.picked.connect(self.canvas.pick_up)
        self.palette_panel.wanted.connect(self.canvas.add)
        self.canvas.problem_clicked.connect(self.show_problem)
        self.inspector.outline_wanted.connect(self.show_outline)
        self.canvas.node_activated.connect(self._activated)
        self.inspector.choose_dataset.connect(self.choose_dataset)
        self.studio.training_started.connect(self.canvas.cancel)
        self.inspector.replaced.connect(self.canvas.ask_to_replace)
        self.toolbar.choose_dataset.connect(self.choose_dataset)
        self.inspector.choose_data_file.connect(self.dropping.choose_data)
        self.commands["open_data"].triggered.connect(self.dropping.choose_data)
        self.commands["dataset"].triggered.connect(self.choose_dataset)
        self.commands["undo_stroke"].triggered.connect(self.tryout.undo_stroke)
        self.commands["clear_pad"].triggered.connect(self.tryout.clear_pad)
        self.commands["outline"].triggered.connect(self.show_outline)
        self.commands["close"].triggered.connect(self.close)
        self.commands["about"].triggered.connect(self.show_about)
        for teller in (self.document.complain, self.studio.notice):
            teller.connect(self.status.say)
        for refused in (self.inspector.refused, self.toolbar.refused):
            refused.connect(self.refusals.say)
            refused.connect(self.canvas.announce)
        self.document.complain.connect(self.refusals.keep)
        self.document.settled.connect(self.refusals.take_back)
        self.session.journal_failed.connect(self.status.say)
        self.studio.reminder.connect(self.status.remind)
        self.studio.offered.connect(self.status.offer)
        self.status.change_wanted.connect(self.studio.change_setting)
        self.studio.reminder.connect(self.canvas.announce)
        self.studio.telemetry_state_changed.connect(self.canvas.announce_run)
        self.studio.notice.connect(self.canvas.announce)
        self.studio.trouble.connect(self.canvas.announce_trouble)
        self.studio.looked.connect(self.inspector.set_look)
        self.studio.trouble.connect(self._trouble)
        self.studio.not_ready.connect(self.show_repairs)
        self.studio.data_missing.connect(self.choose_dataset)
        self.session.titled.connect(self._show_title)
        self.session.replaced.connect(self._replaced)
        self.files.reading.connect(self.canvas.expect_much)
        self.document.analysed.connect(self._show_state)
        self.document.changed.connect(self.status.outdate)
        self.studio.telemetry_state_changed.connect(self.status.outdate)
        self.studio.state_changed.connect(self._show_run)
        self.studio.state_changed.connect(self._show_title)
        self._show_run(self.studio.state)
        self.status.problems_clicked.connect(self.show_problems)
        self.results.said.connect(self.status.say)
        self.results.reveal.connect(self.canvas.reveal)
        self.studio.costs_changed.connect(self.canvas.set_costs)
        self.studio.costs_changed.connect(self.inspector.set_costs)
        self.results.sample_chosen.connect(self.tryout.try_sample)
        self.tryout.row_tried.connect(self.results.show_tried)
        self.commands["measure"].triggered.connect(self.results.measure_layers)
        self.commands["enlarge"].triggered.connect(self.results.enlarge_chosen)
        self.commands["detach"].triggered.connect(self.results.detach_chosen)
        self.results.enlarging.connect(self._enlarge)
        self.results.window_actions = list(self.commands.values())
        self.canvas.actions_.find.triggered.connect(self.results.go_back)

    def _connect_blocks(self) -> None:
        """Put the user's blocks into the palette, and the inspector's page for a block to the canvas's commands."""
        kept, folding, page = self.my_blocks, self.canvas.folding, self.inspector.block
        kept.told.connect(self.status.say)
        kept.changed.connect(self.palette_panel.refresh)
        folding.kept.connect(kept.keep)
        self.palette_panel.unwanted.connect(kept.remove)
        page.titled.connect(folding.set_title)
        page.made_changed.connect(folding.set_made)
        page.step_wanted.connect(folding.enter)
        page.unfold_wanted.connect(folding.unfold)
        page.own_wanted.connect(folding.make_own)
        page.keep_wanted.connect(folding.keep)
        kept.load()

    def _may_replace_block(self, title: str) -> bool:
        return self.dialogs.replace(title)

    # Beginning and ending

    def begin(self, file: Path | None) -> None:
        """Show the file that was asked for, or the last one, or the example. A question waits for the window."""
        self._asked_for = file
        if self.files.will_ask(file):
            FirstSight(self).seen.connect(self._ask_and_begin)
        else:
            self.files.begin(file)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(WARM_UP_AFTER_MS, self.studio.warm_up)

    @Slot()
    def _ask_and_begin(self) -> None:
        if self.isVisible():
            self.canvas.fit_all()
            self.files.begin(self._asked_for)

    def focusNextPrevChild(self, next: bool) -> bool:
        around = [self.left, self.canvas, self.inspector, self.tryout, self.results]
        parts = [self.toolbar, *([self.results.enlarged] if self.results.is_enlarged else around), self.status]
        parts += self.help.cards
        widget = next_stop(parts, self.focusWidget(), next)
        if widget is None:
            return False
        widget.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What nothing else has a use for: Esc leads back to the diagram, Enter presses the button with focus."""
        if event.key() == Qt.Key.Key_Escape and is_plain(event):
            if self.results.is_enlarged:
                self.results.go_back()
            else:
                self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel_sizes.share()

    def closeEvent(self, event: QCloseEvent) -> None:
        if under_way():  # as when the desktop ends the session while a file is read: what was begun is finished first
            event.ignore()
            QTimer.singleShot(AGAIN_MS, self.close)
            return
        if not self.files.may_leave():
            event.ignore()
            return
        settings().setValue("geometry", self.saveGeometry())
        settings().setValue("map", self.canvas.shows_map)
        settings().setValue("left", self.left.currentIndex())
        settings().setValue("splitter/right", self._right.saveState())
        self.panel_sizes.keep()
        self.results.keep()
        self.hide()  # threads may need a moment to end; nobody has to watch that
        self.studio.close()
        event.accept()

    def _restore_geometry(self) -> None:
        if str(settings().value("map", True)).lower() == "false":
            self.canvas.hide_map()
        geometry = settings().value("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            # The frame that the desktop puts around the window needs room too.
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableGeometry().size() - FRAME))
        self.left.setCurrentIndex(1 if str(settings().value("left")) == "1" else 0)
        self._right.setSizes([450, 372])
        state = settings().value("splitter/right")
        if isinstance(state, QByteArray):
            self._right.restoreState(state)

    # Showing

    @Slot()
    def _show_title(self, *_values: object) -> None:
        # What a run has learned so far would be lost with the window too.
        name, dirty = self.session.name, self.session.dirty or self.studio.training
        self.setWindowTitle(f"{window_title(name)}[*]")
        self.setWindowModified(dirty)
        self.toolbar.show_title(name, dirty)

    @Slot()
    def _replaced(self) -> None:
        self._show_title()
        self.status.clear()
        self.status.show_analysis(self.document.whole_analysis)
        self.canvas.forget_views()
        self.palette_panel.clear_search()  # what was looked for there belongs to the drawing before
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        # The view has its size only after the first layout.
        QTimer.singleShot(0, self.canvas.fit_all)

    @Slot()
    def _show_state(self, _analysis: object = None) -> None:
        self.status.show_analysis(self.document.whole_analysis)

    @Slot(object)
    def _show_run(self, state: RunState) -> None:
        words = run_words(state)
        self.status.show_run(words.status)
        self.status.stand(words.standing, state.remedy)

    @Slot(bool)
    def _enlarge(self, large: bool) -> None:
        """Show a view of the results over the middle of the window, or what there is usually."""
        self._body.setCurrentWidget(self.results.enlarged if large else self._sides)
        (self.results.enlarged.back if large else self.canvas).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def show_problem(self, id: str) -> None:
        """Select the layer with the problem and bring it into view: the inspector shows its repairs."""
        self.results.go_back()
        self.canvas.reveal(id)

    @Slot()
    def show_outline(self) -> None:
        """Bring the outline to the front and the keyboard to it."""
        self.results.go_back()
        self.left.setCurrentWidget(self.outline)
        self.outline.take_keyboard()

    @Slot()
    def show_problems(self) -> None:
        """Bring the list of problems to the front."""
        self.results.show_problems()

    @Slot(object)
    def show_repairs(self, problem: Problem) -> None:
        """Bring a problem of the whole drawing to the front, and the keyboard to the first thing that mends it."""
        self.document.go(())
        self.results.show_repairs(problem)

    @Slot()
    def show_about(self) -> None:
        """Say which version of the program this is."""
        self.dialogs.about()

    @Slot(str, str, str)
    def _trouble(self, title: str, sentence: str, node: str) -> None:
        if node in self.document.whole.nodes:
            self.document.go(())  # inside a block the same id is another layer's
            self.results.go_back()
            self.canvas.reveal(node)
        self.status.say(f"{title}: {sentence}", serious=True)

    @Slot(str)
    def unexpected(self, sentence: str) -> None:
        """Tell of an error that nothing else has caught."""
        self.status.say(sentence, serious=True)

    @Slot(str)
    def _activated(self, id: str) -> None:
        """A double click or Enter on a node: the data block asks which data, the others take the keyboard."""
        if self.document.graph.nodes[id].kind == "Input" and not self.document.path:
            self.choose_dataset()
        else:
            self.document.select([id])
            self.inspector.edit_first()

    @Slot()
    def choose_dataset(self) -> None:
        """Open the list of datasets."""
        dialog = DatasetDialog(self.document.recipe.dataset, self.studio.data, self)
        dialog.chosen.connect(self.studio.choose_dataset)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # Files dropped onto the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.dropping.takes(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self.dropping.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.dropping.takes(event.mimeData()):
            event.acceptProposedAction()
            self.dropping.drop(event.mimeData())
