"""A notification when a long run ends and nobody looks; the progress of runs in the task bar."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui import run_watch
from gui.preferences.store import preferences
from gui.run_watch import desktop
from gui.system import notification, task_bar
from gui.system.notification import can_notify, notify


@pytest.fixture
def away(monkeypatch, programs):
    """The user has turned to something else, and every run is a long one."""
    programs.add("notify-send")
    monkeypatch.setattr(run_watch, "LONG_S", 0.0)
    monkeypatch.setattr(notification, "is_looked_at", lambda: False)
    preferences().reset()
    yield programs
    preferences().reset()


def test_the_end_of_a_long_run_is_told(desk, away) -> None:
    assert can_notify()
    desk.train_to_the_end()
    said = away.wait_for(lambda text: "points" in text.lower()).splitlines()
    assert said[-2] == "Training finished"
    assert said[-1] == desk.window.session.name
    assert "--icon=sketchnet" in said


def test_a_failure_says_why(desk, away) -> None:
    desk.window.studio.trainer.ended.emit(None, "Out <of> memory & more", None)
    said = away.wait_for(lambda text: "memory" in text).splitlines()
    assert said[-2:] == ["Training stopped", "Out &lt;of&gt; memory &amp; more"]


def test_words_that_look_like_options_are_words(away) -> None:
    notify("--help", "-u critical\n" + "x" * 1000)
    said = away.wait_for(lambda text: "critical" in text).splitlines()
    assert said[said.index("--") + 1] == "--help"
    assert len(said[-1]) < 250


@pytest.mark.parametrize("why", ["in front", "short", "switched off"])
def test_nothing_is_told_where_nobody_needs_it(desk, away, monkeypatch, why: str) -> None:
    told: list[str] = []
    monkeypatch.setattr(notification, "notify", lambda *words: told.append(words))
    if why == "in front":
        monkeypatch.undo()
        monkeypatch.setattr(notification, "notify", lambda *words: told.append(words))
        monkeypatch.setattr(run_watch, "LONG_S", 0.0)
        desk.window.activateWindow()
        desk.until(lambda: QApplication.activeWindow() is not None, "the window is in front")
    elif why == "short":
        monkeypatch.setattr(run_watch, "LONG_S", 1e9)
    else:
        preferences().set("notify", False)
    desk.train_to_the_end()
    assert told == []


def test_without_a_program_for_it_by_d_bus_itself(programs) -> None:
    programs.add("gdbus")
    programs.folder.joinpath("notify-send").unlink(missing_ok=True)
    if notification.shutil.which("notify-send"):
        pytest.skip("notify-send is installed here")
    notify("Training finished", 'a "b" \\ c')
    said = programs.wait_for(lambda text: "-1" in text).splitlines()
    assert said[:2] == ["call", "--session"]
    words = ["Sketchnet", "uint32 0", "sketchnet"]
    words += ['"Training finished"', '"a \\"b\\" \\\\ c"', "@as []", "@a{sv} {}", "-1"]
    assert said[said.index("--") + 1 :] == words


def test_the_task_bar_shows_how_far_runs_are(desk, monkeypatch) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(task_bar, "send", sent.append)
    desk.use("points-2d", epochs=40, dataset_options__samples=200)
    desk.train_to_the_end()
    shown = [one["progress"] for one in sent if one["progress-visible"]]
    assert shown == sorted(set(shown)), "once for each per cent, and forwards"
    assert shown[-1] == 1.0
    assert sent[-1] == {"progress": 0.0, "progress-visible": False}


def test_of_several_runs_it_is_the_mean(monkeypatch) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(task_bar, "send", sent.append)
    bar = task_bar.TaskBar()
    bar.show("one", 0.5)
    bar.show("one", 0.501)
    bar.show("other", 0.1)
    bar.end("one")
    bar.end("one")
    bar.end("other")
    assert [one["progress"] for one in sent] == [0.5, 0.3, 0.1, 0.0]
    assert desktop() is desktop()


def test_without_a_desktop_nothing_is_sent(desk) -> None:
    task_bar.send({"progress": 0.5})
    assert not can_notify()
    notify("title", "words")
