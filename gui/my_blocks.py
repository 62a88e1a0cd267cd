"""The user's own blocks in the window: read at the start, shown in the palette, kept and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from engine.graph.block import Block
from engine.graph.blocks import shelf
from engine.project import my_blocks
from engine.project.my_blocks import MyBlocksError


class MyBlocks(QObject):
    """``changed``: the palette holds other blocks now. ``told``: a sentence about what was done or went wrong."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, may_replace: Callable[[str], bool], parent: QObject) -> None:
        """``may_replace``: asks the user whether a block of that title may be replaced."""
        super().__init__(parent)
        self._may_replace = may_replace

    @Slot()
    def load(self) -> None:
        """Read the blocks again."""
        found = my_blocks.everything()
        shelf.put(found.blocks)
        for sentence in found.refused:
            self.told.emit(sentence)
        self.changed.emit()

    @Slot(object)
    def keep(self, block: Block) -> None:
        """Keep a block under its title, in place of one that has the same where that is wanted. Asks."""
        if shelf.is_taken(block.title):
            self.told.emit(
                f"“{block.title}” is already the name of a layer or block: give this block another title first."
            )
            return
        before = my_blocks.kept(block.title)
        if before is not None and before != block and not self._may_replace(block.title):
            return
        try:
            my_blocks.save(block)
        except MyBlocksError as error:
            self.told.emit(str(error))
            return
        self.load()
        self.told.emit(f"“{block.title}” was added to My blocks in the palette.")

    @Slot(str)
    def remove(self, title: str) -> None:
        """Keep the block of that title no longer. Drawings that hold it are not changed."""
        try:
            my_blocks.remove(title)
        except MyBlocksError as error:
            self.told.emit(str(error))
        else:
            self.told.emit(f"“{title}” was removed from My blocks.")
        self.load()
