"""Choosing a loss on the command line, from training to the exported file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]


def test_a_loss_with_a_link_predicts_the_same_here_and_in_the_file(here: Path, capsys: Shown) -> None:
    from engine.data import catalogue

    assert main(["new", "houses", "h"]) == 0
    settings = ("loss=poisson", "optimizer.learning_rate=0.03", "dataset_options.samples=200", "epochs=30")
    assert main(["train", "h", *(word for one in settings for word in ("--set", one))]) == 0
    assert main(["source", "h", "--out", "h.py"]) == 0
    columns, values = catalogue.schema("houses").columns, [120, 3, 10, 5]
    Path("row.csv").write_text(f"{','.join(columns)}\n{','.join(map(str, values))}\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["predict", "h", "--csv", "row.csv"]) == 0
    (price,) = json.loads(capsys.readouterr().out)["values"].values()
    assert 100 < price < 1000, "a price, and not its logarithm"
    said = subprocess.run(
        [sys.executable, "h.py", *map(str, values)], capture_output=True, text=True, check=True, cwd=here
    ).stdout
    assert float(said.rsplit(": ", 1)[1].replace(",", "")) == pytest.approx(price, rel=1e-5)
    assert main(["info", "h"]) == 0
    shown = capsys.readouterr().out
    assert "poisson" in shown
    assert "answer_preparation" not in shown, "it does nothing with this loss"
    assert "(Poisson loss)" in shown


def test_answers_that_a_loss_cannot_take_are_refused_and_the_file_stays_as_it_was(
    here: Path, refused: Refused, capsys: Shown
) -> None:
    assert main(["new", "line", "l"]) == 0
    capsys.readouterr()
    before = (here / "l.sketchnet").read_bytes()
    said = refused("train", "l", "--set", "loss=poisson")
    assert "target y: -" in said
    assert "is below 0, and Poisson loss learns from numbers of 0 and more only. Choose Mean squared error" in said
    assert (here / "l.sketchnet").read_bytes() == before
