"""How the toolbar is laid out in the room it has: what gives way first, and how wide its fields are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.panels.task_choice import TASK_KIND


@dataclass(frozen=True)
class QuickField:
    """A setting on the bar: how wide its field is, in pixels, in a roomy and in a ``narrow`` bar.

    0: as wide as its heading, within limits. ``title`` and, in a narrow bar, ``short`` stand in place of the declared
    title where that is too long.
    """

    path: str
    width: int = 0
    narrow: int = 0
    title: str = ""
    short: str = ""

    def titled(self, declared: str, *, narrow: bool) -> str:
        """What stands above the field."""
        return (self.short if narrow else "") or self.title or declared

    def fitting(self, heading: int, fit: ToolbarFit) -> int:
        """How wide the field is where its heading asks for ``heading`` pixels."""
        wide = self.narrow if fit.narrow else self.width
        return wide or min(max(heading, _LEAST_WIDTH), _MOST_WIDTH)


QUICK_FIELDS = (
    QuickField(TASK_KIND, 132, 130, title="Learn to"),
    QuickField("optimizer.kind", 104, 104),
    QuickField("optimizer.learning_rate", 84, 68, short="Rate"),
    QuickField("batch_size", 68, 64, title="Batch"),
    QuickField("epochs", 66, 64),
)
"""Those whose width or title is not the usual one."""
QUICK = tuple(field.path for field in QUICK_FIELDS if field.path != TASK_KIND)
"""The settings where it is not known what is learned; a kind of learning names its own (``TaskKind.quick``)."""
GAPS, NARROW_GAPS = (8, 4), (2, 0)
"""Before the buttons that undo, and behind them, besides the space between any two."""
_LEAST_WIDTH, _MOST_WIDTH = 66, 90
CHEVRON = 42
"""What the dataset's button needs beside its words."""


@dataclass(frozen=True)
class ToolbarFit:
    """How the bar is laid out. ``name`` and ``dataset`` are the room for the names of both, in pixels.

    ``settings`` is how many quick settings there are at most.
    """

    brand: bool
    name: int
    narrow: bool = False
    dataset: int = 150
    settings: int = 99

    def chosen(self, quick: Sequence[str]) -> tuple[str, ...]:
        """Those of the ``quick`` settings that are shown: the last one, how long to train, stays with the first."""
        return (*quick[: self.settings - 1], quick[-1]) if len(quick) > self.settings else tuple(quick)


FITS = (
    ToolbarFit(True, 130, dataset=200),
    ToolbarFit(True, 130),
    ToolbarFit(False, 130),
    ToolbarFit(False, 110, True, 126),
    ToolbarFit(False, 40, True, 126),
    ToolbarFit(False, 0, True, 126),
    ToolbarFit(False, 0, True, 104),
    *(ToolbarFit(False, 0, True, 104, most) for most in (4, 3, 2, 1)),
)
"""From roomy to tight. The title bar says the names too, so they give way first, then the boxes, then settings, which
stand on the goal's page as well."""
