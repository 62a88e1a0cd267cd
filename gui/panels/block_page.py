"""The inspector's page for a block: a layer's page with its title, the settings it was made from, and its commands."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from engine.graph.block import LONGEST_TITLE, Block
from engine.graph.blocks import ready
from engine.graph.nesting import copies
from gui.document import Document
from gui.keys_in_words import set_tip, with_key
from gui.panels.commit_edit import CommitEdit
from gui.panels.figures import layer_words
from gui.panels.form import FormRow, SettingsForm
from gui.panels.layer_page import LayerPage
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.wrapped_button import WrappedButton


class BlockPage(LayerPage):
    """Shows the selected block. What one asks for is told by signals, with the id of the node."""

    titled = Signal(str, str)
    made_changed = Signal(str, str, object)
    step_wanted = Signal(str)
    unfold_wanted = Signal(str)
    own_wanted = Signal(str)
    keep_wanted = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.title_field = CommitEdit()
        self.title_field.setMaxLength(LONGEST_TITLE)
        self.title_field.setAccessibleName("Title of the block")
        self.title_field.setToolTip(
            "The title of the block and of its copies, and the name of its class in exported code"
        )
        self.title_field.editingFinished.connect(self._entitle)
        self.made_form = SettingsForm("Advanced settings")
        self.made_form.edited.connect(self._set_made)
        self.made_form.refused.connect(self.refused)
        self.made_form.settled.connect(document.settle)
        self.copies_label = PlainLabel()
        self.copies_label.setWordWrap(True)
        set_role(self.copies_label, "quiet")
        self.step = self._button("Step inside", "See and change what is in the block (Enter)")
        self.unfold = self._button("Ungroup", "")
        set_tip(self.unfold, partial(with_key, "Replace the block by the layers in it", "canvas.ungroup"))
        self.own = self._button("Make independent", "Make this copy an independent block: changing it changes no other")
        self.keep = self._button("Add to My blocks", "Add it to the palette, for every project")
        self.step.clicked.connect(self._step)
        self.unfold.clicked.connect(self._unfold)
        self.own.clicked.connect(self._make_own)
        self.keep.clicked.connect(self._keep)
        self._add()

    def _button(self, words: str, tip: str) -> QPushButton:
        button = WrappedButton(words)
        button.setToolTip(tip)
        return button

    def _add(self) -> None:
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        box = QVBoxLayout()
        box.setSpacing(8)
        box.addWidget(self.title_field)
        box.addWidget(self.made_form)
        box.addWidget(self.copies_label)
        grid = QGridLayout()
        for number, button in enumerate((self.step, self.unfold, self.keep, self.own)):
            grid.addWidget(button, number // 2, number % 2)
        box.addLayout(grid)
        # What is wrong comes first, as on the page of a layer.
        column.removeItem(self._problems)
        column.insertLayout(1, self._problems)
        column.insertLayout(2, box)

    def show_node(self, id: str) -> None:
        """Show a block of the document."""
        same = id == self._id
        super().show_node(id)
        block = self._document.graph.nodes[id].block
        assert block is not None
        self.title_label.setText("Block")
        if not (same and self.title_field.hasFocus() and self.title_field.is_draft()):
            self._show_title(block.title)
        made = ready().get(block.made.name) if block.made is not None else None
        parameters = made.parameters if made is not None else ()
        values = block.made.params if block.made is not None else {}
        self.made_form.show_rows([FormRow(f"made.{p.name}", p, values[p.name]) for p in parameters])
        self.made_form.setVisible(bool(parameters))
        count = copies(self._document.whole, block)
        self.own.setVisible(count > 1)
        self.copies_label.setText(self._words(block, count))

    def _show_title(self, title: str) -> None:
        self.title_field.show_text(title)
        self.title_field.setCursorPosition(0)  # of a long title its beginning is seen

    def _words(self, block: Block, count: int) -> str:
        layers = f"{layer_words(block.layers)} inside"
        if count > 1:
            return f"{layers}; one of {count} copies, which change together inside."
        return f"{layers}."

    # Bound methods and no lambdas: these would keep the page, and with it the window, alive.

    @Slot()
    def _step(self) -> None:
        self.step_wanted.emit(self._id)

    @Slot()
    def _unfold(self) -> None:
        self.unfold_wanted.emit(self._id)

    @Slot()
    def _make_own(self) -> None:
        self.own_wanted.emit(self._id)

    @Slot()
    def _keep(self) -> None:
        self.keep_wanted.emit(self._id)

    @Slot()
    def _entitle(self) -> None:
        block = self._document.graph.nodes[self._id].block if self._id in self._document.graph.nodes else None
        if block is None:
            return
        title = self.title_field.text()
        self._show_title(block.title)  # a title that is refused does not stay
        if title.strip() != block.title:
            self.titled.emit(self._id, title)

    def _set_made(self, path: str, value: object) -> None:
        self.made_changed.emit(self._id, path.removeprefix("made."), value)
