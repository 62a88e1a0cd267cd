"""The main window: puts the panels together. What they do lives with them, and in the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QShowEvent

from gui.frame import Frame
from gui.open_windows import open_windows
from gui.settings_file import settings

# What the frame does not need is imported where it is used: the frame is on the screen before it is loaded.
if TYPE_CHECKING:
    from pathlib import Path

    from engine.graph.advice.problems import Problem
    from gui.training.run_state import RunState


class Window(Frame):
    """One project on screen. It is furnished at once unless ``furnished`` says that this is done later."""

    def __init__(self, *, furnished: bool = True) -> None:
        super().__init__()
        self.is_furnished = False
        self._asked_for: Path | None = None
        if furnished:
            self.furnish()

    def furnish(self) -> None:
        """Put the panels into their places and connect them. The first time in a program this loads nearly all of it.
        """
        from gui.interior import Interior

        made = Interior(self, self._may_replace_block)
        self.studio, self.session, self.document = made.studio, made.studio.session, made.studio.document
        self.commands, self.canvas, self.results = made.commands, made.canvas, made.results
        self.palette_panel, self.outline, self.inspector = made.palette_panel, made.outline, made.inspector
        self.tryout, self.toolbar, self.status, self.refusals = made.tryout, made.toolbar, made.status, made.refusals
        self.dialogs, self.files, self.opening, self.dropping = made.dialogs, made.files, made.opening, made.dropping
        self.looking, self.wall, self.scoring = made.looking, made.wall, made.scoring
        self.ends, self.controls, self.menus, self.my_blocks = made.ends, made.controls, made.menus, made.my_blocks
        self.exporting, self.table_export, self.help = made.exporting, made.table_export, made.help
        self.handwriting, self.collecting = made.handwriting, made.collecting
        for place, panel in (
            ("toolbar", self.toolbar),
            ("palette", self.palette_panel),
            ("outline", self.outline),
            ("canvas", self.canvas),
            ("results", self.results),
            ("inspector", self.inspector),
            ("tryout", self.tryout),
            ("status", self.status),
        ):
            self.put(place, panel)
        self._body.addWidget(self.results.enlarged)
        if str(settings().value("map", True)).lower() == "false":
            self.canvas.hide_map()
        self._connect()
        self._connect_windows()
        self._connect_blocks()
        self.tryout.drawn.connect(made.tour.drawn)
        self.setAcceptDrops(True)
        self.panel_sizes.furnish(self.results, self.palette_panel.first_width)
        self.is_furnished = True

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
        self.commands["open_folder"].triggered.connect(self.dropping.choose_folder)
        self.commands["dataset"].triggered.connect(self.choose_dataset)
        self.commands["undo_stroke"].triggered.connect(self.tryout.undo_stroke)
        self.commands["clear_pad"].triggered.connect(self.tryout.clear_pad)
        self.commands["outline"].triggered.connect(self.show_outline)
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
        self.studio.trainer.reported.connect(self.inspector.show_report)
        self.inspector.goal.augmentation.wanted.connect(self.studio.variants.ask)
        self.studio.variants.made.connect(self.inspector.goal.augmentation.show_variants)
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
        for own in (self.handwriting.told, self.collecting.told):
            own.connect(self.status.say)
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
        folding.kept.connect(kept.keep)
        self.palette_panel.unwanted.connect(kept.remove)
        page.titled.connect(folding.set_title)
        page.made_changed.connect(folding.set_made)
        page.step_wanted.connect(folding.enter)
        page.unfold_wanted.connect(folding.unfold)
        page.own_wanted.connect(folding.make_own)
        page.keep_wanted.connect(folding.keep)
        kept.load()

    def _connect_windows(self) -> None:
        """What is changed here is changed for all windows, and the reverse."""
        windows = open_windows()
        self.session.titled.connect(windows.changed)
        self.files.recent_changed.connect(windows.recent_changed)
        windows.recent_changed.connect(self.menus.fill_recent)
        self.my_blocks.changed.connect(windows.blocks_changed)
        windows.blocks_changed.connect(self.palette_panel.refresh)

    def _may_replace_block(self, title: str) -> bool:
        return self.dialogs.replace(title)

    # Beginning and ending

    def begin(self, file: Path | None) -> None:
        """Show the file that was asked for, or the last one, or the example. A question waits for the window."""
        from gui.first_run import FirstSight

        self._asked_for = file
        if self.files.will_ask(file):
            FirstSight(self).seen.connect(self._ask_and_begin)
        else:
            self.files.begin(file)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self.studio.warm_up)

    def begin_empty(self) -> None:
        """Show a drawing without layers."""
        self.session.new("empty")
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self.studio.warm_up)

    @property
    def file(self) -> Path | None:
        """The file of the project on show."""
        return self.session.path if self.is_furnished else None

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has done anything here that another project would take away."""
        if not self.is_furnished or self.session.path is not None or self.session.dirty or self.studio.training:
            return False
        return not (self.document.can_undo or self.document.can_redo)

    @Slot()
    def _ask_and_begin(self) -> None:
        if self.isVisible():
            self.canvas.fit_all()
            self.files.begin(self._asked_for)

    def focusNextPrevChild(self, next: bool) -> bool:
        if not self.is_furnished:
            return False
        around = [self.left, self.canvas, self.inspector, self.tryout, self.results]
        from gui.focus import next_stop

        parts = [self.toolbar, *([self.results.enlarged] if self.results.is_enlarged else around), self.status]
        parts += self.help.cards
        widget = next_stop(parts, self.focusWidget(), next)
        if widget is None:
            return False
        widget.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What nothing else has a use for: Esc leads back to the diagram, Enter presses the button with focus."""
        if not self.is_furnished:
            return
        from gui.focus import is_plain, press_by_enter

        if event.key() == Qt.Key.Key_Escape and is_plain(event):
            if self.results.is_enlarged:
                self.results.go_back()
            else:
                self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.is_furnished:
            open_windows().remove(self)
            event.accept()
            return
        from gui.background import AGAIN_MS, under_way

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
        open_windows().remove(self)
        self.hide()  # threads may need a moment to end; nobody has to watch that
        self.wall.close()
        self.scoring.close()
        self.studio.close()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        open_windows().add(self, lambda: self.file)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            open_windows().use(self)

    # Showing

    @Slot()
    def _show_title(self, *_values: object) -> None:
        from gui.plain_text import window_title

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
        from gui.training.run_words import run_words

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
        from gui.panels.dataset_dialog import DatasetDialog

        recipe = self.document.recipe
        own = str(recipe.dataset_options.get("path", ""))
        dialog = DatasetDialog(recipe.dataset, self.studio.data, self, own=own)
        dialog.chosen.connect(self.studio.choose_dataset)
        dialog.own_chosen.connect(self.collecting.use)
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
