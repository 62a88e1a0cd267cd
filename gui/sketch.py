"""The value that a window edits: the drawing, every setting of its training, and what training has made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.graph.graph import Graph
from engine.project.runs import Runs
from engine.training.recipe import Recipe
from gui.training.trained import Trained


@dataclass(frozen=True)
class DocumentState:
    """One state of the open project, to go back to.

    ``trained`` is None before the first run; ``released`` says that there were trained weights here, which have been
    let go to save memory. ``runs`` says which run they are of, and holds the earlier ones. ``title`` is what the
    project is called since other data was put into it, None: as it was opened.
    """

    graph: Graph
    recipe: Recipe
    trained: Trained | None = None
    released: bool = False
    runs: Runs = field(default_factory=Runs)
    title: str | None = None
