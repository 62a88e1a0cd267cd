"""The list of datasets: choosing one, and a download that goes well, badly, or is stopped."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.data import catalogue
from gui.panels.dataset_dialog import DatasetDialog


class FakeDownload:
    """Stands in for the network: goes on when it is told to."""

    def __init__(self) -> None:
        self.go, self.problem, self.was_cancelled = threading.Event(), "", False

    def __call__(self, name, progress, cancelled) -> None:
        progress(25, 100)
        while not self.go.wait(0.005):
            if cancelled():
                self.was_cancelled = True
                raise catalogue.DownloadCancelled("Stopped.")
        if self.problem:
            raise catalogue.DataError(self.problem)
        progress(100, 100)


@pytest.fixture
def dialog(desk, monkeypatch) -> DatasetDialog:
    monkeypatch.delenv("SKETCHNET_DATA", raising=False)
    desk.do("dataset")
    made = desk.window.findChild(DatasetDialog)
    assert made.isVisible()
    return made


@pytest.fixture
def fake(monkeypatch) -> FakeDownload:
    made = FakeDownload()
    monkeypatch.setattr(catalogue, "download", made)
    return made


def choose(dialog: DatasetDialog, name: str) -> None:
    rows = [dialog.list.item(row) for row in range(dialog.list.count())]
    dialog.list.setCurrentItem(next(item for item in rows if item.data(Qt.ItemDataRole.UserRole) == name))


def test_every_dataset_is_listed_and_the_present_one_is_chosen(desk, dialog) -> None:
    rows = [dialog.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(dialog.list.count())]
    assert tuple(row for row in rows if row) == catalogue.names()
    assert dialog.current == desk.recipe().dataset
    for name in catalogue.names():
        choose(dialog, name)
        schema = catalogue.entry(name).schema
        assert dialog.title_label.text() == schema.title
        assert schema.licence in dialog.origin_label.text()
        assert dialog.use.isEnabled() == catalogue.entry(name).is_available()


def test_choosing_is_one_step_of_undo(desk, dialog) -> None:
    before = desk.recipe()
    choose(dialog, "xor")
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    desk.until(lambda: desk.recipe().dataset == "xor", "the other dataset")
    assert desk.window.document.undo_label == "Choose the dataset"
    desk.window.document.undo()
    assert desk.recipe() == before


def test_leaving_changes_nothing(desk, dialog) -> None:
    choose(dialog, "xor")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.recipe().dataset != "xor"
    assert not desk.window.document.can_undo


def test_a_download_shows_how_far_it_is_and_its_end(desk, dialog, fake) -> None:
    choose(dialog, "mnist")
    assert dialog.download.isVisible()
    assert str(catalogue.entry("mnist").where_to_put()).split("/")[-1] in dialog.message_label.text()
    desk.click(dialog.download)
    desk.until(lambda: dialog.progress_bar.value() == 250, "a quarter")
    assert dialog.progress_bar.isVisible()
    assert dialog.download.text() == "Stop the download"
    fake.go.set()
    desk.until(lambda: not dialog.progress_bar.isVisible(), "the end")
    assert dialog.download.text().startswith("Download ")


def test_a_download_that_fails_says_why_in_the_dialog_and_can_be_tried_again(desk, dialog, fake) -> None:
    choose(dialog, "mnist")
    fake.problem = "No mirror could be reached. Check the connection."
    fake.go.set()
    desk.click(dialog.download)
    desk.until(lambda: dialog.message_label.text() == fake.problem, "the reason")
    assert dialog.message_label.isVisible()
    assert dialog.download.isEnabled()
    assert not dialog.use.isEnabled()
    assert fake.problem in desk.notices


def test_a_download_can_be_stopped_and_stops_with_the_dialog(desk, dialog, fake) -> None:
    choose(dialog, "mnist")
    desk.click(dialog.download)
    desk.until(lambda: dialog.progress_bar.value() == 250, "a quarter")
    desk.click(dialog.download)
    desk.until(lambda: fake.was_cancelled and not dialog.progress_bar.isVisible(), "the stop")
    assert "stopped" in dialog.message_label.text()
    fake.was_cancelled = False
    desk.click(dialog.download)
    desk.until(lambda: dialog.progress_bar.isVisible() and dialog.progress_bar.value() == 250, "a quarter again")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.until(lambda: fake.was_cancelled, "the stop")


def test_what_the_same_files_bring_is_here_too_after_a_download(desk, dialog, fake, monkeypatch) -> None:
    """MNIST comes alone and with pen digits: one download, and neither has to be fetched any more."""
    here: set[str] = set()
    monkeypatch.setattr(
        catalogue.CatalogueEntry, "is_available", lambda entry: entry.name in here or not entry.downloadable
    )
    choose(dialog, "mnist+strokes")
    rows = [dialog.list.item(row) for row in range(dialog.list.count())]
    shown = {str(item.data(Qt.ItemDataRole.UserRole)): item for item in rows}
    assert all(shown[name].text().endswith("(download)") for name in ("mnist", "mnist+strokes", "fashion-mnist"))
    fake.go.set()
    desk.click(dialog.download)
    here |= {"mnist", "mnist+strokes"}
    desk.until(lambda: dialog.use.isEnabled(), "the end")
    assert [shown[name].text() for name in ("mnist", "mnist+strokes")] == ["MNIST digits", "MNIST and pen digits"]
    assert shown["fashion-mnist"].text().endswith("(download)")
