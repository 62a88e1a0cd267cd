"""What someone who is new here does first, and what must come of it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from engine.project.project import Project
from engine.project.recovery import Journal
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.fields import Field
from gui.training.trained import Start


def dialogs(desk) -> list[DatasetDialog]:
    return [d for d in desk.window.findChildren(DatasetDialog) if d.isVisible()]


def test_training_without_the_data_leads_to_the_download(desk, monkeypatch) -> None:
    monkeypatch.setattr("engine.data.catalogue.CatalogueEntry.is_available", lambda self: False)
    monkeypatch.setattr("engine.data.catalogue.is_available", lambda _name: False)
    assert not desk.window.studio.train()
    (dialog,) = dialogs(desk)
    assert not dialog.use.isEnabled()
    dialog.reject()


def test_activating_the_data_block_asks_which_data_and_a_layer_takes_the_keyboard(desk) -> None:
    window = desk.window
    window.studio.session.new("digit-mlp")
    graph = window.document.graph
    (data,) = graph.of_kind("Input")
    window.canvas.node_activated.emit(data.id)
    (dialog,) = dialogs(desk)
    dialog.reject()
    layer = graph.of_kind("Linear")[0]
    window.canvas.node_activated.emit(layer.id)
    assert window.document.selection == {layer.id}
    focused = QApplication.focusWidget()
    assert focused is None or isinstance(focused.parentWidget(), Field)


def test_what_was_said_of_one_project_is_not_said_of_the_next(desk) -> None:
    desk.window.status.say("Something is wrong.", serious=True)
    desk.window.studio.session.new("line")
    assert desk.window.status.text == ""


def test_a_run_that_is_killed_is_recovered_and_goes_on(desk, monkeypatch) -> None:
    monkeypatch.setattr("gui.training.run_controller.KEEP_EVERY_S", 0.0)
    desk.use("points-2d", epochs=100_000)
    session, trainer = desk.window.session, desk.trainer
    kept: list[Project] = []
    monkeypatch.setattr(Journal, "write", lambda self, project: kept.append(project))
    desk.do("train")
    desk.until(lambda: any(project.run.history for project in kept), "a run in the journal")
    desk.do("stop")
    desk.until(lambda: not trainer.running, "the end of the run")
    project = next(project for project in kept if project.run.history)
    assert project.run.weights is not None
    assert project.run.training is not None
    session.set_trained(None)
    journal = Journal.of(None)
    monkeypatch.setattr(Journal, "recover", lambda self: project)
    session.recover(journal)
    assert desk.window.studio.state.onward.start is Start.RESUME
    assert session.dirty


def test_a_run_is_watched_on_the_curves(desk) -> None:
    results = desk.window.results
    results.setCurrentWidget(results.problems)
    desk.window.studio.trainer.started.emit()
    assert results.currentWidget() is results.curves_page
