"""A project whose every text tries to act instead of being read, for the command line and for the window."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from engine.graph import note_edits
from engine.graph.graph import Graph
from engine.graph.grouping import group
from engine.graph.nesting import with_block
from engine.project.project import Project
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord

ACTING = "\x1b[2J\x1b]0;taken\x07\x9b31m\r\x08\x7f\u202egnp\u2066\u200b\u2028\u2029\x85\U000e0041"
"""Clears a terminal, names its window, colours it, goes back, turns the direction, breaks the line."""
RICH = "<h1>big</h1><img src='file:///nowhere.png'><b>&amp;"
"""What a label may take for rich text."""
HOSTILE = f"{RICH}{ACTING}\nsecond line\t&mnemonic\"\"\"\nimport os #"
BLOCK = f"{RICH} & block"
"""A title of a block must be printable."""


def drawing() -> Graph:
    """points-2d with a note on a layer, a note and a frame on the canvas, and a block, all with such texts."""
    from engine.graph import templates

    graph = templates.build("points-2d")
    inside = [node.id for node in graph.nodes.values() if node.kind in ("Linear", "ReLU", "Tanh")][:2]
    graph = group(graph, inside, BLOCK)
    block = next(node for node in graph.nodes.values() if node.block is not None)
    assert block.block is not None
    graph = with_block(graph.set(block.id, note=HOSTILE), block.id, replace(block.block, summary=HOSTILE))
    graph = note_edits.add_note(graph, "note", text=HOSTILE)
    return note_edits.add_note(graph, "frame", text=HOSTILE, position=(0.0, 400.0))


def project(**changes: object) -> Project:
    """A project that opens, with such texts wherever a file can have one."""
    recipe = Recipe().with_settings({"dataset": "moons", "epochs": 2})
    made = Project(
        graph=drawing(),
        recipe=recipe,
        title=HOSTILE,
        notes=HOSTILE,
        trained_on=HOSTILE,
        run=RunRecord(
            history=({"epoch": 1, "train_loss": 0.5, "seconds": 1.0},),  # other names of figures are refused
            test={"test_loss": 0.25},
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def acting(text: str) -> list[str]:
    """The characters in a text that act, line ends and tabs aside."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [letter for letter in re.sub(r"[\n\t]", "", text) if unicodedata.category(letter) in kinds]
