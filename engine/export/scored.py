"""What came of predicting a whole table, and for which data that can be done: values without torch, for the window."""

from __future__ import annotations

from dataclasses import dataclass

from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.data.tables.encoding import UnknownCategory
from engine.export.scored_groups import GroupFigures
from engine.graph.targets import TargetKind


@dataclass(frozen=True)
class Scored:
    """What was done: how many ``rows``, the categories the network does not know, the names of the ``added`` columns
    and the ``figures`` against the target, where the table has it: by name, over so many ``known`` rows."""

    rows: int
    unknown: tuple[UnknownCategory, ...]
    added: tuple[str, ...]
    figures: dict[str, float]
    known: int
    groups: tuple[GroupFigures, ...] = ()
    """The figures for each value of the columns that are sensitive."""
    far: int = 0
    """In how many rows a value lies far outside of all that the network was trained on."""
    farthest: str = ""
    """A sentence about the first of them."""

    def warnings(self) -> tuple[str, ...]:
        """What makes predictions doubtful, a sentence each."""
        found = [f"{one.sentence} It is in {counted(len(one.rows), 'row')}." for one in self.unknown]
        if self.far:
            others = f" {self.far:,} rows have such a value." if self.far > 1 else ""
            found.append(f"{self.farthest}{others}")
        return tuple(found)


def unfit(schema: Schema) -> str:
    """Why a network that learned from such data cannot score tables; "" where it can."""
    if schema.kind in (DataKind.PICTURES, DataKind.TEXT) or schema.target.gives_back_input:
        return "Only networks that predict something from the columns of a table can score tables."
    if schema.target.kind in (TargetKind.REAL_OR_FAKE, TargetKind.NEXT_TOKEN):
        return "Only networks that predict something from the columns of a table can score tables."
    return ""
