"""The rows that a recipe asks for: which settings decide over them, how they are loaded, what they ask of a drawing."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from engine.data import carrying, catalogue
from engine.data.dataset import DataError, Dataset, Schema
from engine.data.folding import Folds
from engine.data.kinds import PreparationKind
from engine.data.preparation import Preparation
from engine.data.preparation import chosen_kind as chosen_kind_of_preparation
from engine.data.references import DatasetRef
from engine.data.sources import own_pictures, own_table, own_text
from engine.data.text_windows import WINDOW, TextSource, text_schema
from engine.graph.parameters import Params
from engine.graph.signature import Signature
from engine.tasks.kind import TaskKind
from engine.tasks.registry import AUTOMATIC, chosen_kind, kind_making, kind_named
from engine.training.recipe import Recipe


def rows_key(recipe: Recipe) -> Hashable:
    """What decides which rows there are and how they are divided: equal for recipes with the same rows."""
    version = catalogue.version(recipe.dataset, recipe.dataset_options)
    name = recipe.task.kind
    task = (name, None if name == AUTOMATIC else row_settings(recipe, kind_named(name)))
    divided = (recipe.validation, recipe.test, recipe.seed, recipe.split)
    options = Params({name: value for name, value in recipe.dataset_options.items() if name != carrying.OPTION})
    return (recipe.dataset, options, version, *task, *divided)


def row_settings(recipe: Recipe, kind: TaskKind) -> Params:
    """The settings of a recipe's task that shape what ``kind`` learns from: their defaults where another is set."""
    return kind.row_settings(recipe.task.values if recipe.task.kind == kind.name else None)


def remember(recipe: Recipe, preparation: Preparation | None) -> None:
    """Have in mind the data of a run by ``recipe``, so that a drawing has shapes where its file is gone by now."""
    if preparation is None:
        return
    if preparation.table is not None and recipe.dataset == own_table.NAME:
        own_table.remember(recipe.dataset_options, preparation.table)
    if preparation.pictures is not None and recipe.dataset == own_pictures.NAME:
        own_pictures.remember(recipe.dataset_options, preparation.pictures)
    if preparation.characters and recipe.dataset == own_text.NAME:
        own_text.remember(recipe.dataset_options, preparation.characters, preparation.file)


def reference(recipe: Recipe, preparation: Preparation | None = None) -> DatasetRef:
    """The data of a recipe, and the file that was learned from where ``preparation`` is of a run on it."""
    record = None if preparation is None else preparation.record
    file = record.file if record is not None else None if preparation is None else preparation.file
    return DatasetRef(recipe.dataset, recipe.dataset_options, file)


def load_rows(recipe: Recipe) -> Dataset:
    """The rows of a recipe's dataset, divided as it says, with what its task learns from them. Raises DataError."""
    data = load_data(recipe)
    kind = kind_of(recipe, data.schema)
    return kind.dataset(data, row_settings(recipe, kind))


def load_folds(recipe: Recipe) -> Folds:
    """The rows of a recipe's dataset in the folds that it asks for, as the data has them. Raises DataError."""
    return catalogue.load_folds(recipe.dataset, recipe.folds, **_division(recipe))


def fold_rows(recipe: Recipe, folds: Folds, number: int) -> Dataset:
    """What the fold ``number`` (from 0) learns from and is judged by, as the task of a recipe sees it."""
    data = folds.fold(number)
    kind = kind_of(recipe, data.schema)
    return kind.dataset(data, row_settings(recipe, kind))


def load_data(recipe: Recipe) -> Dataset:
    """The rows of a recipe's dataset, divided as it says, as the data has them. Raises DataError."""
    return catalogue.load(recipe.dataset, **_division(recipe))


def _division(recipe: Recipe) -> dict[str, Any]:
    """Which rows of the dataset, and how they are divided, as ``catalogue`` takes it."""
    return {
        "options": recipe.dataset_options,
        "validation": recipe.validation,
        "test": recipe.test,
        "seed": recipe.seed,
        "split": recipe.split,
    }


