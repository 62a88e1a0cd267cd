"""An exported file as a script: it reads a picture or a row as it is typed, and says what the program would."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.data.preparation import Preparation
from engine.export.source import export_source, signature_of, source_text
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.targets import TargetKind
from engine.network.build import build
from engine.network.script_answers import names_of
from engine.network.source import source
from engine.project.project import Project
from engine.tasks.predictor import Predictor
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.weights import take_weights
from tests.engine.graph.drawings import TEXT, answer, row
from tests.engine.network.networks import executed

SEVERAL = """
import runpy, sys
for line in open(sys.argv[1], encoding="utf-8").read().splitlines():
    sys.argv = line.split("|")
    runpy.run_path(sys.argv[0], run_name="__main__")
assert not any(name.partition(".")[0] in ("engine", "gui") for name in sys.modules)
"""
DATASETS = {
    "iris": ("classes", row(("Linear", {"out_features": 7}), "Tanh", answer())),
    "wine": ("after a softmax", row(answer(), "Softmax")),
    "moons": ("after a log-softmax", row(("Linear", {"out_features": 5}), "Tanh", answer(), "LogSoftmax")),
    "breast-cancer": ("yes or no", row(("Linear", {"out_features": 4}), "ReLU", answer())),
    "houses": ("values", row(("Linear", {"out_features": 9}), "ReLU", answer())),
    "line": ("one input", row(answer())),
    "strokes": ("pictures", row(("Conv2d", {"out_channels": 4}), "ReLU", "MaxPool2d", "Flatten", answer())),
    "uci-digits": ("images of another size", row("Flatten", answer())),
}

SUPERVISED = (TargetKind.CLASSES, TargetKind.YES_NO, TargetKind.VALUES)


def project(dataset: str, graph: Graph) -> Project:
    """A project with weights of its own, prepared as its rows ask."""
    recipe = Recipe().with_setting("dataset", dataset)
    if dataset in ("strokes", "moons", "houses"):
        recipe = recipe.with_setting("dataset_options.samples", 300) if dataset != "strokes" else recipe
    made = Project(graph=graph, recipe=recipe, title=f"The {dataset} network")
    weights = take_weights(build(graph, signature_of(made), 8))
    return replace(made, run=replace(made.run, weights=weights, preparation=prepared(dataset)))


def prepared(dataset: str) -> Preparation:
    if dataset == "strokes":
        return Preparation((33.3,), (78.5,))
    recipe = Recipe().with_setting("dataset", dataset)
    return Preparation.fit(load_rows(recipe))


def pictures(dataset: str, folder: Path) -> list[tuple[NDArray[np.uint8], str]]:
    """Pictures as the dataset has them, and files that show them: as they are, dark on bright, and in colours."""
    if dataset == "strokes":
        drawn = _drawn()
    else:
        drawn = load_rows(Recipe().with_setting("dataset", dataset)).test.inputs[:3, 0]
    files = []
    for number, picture in enumerate(drawn):
        image = Image.fromarray(picture if number != 1 else 255 - picture)
        path = folder / f"{dataset}{number}.png"
        (image.convert("RGB") if number == 2 else image).save(path)
        files.append((picture, path.name))
    return files


def _drawn() -> list[NDArray[np.uint8]]:
    from engine.data.digit import prepare_strokes

    lines = ([[(10.0, 0.0), (10.0, 30.0)]], [[(0.0, 0.0), (20.0, 0.0), (8.0, 30.0)]], [[(0.0, 0.0), (25.0, 25.0)]])
    return [prepare_strokes(strokes) for strokes in lines]


def said(outputs: Sequence[float], names: Sequence[str], values: bool) -> str:
    """The answer as the file is to say it."""
    if values:
        written = [f"{float(f'{value:.6g}'):,}".removesuffix(".0") for value in outputs]
        return ", ".join(f"{name}: {value}" for name, value in zip(names, written, strict=True))
    best = int(np.argmax(outputs))
    return f"{names[best]}, {float(outputs[best]):.1%}"


def test_every_kind_of_network_answers_as_the_program_does(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    calls: list[str] = []
    wanted: list[str] = []
    for dataset, (_, graph) in DATASETS.items():
        made = project(dataset, graph)
        signature = signature_of(made)
        export_source(made, tmp_path / f"{dataset}.py")
        predictor = Predictor(made.graph, signature, made.run.weights, made.run.preparation)
        names, values = names_of(signature.target), signature.target.kind == "values"
        if signature.input.rank == 3:
            files = pictures(dataset, tmp_path)
            calls.append("|".join([f"{dataset}.py", *(name for _, name in files)]))
            answers = predictor.predict(np.stack([picture for picture, _ in files])[:, None])
            wanted += [f"{name}: {said(out, names, values)}" for (_, name), out in zip(files, answers, strict=True)]
        else:
            raw = load_rows(made.recipe).test.inputs[0].astype(np.float32)
            calls.append("|".join([f"{dataset}.py", *(str(value) for value in raw.tolist())]))
            wanted.append(said(predictor.predict(raw[None])[0], names, values))
    (tmp_path / "calls.txt").write_text("\n".join(calls), encoding="utf-8")
    environment = {name: value for name, value in clean_environment.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SEVERAL, "calls.txt"],
        env={**environment, "PYTHONIOENCODING": "utf-8"}, cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == wanted


def _names_or_values(name: str) -> bool:
    """Whether a template answers with classes or values; the others have tests of their own."""
    recipe = Recipe().with_settings(dict(templates.describe(name).recipe))
    return signature_of(Project(recipe=recipe)).target.kind in SUPERVISED


@pytest.mark.parametrize("name", [name for name in templates.names() if name != "empty" and _names_or_values(name)])
def test_every_template_answers_as_the_program_does(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    described = templates.describe(name)
    recipe = Recipe().with_settings(dict(described.recipe))
    made = Project(graph=templates.build(name), recipe=recipe, title=described.title)
    signature = signature_of(made)
    columns, values = signature.input.sizes[0], signature.target.kind == "values"
    many = signature.target.size if values else 0
    preparation = Preparation((33.0,) * columns, (78.0,) * columns, (5.0,) * many, (2.0,) * many)
    weights = take_weights(build(made.graph, signature, 3))
    made = replace(made, run=replace(made.run, weights=weights, preparation=preparation))
    export_source(made, tmp_path / "it.py")
    predictor = Predictor(made.graph, signature, made.run.weights, preparation)
    if signature.input.rank == 3:
        raw = _drawn()[1][None]
        Image.fromarray(raw[0]).save(tmp_path / "it.png")
        words, before = [str(tmp_path / "it.png")], f"{tmp_path / 'it.png'}: "
    else:
        raw = (np.random.default_rng(0).random(signature.input.sizes) * 9).astype(np.float32)
        words, before = [str(value) for value in raw.ravel().tolist()], ""
    monkeypatch.setattr(sys, "argv", ["it.py", *words])
    runpy.run_path(str(tmp_path / "it.py"), run_name="__main__")
    wanted = said(predictor.predict(raw[None])[0], names_of(signature.target), values)
    assert capsys.readouterr().out == f"{before}{wanted}\n"
    compile(source_text(made, with_training=True), "it.py", "exec")


def test_tokens_are_whole_numbers_of_the_vocabulary(capsys: pytest.CaptureFixture[str]) -> None:
    graph = row("Embedding", ("LSTM", {}), answer())
    made = executed(source(graph, TEXT, weights_file=None))
    length, words = TEXT.input.sizes[0], TEXT.input.vocabulary
    made["main"](["1"] * length)
    assert "%" in capsys.readouterr().out
    wrong = (
        ([str(words)] * length, f"from 0 to {words - 1}"),
        (["1.5"] * length, "whole number"),
        (["1"], "Found 1"),
    )
    for typed, why in wrong:
        with pytest.raises(SystemExit, match=why):
            made["main"](typed)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["1", "2", "3"], "Expected 4 numbers: area .m²., bedrooms, age .years., distance .km.. Found 3"),
        (["1", "2", "3", "x"], "could not convert string to float: 'x'"),
        (["1", "2", "3", "nan"], "finite"),
        (["1", "2", "3", "1e99"], "finite"),
    ],
)
def test_a_row_that_is_none_says_why(words: list[str], why: str) -> None:
    graph = DATASETS["houses"][1]
    made = project("houses", graph)
    columns = ("area (m²)", "bedrooms", "age (years)", "distance (km)")
    run = executed(source(graph, signature_of(made), weights_file=None, columns=columns))["main"]
    with pytest.raises(SystemExit, match=why):
        run(words)
    run(["-1e2", "2", "3.5", "4"])  # a sign, an exponent and a point are a number


def test_pictures_of_any_size_are_read_and_others_say_why(tmp_path: Path) -> None:
    made = project("strokes", DATASETS["strokes"][1])
    read = executed(source(made.graph, signature_of(made), weights_file=None))["read_picture"]
    small = _drawn()[1]
    large = Image.fromarray(255 - small).resize((280, 280), Image.Resampling.BICUBIC)
    paper = Image.new("L", (400, 320), 235)
    paper.paste(large, (90, 10))
    paper.save(tmp_path / "photo.jpg")
    see_through = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    see_through.paste((0, 0, 0, 255), mask=Image.fromarray(small).resize((280, 280)))
    see_through.save(tmp_path / "ink.png")
    for name in ("photo.jpg", "ink.png"):
        found = read(tmp_path / name).numpy()
        assert (found.shape, found.dtype) == ((1, 28, 28), np.uint8)
        # The centre of mass may be rounded to the neighbouring pixel, as it may in MNIST.
        moved = [np.roll(found[0], (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
        alike = max(np.corrcoef(one.ravel(), small.ravel())[0, 1] for one in moved)
        assert alike > 0.95, f"{name} is prepared otherwise than by the program"
    (tmp_path / "broken.png").write_bytes(b"no image")
    Image.new("L", (50, 50), 200).save(tmp_path / "blank.png")
    for name, why in (("broken.png", "cannot be read"), ("blank.png", "shows nothing"), ("none.png", "cannot be read")):
        with pytest.raises(SystemExit, match=why):
            read(tmp_path / name)


def test_weights_that_are_not_there_are_one_sentence() -> None:
    made = executed(source(row(answer()), signature_of(project("iris", row(answer())))))
    with pytest.raises(SystemExit, match=r"weights\.safetensors is not there"):
        made["main"](["1", "2", "3", "4"])
