"""weights: using the others of a run's weights, and what the file then says of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli import main
from engine.project.file import read, write
from engine.training.kept_weights import BEST, LAST
from engine.training.state import TrainingState


@pytest.mark.parametrize("share", ["0", "0.2"])
def test_weights_are_tested_as_at_the_end_of_a_run(here: Path, share: str) -> None:
    """Without test rows the figures are empty, which is not the same as not known: nobody need test again."""
    file = here / "moons.sketchnet"
    assert main(["new", "points-2d", "moons"]) == 0
    assert main(["train", "moons", "--epochs", "2", "--set", f"test={share}"]) == 0
    trained = read(file)
    state = trained.run.training
    assert state is not None
    best = {name: array + 1.0 if name.startswith("best/") else array for name, array in state.tensors.items()}
    assert best.keys() >= {f"best/{name}" for name in trained.run.weights or ()}
    write(replace(trained, run=replace(trained.run, training=TrainingState(best, state.position))), file)

    for word in (BEST, LAST):
        assert main(["weights", "moons", word]) == 0
        used = read(file).run
        assert used.choice is not None
        assert used.choice[0].name == word
        assert used.test is not None
        assert used.test.keys() == (trained.run.test or {}).keys()
        assert bool(used.test) is (share != "0")
    assert read(file).run.test == trained.run.test
