"""The account of what is done to each field: every transform in it does to numbers what it says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import Dataset
from engine.data.kinds import PreparationKind
from engine.data.pipeline import TRANSFORMS, FieldPipeline, pipeline
from engine.data.preparation import Preparation
from engine.data.tables.file import read_samples

pytestmark = pytest.mark.usefixtures("nothing_read")

TABLE = "length,income,colour,kept,price\n" + "".join(
    f"{k % 7 + k / 50},{'' if k % 9 == 4 else (k % 5) * 1000},{('red', 'blue', '', 'green', 'red')[k % 5]},"
    f"{('no', 'yes', '', 'yes')[k % 4]},{k * 3}.5\n"
    for k in range(90)
)
NEW = "length,income,colour,kept\n5,,mauve,yes\n-2.5,300,,\n1e3,0,red,no\n"


def table(folder: Path, **options: Any) -> Dataset:
    path = folder / "table.csv"
    path.write_text(TABLE)
    return catalogue.load("own-table", options={"path": str(path), "target": "price", **options})


def done(cell: str, field: FieldPipeline) -> list[float]:
    """What the steps of a field make of a cell, as they say it."""
    missing, values, flags = cell == "", [0.0 if cell == "" else cell], []
    for step in field.steps:
        figures = step.figures
        match step.kind.name:
            case "log":
                values = [values[0] if missing else math.log1p(float(values[0]))]
            case "binary":
                values = [values[0] if missing else float(figures["values"].index(cell))]
            case "one-hot":
                names = figures["categories"]
                known = cell in names
                values = [float(name == (cell if known else "other")) for name in names]
            case "impute" if missing:
                value = figures["value"]
                if isinstance(value, float):
                    values = [value]
                elif len(values) == 1:
                    values = [float(["no", "yes"].index(value))]
                else:
                    names = next(s.figures["categories"] for s in field.steps if s.kind.name == "one-hot")
                    values = [float(name == value) for name in names]
            case "standardise" | "scale":
                values = [(float(values[0]) - figures["shift"]) / figures["scale"]]
            case "flag":
                flags = [float(missing)]
    return [*map(float, values), *flags]


@pytest.mark.parametrize("kind", ["standardise", "scale", "none"])
@pytest.mark.parametrize("options", [{}, {"log": "income", "flags": True, "categories": 2}])
def test_the_account_is_what_happens_to_new_rows(tmp_path: Path, kind: str, options: dict[str, Any]) -> None:
    data = table(tmp_path, **options)
    preparation = Preparation.fit(data, kind)
    preparation = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    (tmp_path / "new.csv").write_text(NEW)
    inputs, _ = read_samples(tmp_path / "new.csv", data.schema)
    found = pipeline(data.schema, preparation)
    assert tuple(name for field in found for name in field.columns) == data.schema.columns
    names, *rows = [line.split(",") for line in NEW.splitlines()]
    for row, prepared in zip(rows, preparation.inputs(inputs), strict=True):
        expected = [value for field in found for value in done(row[names.index(field.name)], field)]
        np.testing.assert_allclose(prepared, expected, rtol=1e-5, atol=1e-6)
    steps = {step.kind.name for field in found for step in field.steps}
    assert steps == {"one-hot", "binary", "impute", *({kind} - {"none"}), *(("log", "flag") if options else ())}
    for field in found:
        assert json.loads(json.dumps(field.to_json()))["field"] == field.name


def test_before_training_it_says_what_will_be_done(tmp_path: Path) -> None:
    data = table(tmp_path)
    words = {field.name: field.words for field in pipeline(data.schema)}
    assert words["length"] == "impute missing values; standardise"
    assert words["colour"] == "one-hot, 3 columns; impute missing values"
    scaled = pipeline(data.schema, asked=PreparationKind.SCALE)
    assert scaled[0].words == "impute missing values; scale"
    assert not any(step.is_fitted for step in scaled[0].steps)


def test_images_and_text() -> None:
    data = catalogue.load("uci-digits")
    (image,) = pipeline(data.schema, Preparation.fit(data, "standardise"))
    assert [step.kind.name for step in image.steps] == ["grey", "resize", "standardise"]
    assert image.words.startswith("grey; resized to 8×8; (x − ")
    data = catalogue.load("python-topics")
    (text,) = pipeline(data.schema, Preparation.fit(data))
    assert text.words == f"each character is a token: {data.schema.target.size} tokens, 0 for unknown characters"


def test_every_transform_is_declared_with_words() -> None:
    for name, kind in TRANSFORMS.items():
        assert kind.name == name
        assert kind.title
        assert kind.summary.endswith(".")
