"""The user's own examples as a dataset: alone, or together with another one (``base``).

With another dataset its validation and test rows stay what they are, so that figures can be compared; the user's own
are added to its training rows. What is held out of them is never learned from: alone it is the test split.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import carrying
from engine.data.dataset import DataError, Dataset, Schema, Split
from engine.data.examples import file, library
from engine.data.examples.values import Collection, ExampleKind
from engine.data.fields import DataField
from engine.data.fingerprint import Fingerprint, stamp_of
from engine.data.kinds import DataKind, PictureForm
from engine.data.sources.source import BaseData, Pool, Source
from engine.files.json_input import JsonError, parse_json
from engine.graph.parameters import FilePath, Flag, Integer, Parameter, Params, Real, TextLine
from engine.graph.shapes import Shape
from engine.graph.targets import CLASSIFIED, Categories

NAME = "own-examples"
PATH = FilePath(
    name="path",
    title="Dataset",
    default="",
    suffixes=(file.SUFFIX,),
    help="The name of one of your own datasets, drawn or painted in Sketchnet, or the path of its file.",
)
BASE = TextLine(
    name="base",
    title="Together with",
    default="",
    longest=100,
    help="Another dataset to learn from as well, by its name, such as mnist. Empty: your examples alone.",
)
BASE_OPTIONS = TextLine(
    name="base_options",
    title="Its options",
    default="",
    longest=20_000,
    help="The options of the other dataset, as JSON.",
    advanced=True,
)
BASE_ROWS = Integer(
    name="base_rows",
    title="Of it at most",
    default=0,
    low=0,
    high=10_000_000,
    unit="samples",
    help="How many training samples of the other dataset are used, drawn by the seed. 0: all of them.",
    advanced=True,
)
SHARE = Real(
    name="share",
    title="Share of yours",
    default=0.0,
    low=0.0,
    high=0.9,
    help="Which part of the training samples your own examples are to be: they are repeated until they are. "
    "0: each of them once.",
    advanced=True,
)
INSIDE = Flag(
    name=carrying.OPTION,
    title="Keep in the project file",
    default=False,
    help="The examples travel inside the project, so that it can be passed on with them: up to 16 MB, as they are when "
    "the project is saved.",
)
_OPTIONS = (PATH, INSIDE, BASE, BASE_OPTIONS, BASE_ROWS, SHARE)
_MOST_ROWS = 2_000_000


def _collection(options: Params) -> Collection:
    """What is in the file now. Raises DataError."""
    if not options.path:
        raise DataError("No dataset of yours is chosen yet. Collect examples, or choose a dataset.")
    path = library.path_of(options.path)
    if stamp_of(path) is None:
        raise DataError(
            f"There is no dataset of yours called {options.path}: {path} is missing. Choose its file, or another "
            "dataset."
        )
    return file.read(path)


def own_schema(collection: Collection) -> Schema:
    """What the examples of a collection are like as a dataset of their own."""
    described = collection.description
    points = described.kind is ExampleKind.POINTS
    lows, highs = zip(*described.ranges, strict=True)
    return Schema(
        name=NAME,
        title=described.title,
        summary=("Points that you have painted." if points else "Images that you have drawn and named.")
        + (f" {collection.damaged:,} damaged lines of the file are left out." if collection.damaged else ""),
        kind=DataKind.POINTS if points else DataKind.PICTURES,
        input=Shape.features(2) if points else Shape.picture(*described.size),
        target=Categories(len(described.classes), described.classes),
        columns=described.axes if points else (),
        value_range=(min(lows), max(highs)) if points else (0.0, 255.0),
        licence="Yours",
        origin="Made by you.",
        picture_form=described.form or (PictureForm.CROPPED if described.size[0] == 3 else None),
        fields=tuple(map(DataField, described.axes)) if points else (),
    )


def _schema(options: Params) -> Schema:
    return own_schema(_collection(options))


def _make(options: Params) -> Pool:
    collection = _collection(options)
    if not collection.to_learn_from:
        raise DataError(f"{collection.description.title} has no examples to learn from yet. Draw or paint some.")
    held = collection.held_out
    return Pool(collection.split(collection.to_learn_from), collection.split(held) if held else None)


def _base(options: Params) -> BaseData | None:
    """The dataset that the examples are added to; None where they are alone. Raises DataError."""
    if not options.base:
        return None
    if options.base == NAME:
        raise DataError(f"{NAME} cannot be learned from together with itself: put one dataset of yours into the other.")
    given: dict[str, Any] = {}
    if options.base_options:
        try:
            given = parse_json(options.base_options)
        except JsonError as error:
            raise DataError(f"The options of {options.base} are no JSON: {error}.") from None
        if not isinstance(given, dict):
            raise DataError(f"The options of {options.base} must be a JSON object.")
    return BaseData(options.base, given)


def base_options(given: dict[str, Any]) -> str:
    """The options of another dataset as the option ``base_options`` has them."""
    return json.dumps(given, sort_keys=True) if given else ""


def _together(base: Schema, options: Params) -> Schema:
    """The schema of another dataset with the examples added to it. Raises DataError."""
    try:
        collection = _collection(options)
    except DataError:  # moved or deleted: what the other dataset asks of a drawing is known all the same
        return replace(base, name=NAME, title=f"{base.title} and yours")
    described = collection.description
    own = own_schema(collection)
    if base.kind is not own.kind or base.input != own.input or base.target.kind not in CLASSIFIED:
        raise DataError(
            f"{described.title} cannot be learned from together with {base.title}: its examples are "
            f"{own.input.words()}, those of {base.title} {base.input.words()}. Choose another dataset."
        )
    used = {example.label for example in collection.to_learn_from}
    more = tuple(name for name in described.classes if name in used and name not in base.target.names)
    names = (*base.target.names, *more)
    return replace(
        base,
        name=NAME,
        title=f"{base.title} and {described.title}",
        summary=f"{base.summary} Together with your own examples.",
        target=Categories(len(names), names) if more else base.target,
    )


def _mixed(base: Dataset, options: Params, seed: int) -> Dataset:
    """Another dataset with the examples among its training rows. Raises DataError."""
    collection = _collection(options)
    schema = _together(base.schema, options)
    own = collection.split(collection.to_learn_from, schema.target.names)
    if not len(own):
        raise DataError(f"{collection.description.title} has no examples to learn from yet. Draw or paint some.")
    train = base.train
    generator = np.random.default_rng((seed, 4703))
    if options.base_rows and len(train) > options.base_rows:
        train = train.take(np.sort(generator.permutation(len(train))[: options.base_rows]).astype(np.int64))
    wanted = round(len(train) * options.share / (1 - options.share))
    count = min(max(wanted, len(own)), _MOST_ROWS)
    chosen = np.resize(np.arange(len(own)), count).astype(np.int64)
    rows = Split(
        np.concatenate([train.inputs, own.inputs[chosen].astype(train.inputs.dtype)]),
        np.concatenate([train.targets, own.targets[chosen].astype(train.targets.dtype)]),
    )
    return Dataset(schema, rows, base.validation, base.test, division=base.division)


def _count(options: Params) -> int:
    return len(_collection(options).to_learn_from)


def _version(options: Params) -> Hashable:
    return stamp_of(library.path_of(options.path)) or "missing" if options.path else None


def _fingerprint(options: Params) -> Fingerprint | None:
    _collection(options)
    try:
        return Fingerprint.read(library.path_of(options.path))
    except OSError as error:
        raise DataError(f"{options.path} cannot be read: {error.strerror or error}.") from None


def _offered(options: Params) -> tuple[Parameter, ...]:
    """The options with the size of what would travel inside the project."""
    size = carrying.size_of(options)
    words = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3)):,} kB"
    inside = replace(INSIDE, title=f"{INSIDE.title} ({words})") if size else INSIDE
    return tuple(inside if option is INSIDE else option for option in _OPTIONS)


def _path(options: Params) -> Path:
    return library.path_of(options.path)


OWN_EXAMPLES = Source(
    schema=_schema,
    make=_make,
    rows=_count,
    options=_OPTIONS,
    offered=_offered,
    asks_for=PATH.name,
    version=_version,
    file=PATH.name,
    path=_path,
    fingerprint=_fingerprint,
    base=_base,
    held_out=lambda options: len(_collection(options).held_out),
    together=_together,
    mixed=_mixed,
    learned_from=lambda options: library.learned_from(library.path_of(options.path)),
)
