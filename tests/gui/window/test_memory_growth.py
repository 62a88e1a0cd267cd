"""What the window holds does not grow: the same random walk again and again, back to the same drawing each time.

Objects are counted, not bytes: what is remembered on purpose fills up in the first rounds, and after that a kind of
object of which there are more after every single round is one that nobody lets go of.
"""

from __future__ import annotations

import gc
import itertools
import random
from collections import Counter

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.window import Window
from tests.soaking import Soak

pytestmark = pytest.mark.endurance

SEED, TURNS = 7, 8
FIRST, ROUNDS = 2, 3
"""Rounds until everything is there that is made when it is first asked for, then those that are compared with it."""


def held(window: Window) -> Counter[str]:
    """How many objects of each kind there are: items and widgets of our own, and all that Qt has below the window.

    Python's own list of objects is not looked through: another thread may be in the middle of making one.
    """
    gc.collect()
    count: Counter[str] = Counter()
    for thing in shiboken6.getAllValidWrappers():
        kind = type(thing)
        if kind.__module__.startswith("gui."):
            count[f"{kind.__module__}.{kind.__qualname__}"] += 1
    for child in window.findChildren(QObject):
        count[f"below the window: {child.metaObject().className()}"] += 1
    count["widgets"] = len(QApplication.allWidgets())
    return count


def test_the_same_walk_again_holds_no_more(qapp) -> None:
    theme.apply(qapp, "light")
    soak, counts = Soak(SEED), []
    try:
        for _round in range(FIRST + ROUNDS):
            soak.random = random.Random(SEED)
            for _turn in range(TURNS):
                soak.turn()
            for deed in dict.fromkeys(soak.deeds):  # each of them, however rare it is
                soak.settle()
                deed()
            soak.settle()
            soak.begin_again()
            counts.append(held(soak.window))
    finally:
        soak.end()
        theme.apply(qapp, "light")
    assert not soak.faults, "\n".join(soak.faults)
    compared = counts[FIRST - 1 :]
    grows = {
        kind: [count[kind] for count in compared]
        for kind in compared[-1]
        if all(before[kind] < after[kind] for before, after in itertools.pairwise(compared))
    }
    assert not grows, f"more after every round: {grows}"
    assert compared[-1]["gui.canvas.items.NodeItem"] > 0, "nothing is counted"
