"""What all items of one scene share: a word when one looks other than before, what is kept of them, their labels."""

from __future__ import annotations

from collections.abc import Callable

from engine.graph.graph import Wire
from gui.canvas.batched_paint import Painted, Plain
from gui.canvas.snapshots import NodePictures
from gui.canvas.spatial_index import Places


class Sheet:
    """What the items of one scene lie on: ``version`` tells whether any of them looks other than it did.

    ``told`` is called at the first change, and at the first one after each time that its listener has said so.
    """

    def __init__(self) -> None:
        self._version, self._has_told = 0, False
        self.told: Callable[[], None] = lambda: None
        self.snapshots = NodePictures()
        self.plain = Plain()
        self.labels: Places[Wire] = Places()
        """Where the labels of the wires lie."""

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        return self._version

    @version.setter
    def version(self, version: int) -> None:
        self._version = version
        if not self._has_told:
            self._has_told = True
            self.told()

    def changed(self, item: Painted) -> None:
        """A node or a wire looks other than it did, or lies elsewhere."""
        self.plain.changed(item)
        self.version += 1

    def tell_again(self) -> None:
        """What has changed so far was taken note of."""
        self._has_told = False
