"""A run with patience, stopped by hand: the window says which weights are in use, and lets one use the others."""

from __future__ import annotations

import numpy as np

from engine.project.file import SUFFIX, read
from gui.training.trained import Start


def test_the_other_weights_can_be_used_and_are_saved(desk, tmp_path) -> None:
    desk.use(epochs=100_000, patience=90_000, optimizer__learning_rate=0.3)
    for _attempt in range(20):  # a stop right after the best epoch leaves no choice
        before = desk.steps()
        desk.do("train")
        desk.until(lambda before=before: desk.steps() > before + 60, "some steps")
        desk.do("stop")
        desk.until(lambda: not desk.trainer.running, "the end of the run")
        if desk.window.session.trained.choice is not None:
            break
    trained = desk.window.session.trained
    assert trained.choice is not None
    assert "In use: the best weights, of epoch" in desk.window.status.text
    action = desk.window.commands["other_weights"]
    assert action.text() == "Use the last weights"

    desk.do("other_weights")
    used = desk.window.session.trained
    assert "In use: the last weights, of epoch" in desk.window.status.text
    assert action.text() == "Use the best weights"
    assert all(np.array_equal(used.weights[name], array) for name, array in trained.training.weights().items())
    assert desk.window.studio.state.onward.start is Start.RESUME

    desk.answers.path = tmp_path / f"a{SUFFIX}"
    desk.do("save_as")
    saved = read(desk.answers.path)
    assert all(np.array_equal(saved.weights[name], used.weights[name]) for name in used.weights)
    desk.do("other_weights")
    assert desk.window.isWindowModified()
    back = desk.window.session.trained.weights
    assert all(np.array_equal(back[name], trained.weights[name]) for name in back)


def test_without_a_choice_the_command_is_off(desk) -> None:
    desk.use(epochs=1)
    desk.train_to_the_end()
    assert not desk.window.commands["other_weights"].isEnabled()
