"""What the network should learn: the kinds of learning that fit the data, each with its sentence, one of them chosen.

Choosing one is one step of undo and leaves the drawing as it is. Where the drawing does not fit the kind, templates
that do are offered below.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QRadioButton, QVBoxLayout, QWidget

from engine.data import catalogue
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import Severity
from engine.graph.signature import Signature
from engine.graph.templates.template import Template
from engine.tasks.kind import TaskKind
from engine.tasks.registry import AUTOMATIC, chosen_kind, kinds_for
from engine.training.data_loading import kind_chosen
from engine.training.recipe import Recipe
from gui.document import Document
from gui.panels.wrapped_button import WrappedButton
from gui.plain_text import PlainLabel, caption, plain_tip
from gui.theme.style import set_role

TASK_KIND = "task.kind"
"""The path of the setting."""
MOST_OFFERED = 3


class TaskChooser(QWidget):
    """Cards with a radio button each, and below them the templates to begin with."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.cards: dict[str, KindCard] = {}
        """By the name of the kind, in their order."""
        self.offers: dict[str, QPushButton] = {}
        """By the name of the template."""
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._begin = PlainLabel("The diagram is for something else. Repair it, or begin with:")
        self._begin.setWordWrap(True)
        set_role(self._begin, "caption")
        self._column.addWidget(self._begin)
        self._begin.hide()

    def show_kinds(self, chosen: TaskKind | None) -> None:
        """Offer the kinds that fit the document's data, of which ``chosen`` is the one there is."""
        recipe = self._document.recipe
        data = catalogue.schema_if_known(recipe.dataset, recipe.dataset_options)
        fitting = () if data is None else kinds_for(data)
        if tuple(self.cards) != tuple(kind.name for kind in fitting):
            self._rebuild(fitting)
        for name, card in self.cards.items():
            card.button.setChecked(chosen is not None and name == chosen.name)
        self._offer(chosen)

    def _rebuild(self, kinds: tuple[TaskKind, ...]) -> None:
        for card in self.cards.values():
            self._group.removeButton(card.button)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {kind.name: KindCard(kind) for kind in kinds}
        for place, card in enumerate(self.cards.values()):
            self._group.addButton(card.button)
            self._column.insertWidget(place, card)

    @Slot()
    def _chosen(self, *_button: object) -> None:
        """Learn this from now on. What the data is learned from by itself is left to it."""
        recipe = self._document.recipe
        data = catalogue.schema_if_known(recipe.dataset, recipe.dataset_options)
        name = next((name for name, card in self.cards.items() if card.button.isChecked()), None)
        if name is None or data is None:
            return
        by_itself = chosen_kind(AUTOMATIC, data).name == name
        kind = kind_chosen(recipe)
        if kind is None or kind.name != name:
            title = self.cards[name].button.text()
            self._document.set_recipe(
                f"Choose {title}", recipe.with_setting(TASK_KIND, AUTOMATIC if by_itself else name)
            )
            self._document.settle()

    # Templates

    def _offer(self, kind: TaskKind | None) -> None:
        """Templates that fit the kind, where the drawing does not."""
        first, signature = self._document.whole_analysis.obstacle, self._document.whole_signature
        wanted: tuple[Template, ...] = ()
        if kind is not None and signature is not None and first is not None and first.severity == Severity.ERROR:
            graph, its_own = self._document.whole, signature.target.last_layer
            others = any(node.declaration.fitted and node.kind != its_own for node in graph.nodes.values())
            wanted = _templates_for(kind.name, signature) if others or not kind.automatic else ()
        self._begin.setVisible(bool(wanted))
        if tuple(self.offers) == tuple(template.name for template in wanted):
            return
        for button in self.offers.values():
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.offers = {}
        for template in wanted:
            button = WrappedButton(caption(template.title))
            button.setToolTip(plain_tip(template.summary))
            button.clicked.connect(self._draw)
            self._column.addWidget(button)
            self.offers[template.name] = button

    @Slot()
    def _draw(self) -> None:
        """Put the drawing of a template in the place of the one there is; the settings stay."""
        sender = self.sender()
        name = next((name for name, button in self.offers.items() if button is sender), None)
        if name is not None:
            template = templates.describe(name)
            self._document.edit_whole(f"Draw {template.title}", lambda _graph: template.draw())


class KindCard(QFrame):
    """One kind: a radio button with its title, and its sentence; a click anywhere chooses it."""

    def __init__(self, kind: TaskKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.button = QRadioButton(kind.title)
        self.button.setAccessibleDescription(kind.summary)
        words = PlainLabel(kind.summary)
        words.setWordWrap(True)
        set_role(words, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.button.click()
        super().mouseReleaseEvent(event)


@cache
def _templates_for(kind: str, signature: Signature) -> tuple[Template, ...]:
    """The first templates for a kind of learning whose drawings fit what is asked of them."""
    found = []
    for name in templates.names():
        template = templates.describe(name)
        made_for = kind_chosen(Recipe().with_settings(template.recipe))
        if made_for is not None and made_for.name == kind and analyse(template.draw(), signature).ready:
            found.append(template)
        if len(found) == MOST_OFFERED:
            break
    return tuple(found)
