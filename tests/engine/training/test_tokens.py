"""Tokens, whole numbers that stand for words, stay whole numbers on their whole way: training, file, predictions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.cli import main
from engine.data import catalogue
from engine.data.checking import check
from engine.data.dataset import DataError, Dataset, Schema, Split
from engine.data.preparation import Preparation
from engine.data.sources.source import Pool, Source
from engine.export.source import export_source
from engine.graph.graph import Graph
from engine.graph.shapes import Shape
from engine.graph.targets import Quantities, Target, YesNo
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.run import Run, evaluate
from engine.tasks.predictor import InputError, Predictor
from engine.training.batches import BatchLoader
from engine.training.control import Control
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from tests.engine.graph.drawings import answer, row

WORDS, LENGTH = 40, 5
SAYS = YesNo(1, ("no", "yes"))
SCORES = Quantities(1, ("score",))


def schema(asked: Target, preparation: str = "none") -> Schema:
    return Schema(
        name="tokens",
        title="Tokens",
        summary="Words in a row.",
        kind="table",
        input=Shape.tokens(LENGTH, WORDS),
        target=asked,
        columns=tuple(f"word {k + 1}" for k in range(LENGTH)),
        value_range=(0, WORDS - 1),
        licence="",
        origin="",
        preparation=preparation,
        answer_preparation="standardise" if asked.kind == "values" else "none",
    )


def rows(count: int, seed: int, asked: Target, kind: Any = np.int64) -> Split:
    """Yes where word 7 is among the words; the score is how often, times 100."""
    random = np.random.default_rng(seed)
    inputs = random.integers(20, WORDS, (count, LENGTH)).astype(kind)
    inputs[::2, 2] = 7
    sevens = (inputs == 7).sum(1)
    answers = (sevens > 0).astype(np.float32) if asked is SAYS else 100 * sevens[:, None].astype(np.float32)
    return Split(inputs, answers)


def dataset(asked: Target = SAYS, kind: Any = np.int64, preparation: str = "none") -> Dataset:
    splits = (rows(count, seed, asked, kind) for count, seed in ((96, 0), (32, 1), (32, 2)))
    return Dataset(schema(asked, preparation), *splits)


def drawing() -> Graph:
    return row(("Embedding", {"embedding_dim": 8}), "Flatten", answer())


ADAM = {"optimizer": "Adam", "optimizer.learning_rate": 0.05}
RECIPE = Recipe(epochs=12, batch_size=16, device="cpu").with_settings(ADAM)
TYPES = (np.int64, np.int32, np.int16, np.uint16, np.int8, np.uint8, np.float32)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_an_embedding_learns_from_whole_numbers_of_any_type(kind: Any) -> None:
    run = Run(drawing(), RECIPE, data := dataset(kind=kind))
    outcome = run.run()
    assert outcome.state == "finished", outcome.message
    assert outcome.test["test_accuracy"] > 0.9
    prepared = outcome.preparation
    assert prepared is not None
    assert (prepared.input_shift, prepared.input_scale) == ((), ())
    again = evaluate(drawing(), RECIPE, data, outcome.weights, prepared)
    assert again["test_accuracy"] == outcome.test["test_accuracy"]
    answers = Predictor(drawing(), data.schema.signature(), outcome.weights, prepared).predict(data.test.inputs)
    assert np.mean((answers[:, 1] > 0.5) == data.test.targets) == outcome.test["test_accuracy"]


@pytest.mark.parametrize("asked", ["auto", "standardise", "scale", "none"])
@pytest.mark.parametrize("recommended", ["standardise", "none"])
def test_tokens_are_never_prepared(asked: str, recommended: str) -> None:
    data = dataset(preparation=recommended)
    prepared = Preparation.fit(data, asked)
    assert prepared.inputs(data.train.inputs).dtype == np.int64
    assert np.array_equal(prepared.inputs(data.train.inputs), data.train.inputs)
    assert Preparation.from_json(json.loads(json.dumps(prepared.to_json()))) == prepared


def test_whole_numbers_that_are_measurements_are_prepared_as_before() -> None:
    feed = BatchLoader(
        np.arange(6).reshape(3, 2), torch.zeros(3), torch.device("cpu"), shift=(1.0, 1.0), scale=(2.0, 2.0)
    )
    assert feed.take(torch.arange(3))[0].dtype == torch.float32
    small = np.full((3, 2), 250, np.uint8)
    feed = BatchLoader(small, torch.zeros(3), torch.device("cpu"), tokens=True, keep_prepared=0)
    assert feed.take(torch.arange(3))[0].dtype == torch.int64
    with pytest.raises(DataError, match="names no input column"):
        Preparation.from_json({**Preparation((), ()).to_json(), "inputs": "standardise"})


def test_a_stopped_run_goes_on_bit_for_bit_from_its_file(tmp_path: Path) -> None:
    whole = Run(drawing(), RECIPE, dataset()).run()
    half = Run(drawing(), replace(RECIPE, epochs=5), dataset()).run()
    project = Project(graph=drawing(), recipe=RECIPE, run=RunRecord(weights=half.weights, training=half.training))
    write(replace(project, run=replace(project.run, preparation=half.preparation)), tmp_path / "a.sketchnet")
    kept = read(tmp_path / "a.sketchnet")
    assert kept.run.preparation == half.preparation
    rest = Run(drawing(), RECIPE, dataset(), resume=kept.run.training, control=Control()).run()
    assert all(np.array_equal(rest.weights[name], array) for name, array in whole.weights.items())


@pytest.mark.parametrize("value", [-1, WORDS, 3.5, np.nan])
def test_what_is_no_token_is_refused(value: float) -> None:
    data = dataset(kind=np.float32)
    inputs = data.train.inputs.copy()
    inputs[4, 1] = value
    broken = Dataset(data.schema, Split(inputs, data.train.targets), data.validation, data.test)
    with pytest.raises(DataError, match="Training sample 5, column word 2"):
        check(broken)
    predictor = Predictor(drawing(), data.schema.signature(), None, None)
    with pytest.raises(InputError, match="Sample 5, token 2"):
        predictor.predict(inputs)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset of tokens in the catalogue, as one that comes later will be."""
    made = Source(schema=lambda _o: schema(SCORES), make=lambda _o: Pool(rows(160, 0, SCORES)), rows=lambda _o: 160)
    monkeypatch.setattr(catalogue, "SOURCES", {**catalogue.SOURCES, "tokens": made})


