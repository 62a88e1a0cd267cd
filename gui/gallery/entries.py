"""What the gallery offers: every template, and the examples with what they have learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QImage

from engine.counting import counted
from engine.data import catalogue
from engine.data.dataset import DataError
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.project.file import read
from engine.project.project import ProjectError
from engine.reports.verdict import headline
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe
from gui.picture import paint_into, scene_of
from resources import examples

EXAMPLES = "Examples, trained"
_FAR = 0.34
"""No miniature is larger than this: just small enough for layers to be painted as plain blocks."""


@dataclass(frozen=True)
class GalleryEntry:
    """Something to begin from. ``kind`` is "template" or "example"."""

    kind: str
    name: str
    group: str
    title: str
    summary: str = ""
    keywords: tuple[str, ...] = ()

    def matches(self, wanted: str) -> bool:
        """Whether every word of a search stands in its title, summary or keywords."""
        found = " ".join((self.title, self.name, self.group, self.summary, *self.keywords)).casefold()
        return all(word in found for word in wanted.casefold().split())


@dataclass(frozen=True)
class Known:
    """What is found out about an entry by building or reading it."""

    graph: Graph
    title: str
    summary: str
    facts: str


def entries() -> tuple[GalleryEntry, ...]:
    """All of them, in the order in which they are shown."""
    every = [templates.describe(name) for name in templates.names()]
    found = []
    for group in templates.GROUPS:
        shown = [one for one in every if one.group == group]
        # Drawing oneself is the first thing one may want.
        shown.sort(key=lambda one: one.name != "empty")
        found += [GalleryEntry("template", t.name, group, t.title, t.summary, t.keywords) for t in shown]
    for name in examples.names():
        found.append(GalleryEntry("example", name, EXAMPLES, name.replace("-", " ").capitalize()))
    return tuple(found)


def prepare(entry: GalleryEntry, known: Known | None, image: QImage) -> Iterator[Known | None]:
    """Find out about an entry and paint its diagram into an image, one short piece of work a step.

    Yields what is known so far. An example that cannot be read yields nothing and is not painted.
    """
    if known is None:
        if entry.kind == "template":
            graph = templates.build(entry.name)
            yield None
            known = _of_template(entry, graph)
        else:
            known = _of_example(entry)
        if known is None:
            return
    yield known
    scene = scene_of(known.graph)
    yield known
    paint_into(scene, image, _FAR)
    scene.deleteLater()


def _signature(recipe: Recipe) -> Signature | None:
    try:
        return signature_of(recipe)
    except DataError:
        return None


def _dataset(name: str) -> str:
    try:
        return catalogue.entry(name).schema.title
    except DataError:
        return name


def _parameters(graph: Graph, recipe: Recipe) -> str:
    count = analyse(graph, _signature(recipe)).total_parameters
    return counted(count, "parameter")


def _of_template(entry: GalleryEntry, graph: Graph) -> Known:
    template = templates.describe(entry.name)
    facts = _dataset(template.dataset)
    if any(node.kind not in ("Input", "Output") for node in graph.nodes.values()):
        facts = f"{_parameters(graph, Recipe().with_settings(template.recipe))} · {facts}"
    return Known(graph, entry.title, entry.summary, facts)


def _of_example(entry: GalleryEntry) -> Known | None:
    try:
        project = read(examples.path(entry.name))
    except ProjectError:
        return None
    summary = f"A trained network, ready to try. Trained on {_dataset(project.recipe.dataset)}."
    told = (headline(project.run.test), _parameters(project.graph, project.recipe))
    facts = " · ".join(part for part in told if part)
    return Known(project.graph, project.title or entry.title, summary, facts)
