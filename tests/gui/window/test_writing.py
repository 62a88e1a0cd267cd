"""Trying a language model in the window: a beginning, the likeliest next characters, and text that can be stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest

from engine.graph.layout.arranging import chain, layer
from engine.tasks.queries import Encode, NextTokens
from gui.document import DocumentState
from gui.tasks.language_model.text_panel import TextPanel

VERSE = "the quick brown fox jumps over the lazy dog.\n"


@pytest.fixture
def panel(desk, tmp_path: Path) -> TextPanel:
    """The panel of a small network for a text of the user's."""
    path = tmp_path / "verse.txt"
    path.write_text(VERSE * 30)
    answer = layer("Linear", out_features="answer", last_axis=True)
    graph = chain([layer("Embedding", embedding_dim=8), layer("GRU", hidden_size=8, output="sequence"), answer])
    changes = {"dataset_options.path": str(path), "dataset_options.window": 8, "epochs": 1, "test": 0.1}
    recipe = desk.recipe().with_settings({"dataset": "own-text", **changes})
    desk.window.document.reset(DocumentState(graph, recipe))
    desk.until(lambda: isinstance(desk.window.tryout.currentWidget(), TextPanel), "the text to be read")
    shown = desk.window.tryout.currentWidget()
    assert isinstance(shown, TextPanel)
    return shown


def test_what_comes_next_and_a_text_that_goes_on(desk, panel: TextPanel) -> None:
    assert not panel.generate.isEnabled()
    assert "not trained yet" in panel.note.text()
    desk.train_to_the_end()
    panel.text.setFocus()
    QTest.keyClicks(panel.text, "the q")
    desk.until(lambda: panel.bars.values() is not None, "the likeliest characters")
    assert len(panel.bars.names()) == 10
    assert abs(float(panel.bars.values().sum())) <= 1.0001
    assert panel.answer.text().startswith("Likeliest next: ")
    panel.values["length"] = 40
    panel.generate.click()
    desk.until(lambda: not panel.writing, "the end of the text")
    assert len(panel.text.toPlainText()) == 45
    assert panel.text.toPlainText().startswith("the q")
    panel.generate.click()
    desk.until(lambda: not panel.writing, "the end of more text")
    assert len(panel.text.toPlainText()) == 85
    assert desk.troubles == []


def test_it_writes_while_training_and_stops_at_once(desk, panel: TextPanel) -> None:
    desk.window.document.try_setting("Epochs", "epochs", 10_000)
    desk.do("train")
    desk.until(lambda: panel.generate.isEnabled(), "a network to ask")
    panel.values["length"] = 100_000
    panel.generate.click()
    desk.until(lambda: len(panel.text.toPlainText()) > 20, "the first letters")
    assert desk.trainer.running
    assert panel.text.isReadOnly()
    panel.stop.click()
    desk.until(lambda: not panel.writing, "the end of the text")
    assert len(panel.text.toPlainText()) < 100_000
    panel.generate.click()
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    desk.window.studio.close()  # which ends a text that is being written too
    assert desk.troubles == []


def test_characters_that_were_never_seen_are_told(desk, panel: TextPanel) -> None:
    desk.train_to_the_end()
    panel.text.setPlainText("a \u20ac")
    desk.until(lambda: "€" in panel.remark.text(), "the remark")
    panel.clear.click()
    desk.until(lambda: not panel.remark.text(), "no remark any more")


def test_a_text_that_is_gone_is_said_in_the_data_page(desk, panel: TextPanel) -> None:
    desk.window.document.try_setting("Change the data", "dataset_options.path", "/nowhere/verse.txt")
    desk.window.document.select([desk.node("Input")])
    assert "does not exist" in desk.window.inspector.data.file.status_label.text()


def test_other_questions_are_answered_while_a_text_is_made(desk, panel: TextPanel) -> None:
    desk.train_to_the_end()
    predictions = desk.window.studio.predictions
    got: dict[str, object] = {}
    predictions.answered.connect(lambda key, answer, _trained: got.setdefault(key, answer))
    predictions.refused.connect(lambda key, why: got.setdefault(f"{key}, why", why))
    panel.values["length"] = 100_000
    panel.generate.click()
    desk.until(lambda: len(panel.text.toPlainText()) > 20, "the first letters")
    predictions.ask("next", NextTokens("the "))
    predictions.ask("encoded", Encode(np.zeros((1, 8), np.int64), ("gru1",)))
    predictions.ask("wrong", Encode(np.zeros((1, 9), np.int64), ("gru1",)))
    desk.until(lambda: "wrong" in got, "three answers")
    assert panel.writing
    panel.stop.click()
    desk.until(lambda: not panel.writing, "the end of the text")
    assert len(got["next"].tokens) == 10
    assert got["encoded"].values["gru1"].shape == (1, 8, 8)
    assert got["wrong"] is None
    assert "samples of" in str(got["wrong, why"])
    assert desk.troubles == []
