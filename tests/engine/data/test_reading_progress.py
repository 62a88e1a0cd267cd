"""Reading many images: followed, ended before it is done, and as right in several threads as in one."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import folders, progress, reading
from engine.data.pictures import at_once, decoding, files, layout
from engine.data.pictures.decoding import decoded, faster, measured
from engine.data.pictures.layout import PassedOver
from engine.data.progress import ReadingProgress, ReadingStopped, advance, progress_of, reading_file
from engine.data.reading import StillReading
from engine.data.sources import own_pictures, own_table


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    own_pictures.forget()
    yield
    own_pictures.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """100 images of two classes, each of a brightness of its own, and a broken one."""
    for number in range(100):
        place = tmp_path / "set" / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 9), number).save(place / f"{number:03}.png")
    (tmp_path / "set" / "a" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return tmp_path / "set"


def test_advance_says_how_far_it_is_to_whoever_asks(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    advance(1, 2, "bytes")  # nobody follows it
    assert progress_of(path) is None
    with reading_file(path):
        found = progress_of(path)
        assert found is not None
        assert found.share is None
        advance(30, 120, "bytes")
        assert (found.done, found.total, found.unit, found.share) == (30, 120, "bytes", 0.25)
        with reading_file(tmp_path / "another.csv"):
            advance(60, 120, "bytes")
        assert found.done == 60, "what is read within belongs to the outer one"
        assert progress_of(path) is found
    assert progress_of(path) is None


def test_two_threads_read_two_files(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with reading_file(second):
            advance(5, 10, "bytes")
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(60)
    with reading_file(first):
        advance(1, 10, "bytes")
        assert [progress_of(path).done for path in (first, second)] == [1, 5]  # type: ignore[union-attr]
    leave.set()
    thread.join()


def test_reading_that_is_stopped_leaves_nothing_and_can_be_begun_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = folders.cache() / "arrays"
    before = {*kept.glob("*")}
    told: list[int] = []
    tell = ReadingProgress.advance

    def stopping(self: ReadingProgress, done: int, total: int, unit: str) -> None:
        told.append(done)
        if done == 40:
            self.stop()
        tell(self, done, total, unit)

    monkeypatch.setattr(progress.ReadingProgress, "advance", stopping)
    with pytest.raises(ReadingStopped, match=r"Reading set was stopped\. Read it again"):
        own_pictures.pictures({"path": str(folder)})
    assert max(told) == 40
    assert progress_of(folder) is None
    assert {*kept.glob("*")} == before, "the half of the cache that was written is gone"
    monkeypatch.undo()
    with pytest.raises(ReadingStopped):
        own_pictures.pictures({"path": str(folder)})  # remembered, until somebody wants it read again
    reading.forget_failures()
    assert own_pictures.pictures({"path": str(folder)}).rows == 100


def test_a_table_that_is_not_read_yet_says_so_once_and_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("age,bought\n" + "".join(f"{n},{n % 2}\n" for n in range(20)))
    asked: list[object] = []
    reading.never_wait_here(asked.append)
    try:
        for ask in (own_table.look, own_table.table, own_table.OWN_TABLE.make):
            with pytest.raises(StillReading) as said:
                ask(own_table._plain({"path": str(path)}))
            assert str(said.value) == "people.csv is being read."
    finally:
        reading.wait_here_again(asked.append)
        own_table.forget()
    assert asked


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 16, 100])
def test_all_numbers_come_in_order_whichever_way_is_faster(threads: int, count: int) -> None:
    here: set[int] = set()

    def one(at: int) -> int:
        here.add(threading.get_ident())
        return at * at

    assert list(faster(one, count, threads)) == [at * at for at in range(count)]
    assert threads > 1 or here <= {threading.get_ident()}


@pytest.mark.parametrize("beside", [True, False])
def test_the_faster_way_is_gone_on_with(beside: bool) -> None:
    lock, now, in_threads = threading.Lock(), 0.0, 0

    def one(at: int) -> None:
        nonlocal now, in_threads
        with lock:
            is_alone = threading.current_thread() is threading.main_thread()
            in_threads += not is_alone
            now += 1.0 if is_alone else (0.3 if beside else 1.2)

    list(faster(one, 640, 4, lambda: now))
    assert in_threads == (640 - 16 if beside else 64)


def test_several_threads_decode_what_one_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = layout.listed(files.tree(folder))
    frame = measured(found)
    monkeypatch.setattr(decoding.os, "cpu_count", lambda: 1)
    alone = list(decoded(found, frame))
    monkeypatch.setattr(decoding.os, "cpu_count", lambda: 3)
    together = list(decoded(found, frame))
    assert [type(one) for one in alone] == [type(one) for one in together]
    broken = [(one, other) for one, other in zip(alone, together, strict=True) if isinstance(one, PassedOver)]
    assert len(broken) == 1
    assert broken[0][0] == broken[0][1]
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True)
               if not isinstance(one, PassedOver) and not isinstance(other, PassedOver))  # fmt: skip


def test_large_images_wait_for_one_another_and_small_ones_do_not() -> None:
    pixels, inside = at_once._Pixels(100), threading.Event()

    def decode(size: int) -> None:
        with pixels.of(size):
            inside.set()

    for size, waits in ((60, True), (30, False)):
        inside.clear()
        thread = threading.Thread(target=decode, args=(size,))
        with pixels.of(60):
            thread.start()
            assert inside.wait(0.1 if waits else 60) != waits
        thread.join(60)
        assert inside.is_set()
    with pixels.of(1_000):
        pass  # one that is larger than all of the room is decoded by itself


def test_warnings_are_back_when_the_last_decoder_has_ended() -> None:
    before = list(warnings.filters)
    with at_once.WITHOUT_WARNINGS:
        with at_once.WITHOUT_WARNINGS:
            warnings.warn("odd", UserWarning, stacklevel=1)
        warnings.warn("odd still", UserWarning, stacklevel=1)
    assert list(warnings.filters) == before
    with pytest.warns(UserWarning, match="odd again"):
        warnings.warn("odd again", UserWarning, stacklevel=1)


def test_thousands_of_images_in_one_folder_are_listed_by_looking_at_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    shared = layout._shared

    def counting(pictures: object) -> int:
        nonlocal asked
        asked += 1
        return shared(pictures)  # type: ignore[arg-type]

    monkeypatch.setattr(layout, "_shared", counting)
    lines = ["file,label"]
    for number in range(50):
        (tmp_path / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        lines.append(f"{number}.png,{'ab'[number % 2]}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    assert len(layout.listed(files.tree(tmp_path))) == 50
    assert asked == 1
