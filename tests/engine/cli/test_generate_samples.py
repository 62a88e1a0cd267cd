"""generate for networks that make samples: rows as CSV, images as PNG, the same for the same seed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli import main


def made(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["generate", *words]) == 0
    return capsys.readouterr().out


def test_points_go_to_standard_output_and_the_critic_scores_rows(
    here: Path, capsys: pytest.CaptureFixture[str], refused: Callable[..., str]
) -> None:
    assert main(["new", "gan-points", "points"]) == 0
    capsys.readouterr()
    assert "not trained yet" in refused("generate", "points")
    assert main(["train", "points", "--epochs", "1", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"train_critic_loss", "train_generator_loss", "train_real_score", "train_generated_score"} <= set(lines[0])
    assert {"state", "test_energy_distance", "floor_energy_distance", "test_rows"} <= set(lines[-1])
    three = made("points", "--count", "3", "--seed", "4", capsys=capsys)
    rows = list(csv.DictReader(io.StringIO(three)))
    assert [list(row) for row in rows] == [["x", "y"]] * 3
    assert all(np.isfinite([float(value) for value in row.values()]).all() for row in rows)
    assert made("points", "--count", "3", "--seed", "4", capsys=capsys) == three
    assert made("points", "--count", "3", "--seed", "5", capsys=capsys) != three
    (here / "rows.csv").write_text("x,y\n0.1,0.2\n")
    assert main(["predict", "points", "--csv", "rows.csv"]) == 0
    assert np.isfinite(json.loads(capsys.readouterr().out)["score"])


def test_rows_of_a_table_are_made_as_they_stand_in_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [
        (("male", "female")[k % 2], ("Ulm", "Bonn", "Köln")[k % 3], f"{20 + k % 9}", ("yes", "no")[k % 5 == 0])
        for k in range(90)
    ]
    lines = [",".join(row) for row in (("sex", "town", "age", "bought"), *cells)]
    (here / "table.csv").write_text("\n".join(lines), encoding="utf-8")
    assert main(["new", "--data", "table.csv", "--task", "gan", "net"]) == 0
    assert main(["train", "net", "--epochs", "1"]) == 0
    made_text = made("net", "--count", "20", capsys=capsys)
    rows = list(csv.DictReader(io.StringIO(made_text)))
    assert {tuple(row) for row in rows} == {("sex", "town", "age")}
    assert {row["sex"] for row in rows} <= {"male", "female"}
    assert {row["town"] for row in rows} <= {"Ulm", "Bonn", "Köln"}
    (here / "made.csv").write_text(made_text)
    assert main(["predict", "net", "--csv", "made.csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 20


def test_images_are_files_in_a_folder(
    here: Path, capsys: pytest.CaptureFixture[str], refused: Callable[..., str]
) -> None:
    assert main(["new", "gan-digits", "digits"]) == 0
    settings = ["--set", "dataset_options.samples=100", "--set", "batch_size=32"]
    assert main(["train", "digits", "--epochs", "1", *settings]) == 0
    assert "Wrote 2 images to made." in made("digits", "--count", "2", "--out", "made", "--seed", "7", capsys=capsys)
    files = sorted((here / "made").iterdir())
    assert [file.name for file in files] == ["sample-7-1.png", "sample-7-2.png"]
    first = [np.asarray(Image.open(file)) for file in files]
    assert [(array.shape, array.dtype) for array in first] == [((28, 28), np.dtype("uint8"))] * 2
    made("digits", "--count", "2", "--out", "again", "--seed", "7", capsys=capsys)
    assert [file.read_bytes() for file in sorted((here / "again").iterdir())] == [file.read_bytes() for file in files]
    (here / "taken").write_text("a file")
    assert "cannot be a folder" in refused("generate", "digits", "--out", "taken")
