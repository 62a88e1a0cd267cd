"""The inspector: the page that belongs to what is selected."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.counting import counted
from engine.inspection.costs import Costs
from engine.training.telemetry import Report
from gui.dataset_preview import DatasetPreview
from gui.document import Document
from gui.panels.block_page import BlockPage
from gui.panels.card_focus import keyboard_kept
from gui.panels.commit_edit import finish_typing
from gui.panels.data_page import DataPage
from gui.panels.fields import Field
from gui.panels.goal_page import GoalPage
from gui.panels.layer_page import LayerPage
from gui.panels.overview_page import OverviewPage
from gui.panels.problem_card import ProblemCard
from gui.plain_text import PlainLabel
from gui.theme.style import notifier, set_role


class Inspector(QScrollArea):
    """Shows a layer, the data, the goal, several layers, or the whole network."""

    choose_dataset = Signal()
    outline_wanted = Signal()
    refused = Signal(str)
    replaced = Signal(str)
    choose_data_file = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._look: DatasetPreview | None = None
        self._in_view: tuple[QWidget, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        self.layer = LayerPage(document)
        self.block = BlockPage(document)
        self.data = DataPage(document)
        self.goal = GoalPage(document)
        self.overview = OverviewPage(document)
        self.several = _SeveralPage()
        self._stack = _Stack()
        set_role(self._stack, "panel")
        for page in (self.overview, self.layer, self.block, self.data, self.goal, self.several):
            self._stack.addWidget(page)
        self.setWidget(self._stack)
        for page in (self.layer, self.block, self.data, self.goal):
            page.refused.connect(self.refused)
        self.layer.replaced.connect(self.replaced)
        self.data.choose.connect(self.choose_dataset)
        self.data.choose_file.connect(self.choose_data_file)
        self.goal.chooser.shown.connect(self._bring_into_view)
        self.overview.outline.clicked.connect(self.outline_wanted)
        document.selection_changed.connect(self._selected)
        document.analysed.connect(self.refresh)
        notifier().changed.connect(self.refresh)
        self.refresh()

    @property
    def page(self) -> QWidget | None:
        """The page on show."""
        return self._stack.currentWidget()

    def set_look(self, look: DatasetPreview | None) -> None:
        """What is known of the recipe's dataset (None: still loading)."""
        self._look = look
        self.goal.augmentation.set_look(look)
        if self.page is self.data:
            self.data.show_recipe(look)

    @Slot(object)
    def show_report(self, report: Report) -> None:
        """How far the run under way is."""
        self.data.show_report(None if report.ended else report)

    @Slot(object)
    def set_costs(self, costs: Costs | None) -> None:
        """What the layers were measured to cost."""
        self.layer.set_costs(costs)

    @Slot()
    def refresh(self, *_values: object) -> None:
        """Show the page of what is selected now, with its present values."""
        with keyboard_kept(self, self._cards):
            self._show_selected()

    @Slot(QWidget, QWidget)
    def _bring_into_view(self, first: QWidget, last: QWidget) -> None:
        """Scroll as little as shows all from ``first`` to ``last``, or as much of it as there is room for."""
        self._in_view = (first, last)
        QTimer.singleShot(0, self, self._lay_out_and_scroll)

    @Slot()
    def _lay_out_and_scroll(self) -> None:
        QTimer.singleShot(0, self, self._scroll)  # the page is given its new height before

    @Slot()
    def _scroll(self) -> None:
        for widget in reversed(self._in_view):
            if isValid(widget) and widget.isVisible():
                self.ensureWidgetVisible(widget, 0, 12)

    @Slot(object)
    def _selected(self, _ids: object) -> None:
        finish_typing()  # in a field about what was selected before
        self.refresh()

    def _cards(self) -> list[ProblemCard]:
        """The problems on the page on show."""
        page = self.page
        return page.cards if isinstance(page, LayerPage | DataPage | GoalPage) else []

    def _show_selected(self) -> None:
        ids = [id for id in self._document.selection if id in self._document.graph.nodes]
        if not ids:
            self.overview.show_network()
            self._show(self.overview)
        elif len(ids) > 1:
            facts = self._document.analysis.nodes
            self.several.show_count(len(ids), sum(facts[id].parameters or 0 for id in ids))
            self._show(self.several)
        else:
            self._show_one(ids[0])

    def edit_first(self) -> None:
        """Put the keyboard on the first setting of the page on show."""
        page = self.page
        fields = page.findChildren(Field) if page is not None else []
        for field in fields:
            if field.isVisible() and field.isEnabled():
                field.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _show_one(self, id: str) -> None:
        kind = self._document.graph.nodes[id].kind
        if self._document.graph.nodes[id].block is not None:
            self.block.show_node(id)
            self._show(self.block)
        elif self._document.path and kind in ("Input", "Output"):
            self.layer.show_node(id)
            self._show(self.layer)
        elif kind == "Input":
            self.data.show_node(id, self._look)
            self._show(self.data)
        elif kind == "Output":
            self.goal.show_node(id)
            self._show(self.goal)
        else:
            self.layer.show_node(id)
            self._show(self.layer)

    def _show(self, page: QWidget) -> None:
        if self.page is not page:
            self._stack.setCurrentWidget(page)
            self.verticalScrollBar().setValue(0)


class _Stack(QStackedWidget):
    """A stack as high as the page it shows, so that short pages do not scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self._resized)

    def _resized(self, _index: int) -> None:
        for number in range(self.count()):
            page = self.widget(number)
            if page is None:
                continue
            shown = page is self.currentWidget()
            policy = page.sizePolicy()
            policy.setVerticalPolicy(policy.Policy.Preferred if shown else policy.Policy.Ignored)
            page.setSizePolicy(policy)
        self.adjustSize()

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def heightForWidth(self, width: int) -> int:
        # Qt's own answer is that of the highest page, and of lists as high as they like to be, not as they must.
        page = self.currentWidget()
        layout = page.layout() if page is not None else None
        return layout.minimumHeightForWidth(width) if layout is not None else -1

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class _SeveralPage(QWidget):
    """Several layers are selected."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        self._title, self._facts = PlainLabel(), PlainLabel()
        set_role(self._title, "title")
        set_role(self._facts, "quiet")
        self._facts.setWordWrap(True)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addStretch(1)

    def show_count(self, count: int, weights: int) -> None:
        self._title.setText(f"{count} layers selected")
        self._facts.setText(
            f"{counted(weights, 'parameter')} together. Drag to move them, Ctrl+C to copy, Ctrl+D to duplicate, Delete "
            "to remove."
        )