@pytest.mark.usefixtures("known")
def test_on_the_command_line_from_training_to_the_exported_file(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "words.sketchnet"
    recipe = RECIPE.with_settings({"dataset": "tokens", "epochs": 40})
    write(Project(graph=drawing(), recipe=recipe), path)
    assert main(["train", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["test_r2"] > 0.8
    project = read(path)
    asked = rows(3, 9, SCORES)
    table = tmp_path / "rows.csv"
    table.write_text(
        ",".join(schema(SCORES).columns) + "\n" + "\n".join(",".join(map(str, line)) for line in asked.inputs) + "\n"
    )
    assert main(["predict", str(path), "--csv", str(table)]) == 0
    said = [json.loads(line)["values"]["score"] for line in capsys.readouterr().out.splitlines()]
    expected = Predictor(project.graph, schema(SCORES).signature(), project.run.weights, project.run.preparation)
    np.testing.assert_allclose(said, expected.predict(asked.inputs)[:, 0], rtol=1e-6)
    table.write_text(table.read_text() + "1,2,3,4,2.5\n")
    assert main(["predict", str(path), "--csv", str(table)]) != 0
    assert "2.5 is not a token" in capsys.readouterr().err
    export_source(project, tmp_path / "words.py")
    space: dict[str, Any] = {"__name__": "words", "__file__": str(tmp_path / "words.py")}
    exec(compile((tmp_path / "words.py").read_text(), "words.py", "exec"), space)
    with torch.no_grad():
        outputs = space["restore"](space["load"]()(torch.from_numpy(asked.inputs)))
    np.testing.assert_allclose(outputs.numpy()[:, 0], said, rtol=1e-5)
