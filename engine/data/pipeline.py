"""What is done to each field of the data before a network is given it: the fitted transforms, in their order.

A transform is declared once (``TRANSFORMS``). Which of them a field goes through, and what they were fitted to, follows
from what is saved with a run: the fields of the schema and the :class:`engine.data.preparation.Preparation`, which
alone applies them, to training samples and to new ones. This is their account, for people and for other programs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.counting import counted
from engine.data import fields as of_fields
from engine.data.dataset import Schema
from engine.data.fields import DataField, Feature
from engine.data.kinds import DataKind, PreparationKind
from engine.data.preparation import Preparation
from engine.number_text import rounded

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class TransformKind:
    """``words`` says what a fitted one does, of its figures; one that is not fitted yet is called by its ``title``."""

    name: str
    title: str
    summary: str
    words: Callable[[Figures], str]


@dataclass(frozen=True)
class Transform:
    """A step of a field. ``figures`` are plain values; those that are measured are missing until it is fitted."""

    kind: TransformKind
    figures: Figures = field(default_factory=dict)
    is_fitted: bool = True

    @property
    def words(self) -> str:
        return self.kind.words(self.figures) if self.is_fitted else self.kind.title

    def to_json(self) -> dict[str, Any]:
        return {"transform": self.kind.name, "fitted": self.is_fitted, **self.figures}


@dataclass(frozen=True)
class FieldPipeline:
    """What becomes of a field: the ``columns`` of the input, or its numbers, and the ``steps`` on the way."""

    name: str
    columns: tuple[str, ...]
    steps: tuple[Transform, ...]

    @property
    def words(self) -> str:
        return "; ".join(step.words for step in self.steps) or "as it is"

    def to_json(self) -> dict[str, Any]:
        return {
            "field": self.name,
            "columns": list(self.columns),
            "steps": [step.to_json() for step in self.steps],
        }


def _imputed(figures: Figures) -> str:
    value, rule = figures["value"], figures["rule"]
    if isinstance(value, list):
        return f"missing: {', '.join(map(rounded, value))} (the {rule})"
    return f"missing: {rounded(value)} (the {rule})" if isinstance(value, float) else f"missing: {value}"


def _dated(figures: Figures) -> str:
    return f"date: {', '.join(figures['columns'])}"


def _affine(figures: Figures) -> str:
    shift, scale = figures["shift"], figures["scale"]
    if isinstance(shift, float):
        return f"(x {'+' if shift < 0 else '−'} {rounded(abs(shift))}) ÷ {rounded(scale)}"
    pairs = zip(shift, scale, strict=True)
    return "; ".join(f"channel {at}: {_affine({'shift': a, 'scale': b})}" for at, (a, b) in enumerate(pairs, 1))


_KINDS = (
    TransformKind("grey", "grey", "An image in colour becomes one of brightness alone.", lambda figures: "grey"),
    TransformKind(
        "resize",
        "resize",
        "An image of another size is laid into the frame of the training images.",
        lambda figures: f"resized to {figures['width']}×{figures['height']}",
    ),
    TransformKind(
        "tokenise",
        "tokenise",
        "Each character becomes its number in the vocabulary; one that is not in it becomes 0.",
        lambda figures: f"each character is a token: {counted(figures['tokens'], 'token')}, 0 for unknown characters",
    ),
    TransformKind("log", "log(1 + x)", "The logarithm of 1 + x takes the place of x.", lambda figures: "log(1 + x)"),
    TransformKind(
        "impute",
        "impute missing values",
        "A number stands in for each missing value: the median, the mean, or the most frequent one.",
        _imputed,
    ),
    TransformKind(
        "binary",
        "0 or 1",
        "The two values become 0 and 1.",
        lambda figures: f"0 for {figures['values'][0]}, 1 for {figures['values'][1]}",
    ),
    TransformKind(
        "one-hot",
        "one-hot",
        "A column of 0 and 1 for each category; rare and unknown ones share the one called other, where there is one.",
        lambda figures: f"one-hot, {counted(len(figures['categories']), 'column')}",
    ),
    TransformKind(
        "date",
        "date",
        "A date becomes the days since the year 2000, and sine and cosine of its place in the year, the week and the "
        "day, as far as these vary.",
        _dated,
    ),
    TransformKind(
        "flag",
        "a column for missing values",
        "One more column, with 1 where the value is missing and 0 elsewhere.",
        lambda figures: "one more column: 1 where it is missing",
    ),
    TransformKind(
        "standardise",
        "standardise",
        "The mean of the training samples becomes 0, their standard deviation 1.",
        _affine,
    ),
    TransformKind("scale", "scale", "The smallest value becomes 0, the largest 1.", _affine),
)
TRANSFORMS = {kind.name: kind for kind in _KINDS}
"""The transforms that a field can go through, by name."""


def pipeline(
    schema: Schema,
    preparation: Preparation | None = None,
    asked: PreparationKind = PreparationKind.AUTO,
    most: int | None = None,
) -> tuple[FieldPipeline, ...]:
    """What is done to each field of the input of ``schema``, or to the first ``most`` of them.

    Fitted by ``preparation``; without one, what will be fitted to the training samples where ``asked`` is what the
    recipe says of inputs.
    """
    if schema.kind is DataKind.TEXT:
        tokens = Transform(TRANSFORMS["tokenise"], {"tokens": schema.target.size})
        return (FieldPipeline("text", (), (tokens,)),)
    kind = schema.preparation if asked is PreparationKind.AUTO else asked
    if preparation is not None:
        kind = preparation.input_kind
    if schema.kind is DataKind.PICTURES:
        return (FieldPipeline("image", (), (*_of_image(schema), *_of_channels(schema, preparation, kind))),)
    said, at = [], 0
    for one in of_fields.inputs(schema.fields)[:most]:
        width = len(one.columns)
        fits = preparation is not None and len(preparation.input_shift) >= at + width
        steps = _of_field(one, preparation if fits else None, at, kind)
        said.append(FieldPipeline(one.shown, one.columns, tuple(steps)))
        at += width
    return tuple(said)


def _of_image(schema: Schema) -> list[Transform]:
    channels, height, width = schema.input.sizes
    grey = [Transform(TRANSFORMS["grey"])] if channels == 1 else []
    return [*grey, Transform(TRANSFORMS["resize"], {"width": width, "height": height})]


def _of_channels(schema: Schema, preparation: Preparation | None, kind: PreparationKind) -> list[Transform]:
    if preparation is None or len(preparation.input_shift) == 1:
        return _rescaled(kind, None if preparation is None else _pair(preparation, 0))
    return _rescaled(kind, {"shift": list(preparation.input_shift), "scale": list(preparation.input_scale)})


def _pair(preparation: Preparation, at: int) -> Figures:
    return {"shift": preparation.input_shift[at], "scale": preparation.input_scale[at]}


def _rescaled(kind: PreparationKind, fitted: Figures | None) -> list[Transform]:
    """What brings numbers to a usual size; nothing where it leaves them as they are."""
    if kind not in (PreparationKind.STANDARDISE, PreparationKind.SCALE):
        return []
    if fitted is None:
        return [Transform(TRANSFORMS[kind.value], is_fitted=False)]
    return [] if fitted == {"shift": 0.0, "scale": 1.0} else [Transform(TRANSFORMS[kind.value], fitted)]


def _of_field(one: DataField, preparation: Preparation | None, at: int, kind: PreparationKind) -> list[Transform]:
    """The steps of a field whose first column of the input is ``at``."""
    steps, fitted = [], preparation is not None
    fill = preparation.input_fill[at:] if preparation is not None and preparation.input_fill else ()
    if one.feature is Feature.NUMBER:
        steps += [Transform(TRANSFORMS["log"])] if one.log else []
        steps += _of_missing(one, fitted, fill[0] if fill else None)
        steps += _rescaled(kind, None if preparation is None else _pair(preparation, at))
    elif one.feature is Feature.YES_NO:
        steps.append(Transform(TRANSFORMS["binary"], {"values": list(one.categories)}))
        steps += _of_missing(one, fitted, one.categories[int(fill[0] > 0.5)] if fill else None)
    elif one.feature is Feature.DATE:
        width = len(one.columns) - one.flag
        columns = [name.removeprefix(f"{one.shown} ") for name in one.columns[:width]]
        steps.append(Transform(TRANSFORMS["date"], {"columns": columns, "written": one.written}))
        steps += _of_missing(one, fitted, [float(value) for value in fill[:width]] if fill else None)
        if one.measured[0]:
            steps += _rescaled(kind, None if preparation is None else _pair(preparation, at))
    else:
        names = list(one.values)
        steps.append(Transform(TRANSFORMS["one-hot"], {"categories": names}))
        there = any(fill[: len(names)])
        steps += _of_missing(one, fitted, names[list(fill).index(1.0)] if there else None)
    return [*steps, Transform(TRANSFORMS["flag"])] if one.flag else steps


def _of_missing(one: DataField, fitted: bool, value: float | str | list[float] | None) -> list[Transform]:
    if not one.impute.fills:
        return []
    rule = one.impute.value
    if not fitted:
        return [Transform(TRANSFORMS["impute"], {"rule": rule}, is_fitted=False)]
    return [] if value is None else [Transform(TRANSFORMS["impute"], {"rule": rule, "value": value})]
