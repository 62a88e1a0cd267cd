"""What the strip of a split shows of a recipe's data: the rows where they are read, else the shares."""

from __future__ import annotations

from engine.data import catalogue
from engine.data.dataset import Schema
from engine.reports.data_words import unit
from engine.reports.split_words import division_words, expected_division
from engine.training.recipe import Recipe
from gui.dataset_preview import DatasetPreview
from gui.splits.shares import Shares
from gui.splits.strip import SplitFacts


def facts_of(recipe: Recipe, schema: Schema | None, look: DatasetPreview | None) -> SplitFacts:
    """What there is to show of a recipe's data; ``schema`` and ``look`` are None while they are not known."""
    if schema is None:
        return SplitFacts(Shares(recipe.validation, recipe.test), words="Counted once the file is read.")
    words = unit(schema, 1), unit(schema)
    if look is None or look.problem or not look.rows:
        given = catalogue.given_parts(recipe.dataset, recipe.dataset_options)
        held, judged = (0.0 if name in given else None for name in ("validation", "test"))
        expected = division_words(expected_division(recipe, schema), schema)
        return SplitFacts(Shares(recipe.validation, recipe.test, held, judged), words=expected, unit=words)
    division = look.division or expected_division(recipe, schema)
    total = max(1, sum(look.rows.values()))
    own = {name: look.rows.get(name, 0) / total for name in division.given}
    return SplitFacts(
        Shares(recipe.validation, recipe.test, own.get("validation"), own.get("test")),
        look.rows,
        look.classes,
        schema.target.names,
        division_words(division, schema),
        words,
    )
