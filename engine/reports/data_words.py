"""What a dataset is, in words: what its rows are called, what is to be learned of them, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping

from engine.counting import counted, noun
from engine.data import catalogue
from engine.data.dataset import DataError, Schema
from engine.data.kinds import DataKind
from engine.graph.targets import TargetKind
from engine.text import sign
from engine.training.recipe import Recipe

LONGEST_NAME = 30
"""Letters of a class's name that a sentence quotes."""
MOST_NAMES = 12
"""So many classes are named at most."""


def unit(schema: Schema | None, count: int = 2) -> str:
    """What a row of the data is called: image(s) for pictures, window(s) for text, else sample(s)."""
    words = {DataKind.PICTURES: "image", DataKind.TEXT: "window"}
    return noun(count, words.get(schema.kind, "sample") if schema is not None else "sample")


def target_words(schema: Schema, most_names: int = MOST_NAMES) -> str:
    """What is to be learned: "one of 3 classes: setosa, …", "yes or no: lower or upper", "a number: price"."""
    target = schema.target
    if target.kind is TargetKind.VALUES:
        names = ", ".join(target.names)
        if target.size == 1:
            return f"a number: {names}" if names else "a number"
        return f"numbers: {names}" if names else counted(target.size, "number")
    if target.goals:
        return f"{counted(len(target.goals), 'target')}: {', '.join(map(sign, target.goals))}"
    if target.kind is TargetKind.NEXT_TOKEN:
        return f"which of {counted(target.size, 'token')} comes next"
    if target.kind is TargetKind.YES_NO:
        return f"yes or no: {' or '.join(target.names)}" if target.names else "yes or no"
    if target.kind is TargetKind.LABELS:
        more = ", …" if len(target.names) > most_names else ""
        return f"any of {counted(target.size, 'label')}: {', '.join(map(sign, target.names[:most_names]))}{more}"
    if target.kind is TargetKind.GROUPS:
        return "which of them lie close together"
    if target.gives_back_input:
        return "to give them back"
    if target.kind is TargetKind.REAL_OR_FAKE:
        return "to make new ones like these"
    classes = counted(target.size, "class", "classes")
    more = ", …" if len(target.names) > most_names else ""
    return f"one of {classes}: {', '.join(target.names[:most_names])}{more}" if target.names else f"one of {classes}"


def name_unread(recipe: Recipe) -> str:
    """What to call data of which nothing is known now: its file, or else the dataset."""
    try:
        path = catalogue.file_of(recipe.dataset, recipe.dataset_options)
    except DataError:
        path = None
    return recipe.dataset if path is None else path.name


def rows_words(rows: Mapping[str, int]) -> str:
    """How many rows each split has: "60,000 train, 10,000 test"."""
    return ", ".join(f"{count:,} {split}" for split, count in rows.items())


def error_unit(schema: Schema | None) -> str:
    """What an error is measured in: "of price", "in the targets' own units"; "" where there is none."""
    if schema is None or schema.target.kind is not TargetKind.VALUES:
        return ""
    names = schema.target.names
    return f"of {short_name(names[0])}" if len(names) == 1 else "in the targets' own units"


def short_name(name: str) -> str:
    """A name from data, harmless and short enough to be part of a sentence."""
    name = sign(name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
