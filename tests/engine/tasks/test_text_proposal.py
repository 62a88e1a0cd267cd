"""What is proposed for a plain text can be trained as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.dataset import DataError
from engine.graph.advice.analysis import analyse
from engine.tasks.proposal import PROPOSERS
from engine.tasks.text_proposal import propose
from engine.training.data_loading import load_rows, signature_of


@pytest.mark.parametrize("length", [400, 3_000, 200_000])
def test_a_proposal_is_ready_to_train(tmp_path: Path, length: int) -> None:
    path = tmp_path / "my_poems.txt"
    path.write_text(("the quick brown fox\n" * length)[:length])
    assert [one.what for one in PROPOSERS if one.takes(path)] == ["plain texts"]
    made = propose(path)
    assert made.title == "my poems"
    assert analyse(made.graph, signature_of(made.recipe)).ready
    data = load_rows(made.recipe)
    assert min(len(data.validation), len(data.test)) >= 3
    passes = made.recipe.epochs * 0.8 * length
    assert made.recipe.epochs == 60 or 6_500_000 < passes < 7_500_000


def test_what_is_no_text_or_for_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("the quick brown fox\n" * 50)
    with pytest.raises(DataError, match="Leave --target out"):
        propose(path, target="fox")
    with pytest.raises(DataError, match="not regression"):
        propose(path, task="regression")
    path.write_bytes(bytes(range(256)))
    with pytest.raises(DataError, match="not plain text"):
        propose(path)
