"""What is done to the columns of a table before a network is given them, in words: the pipeline as people read it."""

from __future__ import annotations

from engine.counting import counted
from engine.data import fields as of_fields
from engine.data.dataset import Schema
from engine.data.fields import OTHER, DataField, Feature
from engine.data.preparation import Preparation
from engine.number_text import rounded


def pipeline_words(schema: Schema, preparation: Preparation | None = None) -> list[tuple[str, str]]:
    """(name of the field, what becomes of it) for each input of a table; figures where they have been measured."""
    said, at = [], 0
    for field in of_fields.inputs(schema.fields):
        width = len(field.columns)
        measured = preparation is not None and len(preparation.input_shift) >= at + width
        said.append((field.name, _field(field, preparation if measured else None, at)))
        at += width
    return said


def _field(field: DataField, preparation: Preparation | None, at: int) -> str:
    steps = []
    fill = preparation.input_fill[at:] if preparation is not None and preparation.input_fill else ()
    if field.feature is Feature.NUMBER:
        if field.log:
            steps.append("log(1 + x)")
        if fill:
            steps.append(f"missing: {rounded(fill[0])} (the {field.impute.value})")
        if preparation is not None:
            shift, scale = preparation.input_shift[at], preparation.input_scale[at]
            if shift or scale != 1:
                steps.append(f"(x {'+' if shift < 0 else '−'} {rounded(abs(shift))}) ÷ {rounded(scale)}")
    elif field.feature is Feature.YES_NO:
        steps.append(f"0 for {field.categories[0]}, 1 for {field.categories[1]}")
        if fill:
            steps.append(f"missing: {field.categories[int(fill[0] > 0.5)]}")
    else:
        names = (*field.categories, OTHER) if field.other else field.categories
        steps.append(f"one-hot, {counted(len(names), 'column')}")
        if any(fill[: len(names)]):
            steps.append(f"missing: {names[list(fill).index(1.0)]}")
    if field.flag:
        steps.append("one more column: 1 where it is missing")
    return "; ".join(steps) or "as it is"
