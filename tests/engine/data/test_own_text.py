"""A text file of the user's: encodings, line ends, and files that are no text or no text any more."""

from __future__ import annotations

import codecs
import json
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue, reading, text_file, text_windows
from engine.data.array_cache import ArrayCache
from engine.data.characters import MOST, UNKNOWN, decoded, encoded, fit_characters, is_vocabulary, strangers
from engine.data.dataset import DataError
from engine.data.preparation import Preparation
from engine.data.reading import StillReading
from engine.data.references import DatasetRef, DataState, DataStatus
from engine.data.sources import own_text
from engine.data.text_file import LARGEST, PlainText, read_text
from engine.data.text_windows import tokens_of
from engine.training.data_loading import dataset_schema, learned_schema, load_rows, reference, remember
from engine.training.recipe import Recipe


@pytest.fixture(autouse=True)
def no_text_is_known() -> Iterator[None]:
    own_text.forget()
    yield
    own_text.forget()


VERSE = "Über allen Gipfeln\nist Ruh — 🙂 ‘so’\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (VERSE.encode(), VERSE),
        (codecs.BOM_UTF8 + VERSE.encode(), VERSE),
        (VERSE.encode("utf-16"), VERSE),
        (codecs.BOM_UTF16_BE + VERSE.encode("utf-16-be"), VERSE),
        ("Café – “ja”\n".encode("cp1252"), "Café – “ja”\n"),
        (b"one\r\ntwo\rthree\n\r\nfour", "one\ntwo\nthree\n\nfour"),
        (b"", ""),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "verse.txt"
    path.write_bytes(data)
    assert read_text(path) == text


@pytest.mark.parametrize(
    "data",
    [
        b"abc\0def" * 50,
        bytes(range(256)) * 10,
        b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 20,
        codecs.BOM_UTF16_LE + b"\x00\xd8" * 9,
        codecs.BOM_UTF32_LE + "abc".encode("utf-32-le"),
        b"\x81\x8d\x8f\x90\x9d" * 30,
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "no-text.txt"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"no-text\.txt is not plain text"):
        read_text(path)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "gone.txt", "does not exist"), (tmp_path, "is a folder")):
        with pytest.raises(DataError, match=words):
            read_text(path)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(DataError, match="at most"):
        read_text(large)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(DataError, match="pipe"):
            read_text(tmp_path / "pipe")


def own(path: Path | str, **changes: object) -> Recipe:
    settings = {"dataset": "own-text", "dataset_options.path": str(path), "dataset_options.window": 8, "test": 0.1}
    return Recipe().with_settings({**settings, **changes})


@pytest.mark.parametrize("text", ["", "a", "no line ends at all", "🙂" * 60])
def test_too_short_a_text_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "short.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"short\.txt is too short.*window"):
        load_rows(own(path))


@pytest.mark.parametrize("text", ["a" * 400, "🙂" * 400, "\n" * 400, VERSE * 20, "x" * 40_000])
def test_any_text_that_is_long_enough_can_be_learned_from(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8", newline="")
    data = load_rows(own(path))
    assert min(map(len, (data.train, data.validation, data.test))) > 0
    assert data.schema.target.size == len(set(text)) + 1 == data.schema.input.vocabulary


def test_the_path_is_asked_for_and_a_text_that_has_gone_or_changed_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Choose a plain text file"):
        catalogue.load("own-text")
    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 40)
    before = load_rows(own(path))
    assert before is load_rows(own(path))
    path.write_text("abcdefgz" * 40)
    os.utime(path, ns=(1, 1))
    assert "z" in load_rows(own(path)).schema.target.names
    path.unlink()
    with pytest.raises(DataError, match="does not exist"):
        load_rows(own(path))


def test_what_was_learned_is_known_without_the_text(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 40)
    data = load_rows(own(path))
    path.unlink()
    schema = learned_schema(own(path), Preparation.fit(data))
    assert (schema.input, schema.target) == (data.schema.input, data.schema.target)


