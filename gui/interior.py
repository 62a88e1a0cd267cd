"""All that stands in a window. Importing this imports nearly the whole program, once the frame is on screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from gui.actions import make_actions
from gui.canvas.view import Canvas
from gui.data.looking import Looking
from gui.data_opening import DataOpening
from gui.dialogs import Dialogs
from gui.dropping import Dropping
from gui.endpoint_labels import Ends
from gui.examples.collecting import Collecting
from gui.examples.handwriting import Handwriting
from gui.examples.point_sets import PointSets
from gui.exporting import Exporting, TableExport
from gui.files import Files
from gui.help.help import Help
from gui.help.tour import Tour, TourPlaces
from gui.menus import Menus
from gui.my_blocks import MyBlocks
from gui.panels.inspector import Inspector
from gui.panels.outline import Outline
from gui.panels.palette import Palette
from gui.refusals import Refusals
from gui.results import Results
from gui.run_controls import RunControls
from gui.scoring import Scoring
from gui.status import StatusLine
from gui.tasks.tryout import PANELS
from gui.toolbar import Toolbar
from gui.tryout.host import TryoutHost
from gui.wall.opening import WallOpening
from gui.workspace import Workspace


class Interior:
    """The panels of a window and what serves them, not yet connected with each other by way of the window."""

    def __init__(self, window: QMainWindow, may_replace_block: Callable[[str], bool]) -> None:
        self.studio = Workspace(window)
        self.commands: dict[str, QAction] = make_actions(window)
        self.canvas = Canvas(self.studio.document)
        self.palette_panel = Palette()
        self.outline = Outline(self.canvas)
        self.inspector = Inspector(self.studio.document)
        self.tryout = TryoutHost(self.studio)
        for name, panel in PANELS.items():
            self.tryout.offer(name, panel(self.studio.predictions))
        self.handwriting = Handwriting(self.studio, self.tryout)
        self.results = Results(self.studio)
        self.toolbar = Toolbar(self.studio.document, self.commands)
        self.status = StatusLine(window)
        self.refusals = Refusals(self.status)
        self.dialogs = Dialogs(window)
        self.files = Files(self.studio, self.dialogs, window)
        self.point_sets = PointSets(self.studio, self.results.space.painter, self.dialogs, window)
        self.commands["paint"].triggered.connect(self.point_sets.begin)
        self.handwriting.judged.connect(self.results.runs.show_own)
        self.collecting = Collecting(self.studio, self.handwriting, self.dialogs, window)
        for asked in (self.commands["collect"].triggered, self.tryout.pad.own.collect):
            asked.connect(self.collecting.open)
        self.looking = Looking(self.studio, self.commands["look"], window)
        self.wall = WallOpening(self.studio, self.commands, window)
        for opener in (self.looking, self.wall):
            self.inspector.data.look.connect(opener.open)
        self.scoring = Scoring(self.studio, self.files, self.commands["score"], window)
        self.tryout.table.follow(self.commands["score"])
        self.opening = DataOpening(self.studio, self.inspector.data, self.status.say)
        self.dropping = Dropping(self.studio, self.files, self.tryout, self.opening, self.status.say)
        self.ends = Ends(self.studio, self.canvas)
        self.controls = RunControls(self.studio, self.commands, self.toolbar)
        self.exporting = Exporting(self.canvas, self.files, self.commands, self.status.say)
        self.table_export = TableExport(self.results.layers, self.files, self.commands["table"])
        self.menus = Menus(
            window, self.studio, self.files, self.commands, self.canvas.actions_, self.outline.own_actions
        )
        self.my_blocks = MyBlocks(may_replace_block, window)
        places = TourPlaces(self.canvas, self.tryout, self.toolbar.train, self.inspector)
        self.tour = Tour(window, self.studio, places)
        self.help = Help(window, self.studio.document, self.commands, self.tour, self.canvas.announce)
