"""encode and decode: what layers give as a file, and predictions from there; and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.graph.grouping import group
from engine.project.file import read, write

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network for points, trained, with a block in it."""
    path = tmp_path_factory.mktemp("made") / "points.sketchnet"
    assert main(["new", "points-2d", str(path)]) == 0
    project = read(path)
    graph = project.graph
    graph = group(graph, [graph.names["linear2"], graph.names["relu2"]], "Twist")
    write(replace(project, graph=graph), path)
    assert main(["train", str(path), "--epochs", "1", "--json"]) == 0
    return path


@pytest.fixture
def points(trained: Path, here: Path, capsys: Shown) -> str:
    """That network as a file in the present folder, and a table of three points beside it."""
    shutil.copy(trained, here)
    (here / "rows.csv").write_text("x,y\n0.1,0.2\n-1,0.5\n3,-2\n")
    capsys.readouterr()
    return "points"


def answers(shown: Shown, *words: str) -> list[dict[str, object]]:
    shown.readouterr()
    assert main(list(words)) == 0
    return [json.loads(line) for line in shown.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", ["linear1", "twist1.linear2", "twist1", "data", "goal"])
@pytest.mark.parametrize("ending", ["csv", "npz"])
def test_decode_goes_on_from_what_encode_wrote(
    points: str, name: str, ending: str, here: Path, capsys: Shown
) -> None:
    predicted = answers(capsys, "predict", points, "--csv", "rows.csv")
    assert main(["encode", points, "--csv", "rows.csv", "--at", name, "--out", f"code.{ending}"]) == 0
    assert (here / f"code.{ending}").is_file()
    decoded = answers(capsys, "decode", points, f"code.{ending}", "--at", name)
    assert [row["probabilities"] for row in decoded] == [row["probabilities"] for row in predicted]


def test_several_layers_stand_side_by_side_on_standard_output(points: str, capsys: Shown) -> None:
    assert main(["encode", points, "--csv", "rows.csv", "--at", "relu1", "--at", "linear3"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == [f"relu1.{n}" for n in range(1, 33)] + ["linear3.1", "linear3.2"]
    assert len(rows) == 4
    assert min(float(value) for row in rows[1:] for value in row[:32]) == 0.0


def test_images_keep_their_shape_in_an_npz_file(here: Path, capsys: Shown) -> None:
    from PIL import Image

    assert main(["new", "digit-cnn", "digits"]) == 0
    settings = ["--set", "dataset_options.samples=100", "--set", "batch_size=32"]
    assert main(["train", "digits", "--epochs", "1", *settings]) == 0
    image = np.zeros((60, 60), np.uint8)
    image[10:50, 25:35] = 255
    Image.fromarray(image).save(here / "one.png")
    assert main(["encode", "digits", "one.png", "one.png", "--at", "conv1", "--out", "maps.npz"]) == 0
    maps = np.load(here / "maps.npz")["conv1"]
    assert maps.shape[0] == 2
    assert maps.ndim == 4
    predicted = answers(capsys, "predict", "digits", "one.png")
    decoded = answers(capsys, "decode", "digits", "maps.npz", "--at", "conv1")
    assert [row["answer"] for row in decoded] == [predicted[0]["answer"]] * 2


def test_an_autoencoder_gives_its_code_unasked(here: Path, capsys: Shown) -> None:
    from PIL import Image

    assert main(["new", "autoencoder", "digits"]) == 0
    settings = ["--set", "dataset_options.samples=100", "--set", "batch_size=32"]
    assert main(["train", "digits", "--epochs", "1", *settings]) == 0
    image = np.zeros((60, 60), np.uint8)
    image[10:50, 25:35] = 255
    Image.fromarray(image).save(here / "one.png")
    assert main(["encode", "digits", "one.png", "--out", "code.csv"]) == 0
    assert (here / "code.csv").read_text().splitlines()[0] == ",".join(f"norm1.{n}" for n in range(1, 17))
    (predicted,) = answers(capsys, "predict", "digits", "one.png", "--out", "back")
    assert predicted.keys() - {"warnings"} == {"picture", "reconstruction", "error", "above"}
    assert 0 <= predicted["above"] <= 1
    (decoded,) = answers(capsys, "decode", "digits", "code.csv")
    given, found = (np.asarray(Image.open(here / row["reconstruction"])) for row in (predicted, decoded))
    assert given.shape == (28, 28)
    assert np.array_equal(given, found)


def test_what_they_refuse(points: str, here: Path, refused: Refused, capsys: Shown) -> None:
    table = ("--csv", "rows.csv")
    assert "There is no layer 'linear9'" in refused("encode", points, *table, "--at", "linear9")
    assert "twist1 has linear2, relu2" in refused("encode", points, *table, "--at", "twist1.conv1")
    assert "either images, or a table" in refused("encode", points, "--at", "linear1", status=2)
    assert "Say which layer with --at: data, goal, linear1" in refused("encode", points, *table)
    assert "end its name in .csv or .npz" in refused(
        "encode", points, *table, "--at", "relu1", "--out", "a.txt", status=2
    )
    assert "already exists" in refused("encode", points, *table, "--at", "relu1", "--out", "rows.csv")
    np.savez(here / "codes.npz", relu1=np.zeros((2, 31)), linear3=np.full((1, 2), np.inf), data=np.array(["a"]))
    assert "relu1 gives 32 features for each sample, not 31" in refused("decode", points, "codes.npz", "--at", "relu1")
    assert "not all numbers" in refused("decode", points, "codes.npz", "--at", "linear3")
    assert "numbers are expected" in refused("decode", points, "codes.npz", "--at", "data")
    assert "no array 'relu2'" in refused("decode", points, "codes.npz", "--at", "twist1.relu2").replace("twist1.", "")
    (here / "no.npz").write_bytes(b"PK\x03\x04 and so on")
    assert "is damaged, or no NPZ file" in refused("decode", points, "no.npz", "--at", "relu1")
    (here / "short.csv").write_text("linear3.1\n1\n")
    assert "linear3.2" in refused("decode", points, "short.csv", "--at", "linear3")
    assert "No such file" in refused("decode", points, "nowhere.npz", "--at", "relu1")
    assert main(["new", "points-2d", "fresh"]) == 0
    capsys.readouterr()
    assert "not trained yet" in refused("encode", "fresh", *table, "--at", "linear1")
