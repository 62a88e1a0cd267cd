"""What opens at the start, as the settings say; unsaved work from a crash comes first whatever they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.project.file import SUFFIX, write
from engine.project.project import Project
from engine.project.recovery import Journal
from engine.training.recipe import Recipe
from gui.settings_file import settings


@pytest.fixture
def last(desk, chosen, tmp_path: Path) -> Path:
    path = tmp_path / f"mine{SUFFIX}"
    write(Project(Project().graph.add("Dropout", name="mine"), Recipe(dataset="circles")), path)
    settings().setValue("last", str(path))
    return path


@pytest.mark.parametrize(("start", "name"), [("last", "mine"), ("example", "Digits"), ("empty", "untitled")])
def test_what_was_chosen_is_opened(desk, chosen, last: Path, start: str, name: str) -> None:
    chosen.set("start", start)
    desk.window.files.begin(None)
    assert desk.window.session.name == name


def test_a_file_that_is_asked_for_goes_before(desk, chosen, last: Path) -> None:
    chosen.set("start", "empty")
    desk.window.files.begin(last)
    assert desk.window.session.name == "mine"


@pytest.mark.parametrize("start", ["example", "empty"])
@pytest.mark.parametrize("restored", [True, False])
def test_unsaved_work_on_the_last_project_is_offered(desk, chosen, last: Path, start: str, restored: bool) -> None:
    Journal.of(last).write(Project(Project().graph.add("ReLU", name="unsaved"), Recipe(dataset="circles")))
    Journal.of(last).lock.release()
    chosen.set("start", start)
    desk.answers.recovers = restored
    assert desk.window.files.will_ask(None)
    desk.window.files.begin(None)
    assert desk.answers.asked == [f"recover mine{SUFFIX}"]
    assert (desk.window.session.name == "mine") is restored


def test_nothing_was_open_last(desk, chosen) -> None:
    desk.window.files.begin(None)
    assert desk.window.session.name == "Digits"
