"""A folder of many images is followed while it is read, can be stopped, and is read again when that is wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from engine.data.progress import ReadingProgress, progress_of
from engine.data.sources import own_pictures

pytestmark = pytest.mark.usefixtures("nothing_read")
COUNT, HELD_AT = 100, 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(COUNT):
        place = tmp_path / "leaves" / ("oak", "elm")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (12, 12), (number, 200, 90)).save(place / f"{number:03}.png")
    return tmp_path / "leaves"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Reading waits in the middle until this is set."""
    may_go_on, tell = threading.Event(), ReadingProgress.advance

    def slowly(self: ReadingProgress, done: int, total: int, unit: str) -> None:
        tell(self, done, total, unit)
        if done == HELD_AT:
            assert may_go_on.wait(60)

    monkeypatch.setattr(ReadingProgress, "advance", slowly)
    yield may_go_on
    may_go_on.set()


def test_a_folder_that_is_opened_is_followed_and_given_up(desk, folder, held) -> None:
    before = desk.window.document.sketch
    desk.answers.path = folder
    desk.do("open_folder")
    card = desk.window.inspector.data.file
    desk.until(lambda: card.bar.text() == "40 of 100 images", "how far it is")
    assert card.bar.isVisible()
    assert card.bar.value() / card.bar.maximum() == HELD_AT / COUNT
    assert card.cancel_button.text() == "Cancel"
    desk.click(card.cancel_button)
    assert not card.isVisible()
    held.set()
    desk.until(lambda: progress_of(folder) is None, "the end of reading")
    QApplication.processEvents()
    assert desk.window.document.sketch == before
    desk.do("open_folder")
    desk.until(lambda: desk.recipe().dataset == own_pictures.NAME, "the folder, for it was chosen anew")


def test_a_folder_of_the_project_is_stopped_and_read_again(desk, folder, held) -> None:
    desk.use("points-2d", dataset=own_pictures.NAME, dataset_options={"path": str(folder)})
    desk.window.document.select([desk.node("Input")])
    card = desk.window.inspector.data.file
    desk.until(lambda: card.bar.text() == "40 of 100 images", "how far it is")
    assert card.cancel_button.text() == "Stop reading"
    assert not card.again_button.isVisible()
    desk.click(card.cancel_button)
    held.set()
    desk.until(lambda: "Reading leaves was stopped." in card.status_label.text(), "that it was stopped")
    assert not card.bar.isVisible()
    assert not card.cancel_button.isVisible()
    desk.click(card.again_button)
    desk.until(lambda: desk.window.document.whole_signature is not None, "the folder")
    assert not card.status_label.isVisible()
    assert not card.bar.isVisible()
