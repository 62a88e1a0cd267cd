"""Choosing what is to be learned: which kinds fit the data, what choosing one does, and which templates belong to it.

The one place for the cards on the goal's page and for the box in the toolbar. Choosing a kind is one step of undo and
leaves the drawing as it is. Where the drawing is for something else, the goal is selected: its page offers templates.
"""

from __future__ import annotations

from functools import cache

from engine.data import catalogue
from engine.data.dataset import Schema
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import Severity
from engine.graph.signature import Signature
from engine.graph.templates.template import Template
from engine.tasks.kind import TaskKind
from engine.tasks.registry import AUTOMATIC, chosen_kind, kinds_for
from engine.training.data_loading import kind_chosen
from engine.training.recipe import Recipe
from gui.document import Document

TASK_KIND = "task.kind"
"""The path of the setting."""
MOST_OFFERED = 3
_OF_THE_DATA = ("dataset", "dataset_options")


def kinds_offered(recipe: Recipe) -> tuple[TaskKind, ...] | None:
    """The kinds that fit the data of a recipe, in the order to show them; None where its data is not known."""
    data = _data(recipe)
    return None if data is None else kinds_for(data)


def choose_kind(document: Document, kind: TaskKind) -> None:
    """Learn this from now on. What the data is learned from by itself is left to it."""
    recipe = document.recipe
    data, before = _data(recipe), kind_chosen(recipe)
    if data is None or (before is not None and before.name == kind.name):
        return
    by_itself = chosen_kind(AUTOMATIC, data).name == kind.name
    chosen = recipe.with_setting(TASK_KIND, AUTOMATIC if by_itself else kind.name)
    document.set_recipe(f"Learn to {kind.to_do}", chosen, merge=TASK_KIND)
    if is_for_something_else(document, kind):
        document.go(())
        document.select(node.id for node in document.whole.of_kind("Output")[:1])


def is_for_something_else(document: Document, kind: TaskKind | None) -> bool:
    """Whether the drawing cannot be trained for this kind as it is, though there is more to it than to begin with."""
    first, signature = document.whole_analysis.obstacle, document.whole_signature
    if kind is None or signature is None or first is None or first.severity != Severity.ERROR:
        return False
    its_own = signature.target.last_layer
    others = any(node.declaration.fitted and node.kind != its_own for node in document.whole.nodes.values())
    return others or not kind.automatic


def templates_for(document: Document, kind: TaskKind | None) -> tuple[Template, ...]:
    """The first templates of a kind whose drawings fit what is asked of them here."""
    signature = document.whole_signature
    return () if kind is None or signature is None else _templates_for(kind.name, signature)


def begin_with(document: Document, template: Template) -> None:
    """Put a template's drawing in the place of the one there is, with the settings it was made for: one undo step.

    The data stays, and what is learned from it.
    """
    settings = {
        path: value
        for path, value in template.recipe.items()
        if path.partition(".")[0] not in _OF_THE_DATA and path != TASK_KIND
    }
    document.begin_with(f"Begin with {template.title}", template.draw(), document.recipe.with_settings(settings))


def _data(recipe: Recipe) -> Schema | None:
    return catalogue.schema_if_known(recipe.dataset, recipe.dataset_options)


@cache
def _templates_for(kind: str, signature: Signature) -> tuple[Template, ...]:
    found = []
    for name in templates.names():
        template = templates.describe(name)
        made_for = kind_chosen(Recipe().with_settings(template.recipe))
        if made_for is not None and made_for.name == kind and analyse(template.draw(), signature).ready:
            found.append(template)
        if len(found) == MOST_OFFERED:
            break
    return tuple(found)
