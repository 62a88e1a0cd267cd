"""A text file of the user's: encodings, line ends, and files that are no text or no text any more."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.characters import MOST, UNKNOWN, decoded, encoded, fit_characters, is_vocabulary, strangers
from engine.data.dataset import DataError
from engine.data.text_file import LARGEST, read_text
from engine.training.data_loading import learned_schema, load_rows
from engine.training.recipe import Recipe

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
    with pytest.raises(DataError, match="Choose the text file"):
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
    from engine.data.preparation import Preparation

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
    characters = fit_characters("banana🙂")
    assert characters == UNKNOWN + "abn🙂"
    assert is_vocabulary(characters)
    tokens = encoded("nab🙂x\ud800", characters)
    assert tokens.tolist() == [3, 1, 2, 4, 0, 0]
    assert decoded(tokens, characters) == "nab🙂" + 2 * UNKNOWN
    assert strangers("xayx", characters) == "xy"
    many = fit_characters("".join(map(chr, range(0x4E00, 0x4E00 + MOST + 50))) + "ab" * 3)
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
