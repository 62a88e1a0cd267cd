"""Whether training can begin, and what hinders it, in words."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.graph.advice.analysis import Analysis
from engine.graph.advice.problems import Problem, Severity
from engine.graph.signature import Signature
from engine.training.recipe import Recipe


@dataclass(frozen=True)
class Hindrance:
    """Why training cannot begin. ``title`` is "" where a notice is enough; ``node`` is the layer meant, "" for none.

    ``problem`` is one of the drawing, if it is that; ``download`` tells that the data has to be downloaded first.
    """

    title: str
    words: str
    node: str = ""
    problem: Problem | None = None
    download: bool = False


def hindrance_of(recipe: Recipe, signature: Signature | None, analysis: Analysis) -> Hindrance | None:
    """What stands in the way of training a drawing that was analysed; None where it can begin.

    ``signature`` is None where it is not known what the recipe's data is like.
    """
    if signature is None:
        return Hindrance("No dataset", why_unknown(recipe))
    first = analysis.obstacle
    if first is not None:
        grave = first.severity == Severity.ERROR
        return Hindrance("Not ready yet" if grave else "", first.message, first.node or "", first)
    missing = why_not_here(recipe)
    return Hindrance("The dataset is not downloaded", missing, download=True) if missing else None


def why_unknown(recipe: Recipe) -> str:
    """Why it is not known what the recipe's data is like."""
    try:
        catalogue.schema(recipe.dataset, recipe.dataset_options)
    except DataError as error:
        if catalogue.is_known(recipe.dataset):
            return str(error)
    return f"The dataset {recipe.dataset!r} is not known here."


def why_not_here(recipe: Recipe) -> str:
    """What has to be done to have the recipe's data on this computer; "" where it is here."""
    if catalogue.is_available(recipe.dataset):
        return ""
    entry = catalogue.entry(recipe.dataset)
    return (
        f"{entry.schema.title} has to be downloaded first: press Download in the list of datasets, or put the "
        f"files into {entry.where_to_put()}."
    )
