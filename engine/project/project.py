"""Everything a project holds, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from engine.graph.graph import Graph, empty
from engine.project.protocols import StoredPart
from engine.project.runs import FinishedRun, Runs
from engine.project.unknown import NOTHING, Unknown
from engine.training.recipe import Recipe, RecipeError
from engine.training.run_record import UNTRAINED, RunRecord

Stroke = tuple[tuple[float, float], ...]
Drawing = tuple[Stroke, ...]
"""A drawing on the pad: pen strokes of points (x, y), y down, in the pad's own units."""


class ProjectError(Exception):
    """A project file cannot be read or written; the message is one or two plain sentences."""


def shortened(text: str, longest: int = 300) -> str:
    """``text`` on one line, cut where it gets too long to be read at a glance."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


@dataclass(frozen=True)
class Project:
    """A drawing, its recipe, and what training has made of them.

    ``run`` is the record of the run that trained it, UNTRAINED before there was one; ``trained_on`` names the dataset
    that its weights have seen, and ``trained_with`` is the recipe of that run where ``recipe`` is another by now.
    ``runs`` says which run that is, and holds earlier ones.
    ``preview`` is a PNG picture of the diagram. ``unknown`` is what a newer version has put into ``project.json`` and
    this one does not know, ``unknown_parts`` what it has put beside it, by name: both are kept and written back.
    ``origin`` has the parts of the file it was read from, by name: what is still as it was need not be written again.
    """

    graph: Graph = field(default_factory=empty)
    recipe: Recipe = field(default_factory=Recipe)
    run: RunRecord = UNTRAINED
    drawings: tuple[Drawing, ...] = ()
    notes: str = ""
    title: str = ""
    trained_on: str = ""
    trained_with: Recipe | None = None
    runs: Runs = field(default_factory=Runs)
    preview: bytes = b""
    unknown: Unknown = NOTHING
    unknown_parts: Mapping[str, bytes | StoredPart] = field(default_factory=dict)
    origin: Mapping[str, StoredPart] = field(default_factory=dict, compare=False, repr=False)

    @property
    def run_recipe(self) -> Recipe:
        """The recipe of the run that trained it, as far as that is known."""
        recipe = self.trained_with or self.recipe
        if self.trained_on and self.trained_on != recipe.dataset:
            with suppress(RecipeError):  # any text may stand there
                recipe = recipe.with_setting("dataset", self.trained_on)
        return recipe

    def with_data_at(self, recipe: Recipe) -> Project:
        """The project with its data at another place, that of ``recipe``; it was trained on the same data."""
        options, with_ = {"path": recipe.dataset_options.get("path")}, self.trained_with
        same = with_ is not None and with_.dataset_options.get("path") == self.recipe.dataset_options.get("path")
        if with_ is not None and same:
            with_ = replace(with_, dataset_options={**with_.dataset_options, **options})
        return replace(self, recipe=recipe, trained_with=with_)

    @property
    def has_learned(self) -> bool:
        """Whether the run in use has come to anything that is worth keeping."""
        return self.run.weights is not None and bool(self.run.history or self.run.steps)

    def keeping_run(self) -> Project:
        """The project before another run from scratch: the one in use, if it has learned, is among the earlier ones."""
        if not self.has_learned:
            return replace(self, runs=self.runs.begun_again())
        return replace(self, runs=self._with_run_earlier().begun())

    def _with_run_earlier(self) -> Runs:
        return self.runs.with_earlier(FinishedRun(self.runs.current, self.graph, self.run_recipe, self.run))

    def using_run(self, id: int) -> Project:
        """The project with an earlier run in use, its drawing and recipe with it. Raises NoSuchRun, ProjectError.

        The run that was in use is among the earlier ones, if it has learned anything.
        """
        chosen = self.runs.find(id).opened()
        kept = self.runs.without(id)
        runs = replace(self, runs=kept)._with_run_earlier() if self.has_learned else kept
        runs = replace(runs, current=chosen.label)
        project = replace(self, graph=chosen.graph, recipe=chosen.recipe, runs=runs)
        return project.with_run(chosen.record, chosen.recipe)

    def with_run(self, run: RunRecord, recipe: Recipe) -> Project:
        """The project with another run in it, which was by ``recipe``."""
        other = recipe if recipe != self.recipe else None
        return replace(self, run=run, trained_on=recipe.dataset, trained_with=other)
