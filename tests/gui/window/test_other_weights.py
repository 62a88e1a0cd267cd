"""A run with patience: the window says which weights are in use, however it ended, and lets one use the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.graph.grouping import group
from engine.project.file import SUFFIX, read
from engine.training.gradient_learner import GradientLearner
from engine.training.state import MEMORY, TrainingState
from gui.project_session import ProjectSession, look_into
from gui.training.trained import Start, Trained


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
    assert all(np.array_equal(saved.run.weights[name], used.weights[name]) for name in used.weights)
    desk.do("other_weights")
    assert desk.window.isWindowModified()
    back = desk.window.session.trained.weights
    assert all(np.array_equal(back[name], trained.weights[name]) for name in back)


def test_without_a_choice_the_command_is_off(desk) -> None:
    desk.use(epochs=1)
    desk.train_to_the_end()
    assert not desk.window.commands["other_weights"].isEnabled()


@pytest.fixture
def session(qapp) -> Iterator[ProjectSession]:
    """A project whose run with patience was stopped; its best weights are in use."""
    made = ProjectSession(journal_ms=0)
    made.new("points-2d")
    document = made.document
    document.set_recipe("Patience", document.recipe.with_setting("patience", 5))
    names = [node.name for node in document.graph.nodes.values() if node.kind == "Linear"]
    best, last = ({f"{name}.weight": np.full((2, 2), value, np.float32) for name in names} for value in (1, 2))
    rows = tuple({"epoch": n, "step": 9 * n, "train_loss": 0.5, "validation_loss": 0.1 * n} for n in (1, 2, 3))
    position = {"step": 27, "epoch": 3, "best_epoch": 1, "best_loss": 0.1, "history": list(rows), MEMORY: []}
    tensors = {
        f"{kind}/{name}": value
        for kind, kept in (("weights", last), ("best", best))
        for name, value in kept.items()
    }
    state = TrainingState(tensors, position)
    made.set_trained(
        Trained(document.graph, document.recipe, document.signature, weights=best, training=state, history=rows)
    )
    yield made
    made.discard_journal()


def _rename(session: ProjectSession) -> None:
    graph = session.document.graph
    id = next(node.id for node in graph.nodes.values() if node.kind == "Linear")
    session.document.edit("Rename", graph.rename(id, "first"))


def _fold(session: ProjectSession) -> None:
    graph = session.document.graph
    id = next(node.id for node in graph.nodes.values() if node.kind == "Linear")
    session.document.edit("Fold", group(graph, [id], "Folded"))


def _freeze(session: ProjectSession) -> None:
    graph = session.document.graph
    id = next(node.id for node in graph.nodes.values() if node.kind == "Linear")
    session.document.edit("Freeze", graph.set(id, frozen=True))


def _set(**changes: object) -> Callable[[ProjectSession], None]:
    def edit(session: ProjectSession) -> None:
        document = session.document
        document.set_recipe("Set", document.recipe.with_settings(changes))

    return edit


@pytest.mark.parametrize(
    "edit",
    [_rename, _fold, _freeze, _set(batch_size=7), _set(patience=0), _set(seed=3), _set(l1=0.1)],
    ids=["rename", "fold", "freeze", "batch size", "no patience", "seed", "l1"],
)
@pytest.mark.parametrize("how", ["save", "journal"])
def test_edits_that_leave_the_weights_alone_leave_the_choice(session: ProjectSession, tmp_path, edit, how) -> None:
    before = session.trained.choice_words
    assert before.startswith("In use: the best weights, of epoch 1 (validation loss 0.1)")
    edit(session)
    again = ProjectSession(journal_ms=0)
    if how == "save":
        session.save(tmp_path / "a.sketchnet")
        session.close()  # one window at a time has a file
        again.open(look_into(tmp_path / "a.sketchnet"))
    else:
        session.write_journal()
        again.recover(session.journal)
    opened = again.trained
    assert opened.choice_words == before
    assert not opened.can_go_on(again.document.whole, again.document.recipe), "it is another run"
    assert [value.flat[0] for value in opened.with_other_weights().weights.values()] == [2.0] * len(opened.weights)
    assert opened.with_other_weights().with_other_weights().choice_words == before
    again.discard_journal()
    again.close()


def test_what_does_not_change_the_run_leaves_all_of_it(session: ProjectSession, tmp_path) -> None:
    _set(epochs=77)(session)
    session.save(tmp_path / "a.sketchnet")
    saved = read(tmp_path / "a.sketchnet").run.training
    assert saved.resumable
    assert saved.tensors.keys() == session.trained.training.tensors.keys()


def test_a_killed_run_is_recovered_with_its_best_weights(desk, monkeypatch) -> None:
    monkeypatch.setattr("gui.training.run_controller.KEEP_EVERY_S", 0.0)
    desk.use(epochs=100_000, patience=90_000, optimizer__learning_rate=0.3)
    told: list[Trained] = []
    desk.trainer.got_so_far.connect(told.append)
    desk.do("train")
    desk.until(lambda: any(each.choice for each in told), "a journal of a run that became worse")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    assert {each.choice[0].name for each in told if each.choice} == {"best"}


def test_a_run_that_fails_says_which_weights_are_in_use(desk, monkeypatch) -> None:
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    step = GradientLearner.step

    def fails(self: GradientLearner, *given: object) -> object:
        if self.progress.best_epoch and self.progress.epoch > self.progress.best_epoch:
            raise RuntimeError("the plug was pulled")
        return step(self, *given)

    monkeypatch.setattr(GradientLearner, "step", fails)
    desk.use(epochs=100_000, patience=90_000, optimizer__learning_rate=0.3)
    desk.do("train")
    desk.until(lambda: not desk.trainer.running, "the failure")
    assert desk.window.session.trained.choice[0].name == "best"
    ((_title, sentence, _node),) = desk.troubles
    assert "the plug was pulled" in sentence
    assert "In use: the best weights, of epoch" in sentence