def kind_of(recipe: Recipe, schema: Schema) -> TaskKind:
    """What a recipe learns from data with this schema. Raises DataError where it is nothing that the data is for."""
    try:
        kind = chosen_kind(recipe.task.kind, schema)
    except LookupError:
        raise DataError(f"There is nothing that can be learned from {schema.title}. Choose another dataset.") from None
    if reason := kind.unfit(schema, row_settings(recipe, kind)):
        fits_otherwise = not kind.unfit(schema, kind.row_settings())
        advice = "Change the settings of the task." if fits_otherwise else "Set the task to automatic."
        raise DataError(f"{reason} {advice}")
    return kind


def _schema(recipe: Recipe) -> Schema:
    return catalogue.schema(
        recipe.dataset, recipe.dataset_options, validation=recipe.validation, test=recipe.test
    )


def kind_at_work(recipe: Recipe, seen: Schema) -> TaskKind:
    """What a recipe learns from data that is at hand as its task sees it: nothing is asked of it again."""
    name = recipe.task.kind
    return kind_making(seen.target.kind) if name == AUTOMATIC else kind_named(name)


def kind_chosen(recipe: Recipe) -> TaskKind | None:
    """What a recipe learns from its dataset; None where that is not known here, or is not for it."""
    try:
        return kind_of(recipe, _schema(recipe))
    except DataError:
        return None


def kind_learned(recipe: Recipe, schema: Schema | None) -> TaskKind | None:
    """What a recipe learns from data with this schema; None where it is not known, or is not for that."""
    try:
        return None if schema is None else kind_of(recipe, schema)
    except DataError:
        return None


def task_name(recipe: Recipe, schema: Schema | None = None) -> str:
    """The kind of learning of a recipe, by name; ``schema`` is that of its data where it is at hand.

    Where the data is not known here, it is what the recipe says.
    """
    try:
        return kind_of(recipe, schema or _schema(recipe)).name
    except DataError:
        return recipe.task.kind


def dataset_schema(recipe: Recipe) -> Schema:
    """What the recipe's dataset is like, with what its task learns from it. Loads nothing. Raises DataError."""
    return _seen(recipe, _schema(recipe))


def learned_schema(recipe: Recipe, preparation: Preparation | None) -> Schema:
    """What the data was like that a network was trained on by ``recipe``, as far as that can be said without the data:
    of a text the vocabulary is kept with the run, of a table or images of the user's all of it. Raises DataError."""
    record = None if preparation is None else preparation.record
    if record is not None:
        return record.schema()
    if preparation is None or not preparation.characters:
        return dataset_schema(recipe)
    checked = catalogue.checked_options(recipe.dataset, recipe.dataset_options)
    source = TextSource(recipe.dataset, recipe.dataset, "", "", "")
    data = text_schema(source, preparation.characters, checked.get("window", WINDOW.default))
    return _seen(recipe, data)


def _seen(recipe: Recipe, data: Schema) -> Schema:
    """Data as the task of a recipe sees it. Raises DataError."""
    kind = kind_of(recipe, data)
    return kind.schema(data, row_settings(recipe, kind))


def schema_of(recipe: Recipe) -> Schema | None:
    """The same; None where it is not known here."""
    try:
        return dataset_schema(recipe)
    except DataError:
        return None


def signature_of(recipe: Recipe) -> Signature:
    """What the data, loss and batch size of a recipe ask of a drawing that is trained by it. Raises DataError."""
    return asked(dataset_schema(recipe), recipe, recipe.batch_size)


def asked(schema: Schema, recipe: Recipe, rows: int) -> Signature:
    """The same for data that is at hand, as its task sees it, in steps of ``rows`` rows.

    A step of a single row happens only where all have one: the last step of an epoch, where one row is left over, is
    left out (``BatchLoader.batches``).
    """
    loss = "" if recipe.loss.kind == "auto" else recipe.loss.kind
    scaled = chosen_kind_of_preparation(recipe.preparation, schema.preparation) is PreparationKind.SCALE
    return replace(schema.signature(loss), one_row=rows == 1, unit_inputs=scaled and not schema.input.is_tokens)
