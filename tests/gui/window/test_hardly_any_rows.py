"""The window after runs that had hardly any rows to validate or test on."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("template", ["line", "points-2d"])
def test_without_validation_and_test_rows(desk, template: str) -> None:
    desk.use(template, epochs=2, validation=0.0, test=0.0, dataset_options__samples=20)
    desk.train_to_the_end()
    trained = desk.window.session.trained
    assert desk.troubles == []
    assert [row["validation_loss"] for row in trained.history] == [None, None]
    assert trained.test == {}
    assert not desk.window.studio.can_test
    assert not desk.window.results.curves.is_empty()
    assert desk.window.results.test.verdict.text() == "There were no test samples."
    assert desk.notices[-1:] == ["Done. There were no test samples."]
    assert not desk.window.results.test.matrix.isVisibleTo(desk.window.results)


@pytest.mark.parametrize("template", ["line", "points-2d"])
def test_with_one_row_each(desk, template: str) -> None:
    desk.use(template, epochs=2, validation=0.1, test=0.1, dataset_options__samples=10)
    desk.train_to_the_end()
    trained = desk.window.session.trained
    assert desk.troubles == []
    assert all(row["validation_loss"] is not None for row in trained.history)
    words = desk.window.results.test.verdict.text()
    assert "1 sample)" in words
    assert "learned nothing" not in desk.window.results.test.wrong.text()
    assert "R²" not in words
    assert "None" not in words
    assert "–" not in desk.notices[-1]
