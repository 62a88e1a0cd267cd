"""The user's own datasets on the command line: listed, exported, put together, and trained on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data.examples import file, library
from engine.data.examples.values import Description, ExampleKind

pytestmark = pytest.mark.usefixtures("own_library")


def painted(title: str, seed: int) -> library.OwnDataset:
    made = library.begin(Description(title, ExampleKind.POINTS, ("left", "right")))
    generator = np.random.default_rng(seed)
    for name, side in (("left", -0.5), ("right", 0.5)):
        file.add(made.path, [(name, generator.normal((side, 0), 0.1)) for _ in range(40)])
    return made


def test_listed_exported_and_merged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", "list"]) == 0
    assert "none yet" in capsys.readouterr().out
    one, other = painted("Two hills", 0), painted("More hills", 1)
    assert main(["examples", "list"]) == 0
    assert "two-hills" in capsys.readouterr().out
    assert main(["examples", "merge", one.name, other.name]) == 0
    assert "80 examples are new" in capsys.readouterr().out
    assert main(["examples", "export", one.name, str(tmp_path / "hills.csv")]) == 0
    assert len((tmp_path / "hills.csv").read_text(encoding="utf-8").splitlines()) == 161
    assert main(["examples", "merge", one.name, one.name]) == 1
    assert main(["examples", "export", "nowhere", str(tmp_path / "x.csv")]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_the_file_of_a_dataset_is_data_for_a_new_project(tmp_path: Path) -> None:
    made, project = painted("Two hills", 0), str(tmp_path / "hills.sketchnet")
    assert main(["new", "--data", str(made.path), project]) == 0
    assert main(["train", project, "--set", "epochs=2"]) == 0


def test_trained_on_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, project = painted("Two hills", 0).name, str(tmp_path / "hills.sketchnet")
    assert main(["new", "points-2d", project]) == 0
    capsys.readouterr()
    own = ["--set", "dataset=own-examples", "--set", f"dataset_options.path={name}", "--set", "epochs=20"]
    assert main(["train", project, *own, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert figures["test_accuracy"] > 0.9
