"""How the rows of a dataset were divided, and what stayed together: facts for whoever is shown the division."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DividedBy(StrEnum):
    """What decides which part a row is in."""

    CHANCE = "chance"
    GROUP = "group"
    TIME = "time"
    ORDER = "order"
    """Rows that follow one another, as those of a text: the last ones are judged by."""


@dataclass(frozen=True)
class Division:
    """How rows were divided into those to learn from, to choose by and to judge by.

    ``stratified``: each class in proportion. ``lasting``: rows that are added below leave the others where they are.
    ``groups`` is how many groups of rows that stay together there are, 0 where the data names none; ``copies`` how many
    rows are the same as an earlier one, and stay with it. ``given`` are the parts that came with the data, and to which
    no share applies: "validation", "test".
    """

    by: DividedBy
    stratified: bool = False
    lasting: bool = False
    groups: int = 0
    copies: int = 0
    given: tuple[str, ...] = ()