def test_the_vocabulary_depends_on_the_shares(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("a" * 300 + "b" * 40 + "c" * 60)
    assert load_rows(own(path, validation=0.1, test=0.15)).schema.target.names == (UNKNOWN, "a")
    recipe = own(path, validation=0.1, test=0.03)
    assert load_rows(recipe).schema.target.names == (UNKNOWN, "a", "b", "c")


def test_characters_and_tokens() -> None:
    characters = fit_characters(["ban", "", "ana🙂"])
    assert characters == UNKNOWN + "abn🙂"
    assert is_vocabulary(characters)
    tokens = encoded("nab🙂x\ud800", characters)
    assert tokens.tolist() == [3, 1, 2, 4, 0, 0]
    assert decoded(tokens, characters) == "nab🙂" + 2 * UNKNOWN
    assert strangers("xayx", characters) == "xy"
    many = fit_characters(["".join(map(chr, range(0x4E00, 0x4E00 + MOST + 50))) + "ab" * 3])
    assert len(many) == MOST
    assert "a" in many
    assert is_vocabulary(many)
    assert int(np.max(encoded(many, many))) == MOST - 1


def test_the_text_that_comes_along_is_listed_as_it_is_loaded() -> None:
    entry, data = catalogue.entry("python-topics"), catalogue.load("python-topics")
    assert entry.schema == data.schema == catalogue.schema("python-topics")
    assert dict(entry.rows) == {"train": len(data.train), "validation": len(data.validation), "test": len(data.test)}
    assert entry.size_bytes == data.nbytes
    assert catalogue.text_preview(data).startswith("The ")
    assert catalogue.entry("own-text").rows == {"train": 0, "validation": 0, "test": 0}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own, in which texts and tables of any length are kept."""
    files = ArrayCache(lambda: tmp_path / "cache", least_free=0)
    monkeypatch.setattr(text_windows, "FILES", files)
    monkeypatch.setattr(text_windows, "KEPT", 10)
    return tmp_path / "cache"


def test_the_tokens_of_a_long_text_are_kept_on_disk_and_read_from_there(tmp_path: Path, kept: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes((VERSE * 30).replace("\n", "\r\n").encode("utf-16"))
    recipe = own(path)
    found = load_rows(recipe)
    (file,) = kept.iterdir()
    written = file.stat().st_ctime_ns, file.read_bytes()
    own_text.forget()
    again = load_rows(recipe)
    assert again is not found
    assert (file.stat().st_size, file.read_bytes()) == (len(written[1]), written[1])
    text = VERSE * 30
    for data in (found, again):
        begin = len(text) - round(len(text) * recipe.validation) - round(len(text) * 0.1)
        tokens = encoded(text[:begin], "".join(data.schema.target.names))
        assert np.array_equal(tokens_of(data.train), tokens[: len(tokens_of(data.train))])
        assert np.shares_memory(tokens_of(data.train), data.train.inputs)
    path.write_text("".join(reversed(text)), encoding="utf-8")
    assert not np.array_equal(load_rows(recipe).train.inputs, found.train.inputs), "another file, as long as the first"
    assert len(list(kept.iterdir())) == 2


def test_windows_share_the_tokens_on_disk(tmp_path: Path, kept: Path) -> None:
    import torch

    from engine.tasks.language_model.windows import WindowLoader

    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 400)
    tokens = tokens_of(load_rows(own(path)).train)
    (file,) = kept.iterdir()
    loader = WindowLoader(tokens, 8, torch.device("cpu"))
    assert loader.targets.data_ptr() - 2 == tokens.ctypes.data
    inputs, targets = loader.take(torch.tensor([5]))
    assert (inputs[0, 1:] == targets[0, :-1]).all()
    before = file.read_bytes()
    loader.targets[:] = 0
    assert file.read_bytes() == before, "the file stays as it is whatever is done to the tensor"


def test_a_text_that_changes_while_it_is_read_is_said_and_not_kept(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 40)
    counted = text_windows.fit_characters

    def changing(pieces: Iterable[str]) -> str:
        found = counted(pieces)
        path.write_text("hgfedcba" * 40)
        os.utime(path, ns=(1, 1))
        return found

    monkeypatch.setattr(text_windows, "fit_characters", changing)
    with pytest.raises(DataError, match="has changed while it was being read"):
        load_rows(own(path))
    assert list(kept.iterdir()) == []


def test_long_texts_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "_PIECE", 7)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes((VERSE * 3).replace("\n", "\r\n").encode(encoding))
        text = PlainText(path)
        assert text.length == len(VERSE * 3)
        assert "".join(text.pieces()) == VERSE * 3
        for begin, end in ((0, 0), (3, 11), (7, len(VERSE * 3)), (40, 41)):
            assert "".join(text.pieces(begin, end)) == (VERSE * 3)[begin:end]


def test_what_has_become_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 40)
    recipe = own(path)
    data = load_rows(recipe)
    preparation = Preparation.from_json(json.loads(json.dumps(Preparation.fit(data).to_json())))
    assert preparation.file == data.schema.file is not None
    learned = reference(recipe, preparation)
    assert learned.status().state is DataState.KNOWN
    path.write_text("hgfedcba" * 40)
    os.utime(path, ns=(1, 1))
    status = learned.status()
    assert status.state is DataState.CHANGED
    assert "text.txt is not the file that the network was trained on" in status.words
    assert "it has changed since" in preparation.changed(load_rows(recipe).schema), "though it has the same characters"
    remember(recipe, preparation)
    assert reference(recipe).status().state is DataState.CHANGED, "what is remembered is compared"
    path.write_bytes(bytes(range(256)))
    assert learned.status().state is DataState.UNREADABLE
    path.unlink()
    status = learned.status()
    assert status.state is DataState.MISSING
    assert "does not exist" in status.words
    schema = dataset_schema(recipe.with_setting("dataset_options.window", 5))
    assert schema.target.names == data.schema.target.names, "what is remembered answers"
    assert schema.input.sizes == (5,)
    with pytest.raises(DataError, match="does not exist"):
        load_rows(recipe)


def test_a_thread_that_must_not_wait_is_told_that_a_text_is_being_read(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("abcdefgh" * 40)
    recipe = own(path)
    waiting: list[reading.Work] = []
    take = waiting.append
    reading.never_wait_here(take)
    try:
        for _ in range(3):
            with pytest.raises(StillReading, match=r"text\.txt is being read"):
                dataset_schema(recipe)
            assert reference(recipe).status().state is DataState.READING
        for work in waiting:
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        assert dataset_schema(recipe).target.size == 9
        assert reference(recipe).status().state is DataState.KNOWN
    finally:
        reading.wait_here_again(take)


def test_other_data_is_there_or_has_to_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DatasetRef("iris").status() == DataStatus(DataState.KNOWN)
    monkeypatch.setattr(catalogue, "is_available", lambda name: False)
    status = DatasetRef("mnist").status()
    assert status.state is DataState.MISSING
    assert "download it" in status.words
    assert DatasetRef("no-such-data").status().state is DataState.UNREADABLE
