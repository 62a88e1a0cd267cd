"""What a network cannot be asked, and data it cannot learn from: refused in a sentence that says what to do instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.data.sources import own_table, own_text
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.project.file import write
from engine.project.project import Project
from engine.training.recipe import Recipe

TABLE = "age,town,bought\n" + "".join(
    f"{20 + k % 40 if k % 7 else ''},{('Bonn', 'Ulm', 'Kiel')[k % 3]},{('no', 'yes')[k % 2]}\n" for k in range(90)
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_table.forget()
    own_text.forget()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(TABLE)
    (tmp_path / "verse.txt").write_text("the quick brown fox jumps over the lazy dog.\n" * 30)
    return tmp_path


def trained(name: str, graph: Graph, recipe: dict[str, Any]) -> None:
    project = Project(graph=graph, recipe=Recipe().with_settings({"epochs": 1, **recipe}), title=name)
    write(project, Path(f"{name}.sketchnet"))
    assert main(["train", name]) == 0


@pytest.fixture
def kinds(capsys: pytest.CaptureFixture[str]) -> None:
    """A trained network of several kinds of data and learning."""
    dense = chain([layer("Linear", out_features="answer")])
    trained("classes", dense, {"dataset": "moons"})
    trained("images", chain([layer("Flatten"), layer("Linear", out_features="answer")]), {"dataset": "uci-digits"})
    trained("groups", templates.build("k-means"), {"dataset": "blobs", "task.kind": "k-means"})
    samples = {"dataset_options.samples": 200}
    trained("points", templates.build("gan-points"), {"dataset": "moons", "task.kind": "gan", **samples})
    steps = layer("GRU", hidden_size=8, output="sequence")
    text = chain([layer("Embedding", embedding_dim=4), steps, layer("Linear", out_features="answer", last_axis=True)])
    own = {"dataset": "own-text", "dataset_options.path": "verse.txt", "dataset_options.window": 12}
    trained("text", text, own)
    capsys.readouterr()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence, or two, with which the command refuses."""
    status = main(list(words))
    printed, complaint = capsys.readouterr()
    assert (status in (1, 2), printed) == (True, "")
    assert complaint.count("\n") == 1
    return complaint


def test_what_a_network_cannot_be_asked(kinds: None, capsys: pytest.CaptureFixture[str]) -> None:
    for words, expected in (
        ("predict classes a.png", "does not look at images; it takes x, y: use --csv FILE"),
        ("predict groups a.png", "does not look at images; it takes x, y: use --csv FILE"),
        ("predict points --text a", "does not continue text; it takes x, y: use --csv FILE"),
        ("predict images --text a", "it looks at images: give image files"),
        ("predict text a.png", "continues text; use --text TEXT"),
        ("predict text --csv people.csv", "continues text; use --text TEXT"),
        ("predict classes --csv people.csv", "lacks the columns x, y; it has age, town, bought"),
        ("generate classes", "Classification can predict, but not make anything new: use predict"),
        ("generate groups", "Group (k-means) can predict, but not make anything new: use predict"),
        ("generate points --prompt a", "--prompt is for text, and the network in points.sketchnet makes rows"),
        ("generate points --length 9", "--length is for text"),
        ("generate points --temperature 0.5", "--temperature is for text"),
        ("generate points --out made", "--out is for images"),
        ("generate text --out made", "--out is for images, and the network in text.sketchnet makes text"),
        ("generate points --count x", "--count: expected a whole number, found 'x'"),
        ("generate text --temperature hot", "--temperature: expected a number such as 0.8, found 'hot'"),
        ("generate text --length 9999999", "Length must be from 1 to 1,000,000, not 9,999,999."),
        ("generate text --temperature nan", "Temperature must be from 0 to 2, not nan."),
        ("generate points --count 0", "Count must be from 1 to 100,000, not 0."),
        ("runs text use 7", "no earlier run 7; there are no earlier ones, and run 1 is the one in use"),
        ("runs text use x", "RUN: expected a whole number, found 'x'"),
    ):
        assert expected in said(capsys, *words.split()), words
    assert not Path("made").exists()


def test_the_same_call_gives_the_same(kinds: None, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("generate text --length 30 --seed 3", "generate points --count 4 --seed 3"):
        told = []
        for call in (words, words, words.replace("3", "5")):
            assert main(call.split()) == 0
            told.append(capsys.readouterr().out)
        assert told[0] == told[1] != told[2]


def test_data_of_ones_own_that_is_for_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    for words, expected in (
        ("people.csv --task nothing", "There is no kind of learning called 'nothing'; there are: classification"),
        ("people.csv --target bought --task regression", "Choose another target or another task."),
        ("people.csv --task language-model", "A language model learns from text"),
        ("verse.txt --task gan", "a language-model can be learned, not gan. Leave --task out"),
        ("verse.txt --target town", "Leave --target out"),
    ):
        assert expected in said(capsys, "new", "--data", *words.split(), "new"), words
    assert not Path("new.sketchnet").exists()


@pytest.mark.parametrize("task", ["k-means", "gan"])
def test_a_table_may_be_for_a_kind_that_has_templates(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--data", "people.csv", "--task", task, "mine"]) == 0
    assert "0 classes" not in capsys.readouterr().out
    assert main(["train", "mine", "--epochs", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["task"] == task
    Path("people.csv").rename("moved.csv")
    own_table.forget()
    assert main(["predict", "mine", "--csv", "moved.csv"]) == 0, "the project opens, and knows its columns"
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 90
    assert {"group" in row or "score" in row for row in rows} == {True}
    if task == "gan":
        assert main(["generate", "mine"]) == 0
        assert capsys.readouterr().out.startswith("age,town\n")
