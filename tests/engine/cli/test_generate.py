"""generate, and predict for text: from the project file alone, the same with the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main

VERSE = "the quick brown fox jumps over the lazy dog.\n"
WORDS = ("--set", "dataset=own-text", "--set", "dataset_options.window=8", "--set", "test=0.1", "--epochs", "1")


@pytest.fixture
def written(here: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A trained project whose text is gone."""
    text = here / "verse.txt"
    text.write_text(VERSE * 12)
    assert main(["new", "char-lstm", "writer"]) == 0
    assert main(["train", "writer", *WORDS, "--set", f"dataset_options.path={text}", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"validation_loss", "perplexity", "bits_per_character", "test_loss", "test_accuracy"} <= set(figures)
    text.unlink()
    return here / "writer.sketchnet"


def test_text_from_the_file_alone(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for seed in ("1", "1", "2"):
        assert main(["generate", "writer", "--prompt", "the ", "--length", "30", "--seed", seed]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]
    assert said[0].startswith("the ")
    assert main(["generate", "writer", "--count", "2", "--length", "5", "--prompt", "ü"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("ü") == 2
    assert "has no ü" in shown.err
    assert main(["predict", "writer", "--text", "the qui"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["probabilities"][line["answer"]] == line["probability"] == max(line["probabilities"].values())
    assert len(line["probabilities"]) == 10


def test_what_cannot_be_generated_is_refused(
    written: Path, here: Path, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Temperature must be from 0 to 2" in refused("generate", "writer", "--temperature", "3", status=2)
    assert "Count must be" in refused("generate", "writer", "--count", "0", status=2)
    assert main(["new", "line", "line"]) == 0
    capsys.readouterr()
    assert "not trained yet" in refused("generate", "line")
    assert main(["train", "line", "--epochs", "1", "--json"]) == 0
    capsys.readouterr()
    assert "Regression can predict, but not make anything new" in refused("generate", "line")
    assert "does not continue text" in refused("predict", "line", "--text", "a")
    assert "either" in refused("predict", "writer", "--text", "a", "--csv", "b.csv", status=2)


def test_a_project_for_a_text_of_the_users(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "my_verse.txt").write_text(VERSE * 12)
    assert main(["new", "--data", "my_verse.txt", "verse"]) == 0
    said = capsys.readouterr().out
    assert "tokens at a time" in said
    assert "continue my_verse.txt" in said
    assert main(["train", "verse", "--epochs", "1", "--json"]) == 0
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["task"] == "language-model"
    assert line["perplexity"] > 1
