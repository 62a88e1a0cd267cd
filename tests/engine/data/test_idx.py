"""IDX files: what was written is read, and whatever is wrong is said before memory is taken for it."""

from __future__ import annotations

import gzip
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.data import idx
from engine.data.dataset import DataError
from tests.damaged_idx import CODES, damaged_idx, encode

arrays = st.sampled_from(sorted(CODES)).flatmap(
    lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(max_dims=4, max_side=5))
)


@given(arrays)
def test_every_number_type_and_shape_comes_back(array):
    found = idx.parse(encode(array), "x")
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, array)


@given(arrays, st.data())
@settings(max_examples=60)
def test_a_file_cut_anywhere_is_refused(array, data):
    whole = encode(array)
    for content in (whole, gzip.compress(whole)):
        end = data.draw(st.integers(0, len(content) - 1))
        with pytest.raises(DataError, match="the file x"):
            idx.parse(idx.unpack(content[:end], "the file x"), "the file x")


def test_packed_or_not_is_seen_from_the_content_not_the_name(tmp_path: Path):
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    for name, data in (("plain.gz", encode(array)), ("packed", gzip.compress(encode(array)))):
        (tmp_path / name).write_bytes(data)
        np.testing.assert_array_equal(idx.read(tmp_path / name), array)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX"),
        (b"\0\0\x08", "not an IDX"),
        (b"PK\x03\x04 a zip file", "50 4b 03 04"),
        (b"\0\0\x42\x01\0\0\0\x01\0", "not an IDX"),
        (b"\0\0\x08\0", "not an IDX"),
        (b"\0\0\x08\xff" + bytes(2000), "not an IDX"),
        (b"\xef\xbb\xbf\n <html>", "web page"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 60000, 28, 28) + bytes(100), "47,040,000 bytes, it has 100"),
        (b"\0\0\x08\x01" + struct.pack(">I", 3) + bytes(4), "too long"),
        (b"\0\0\x0e\x08" + struct.pack(">8I", *[0xFFFFFFFF] * 8), "more than the"),
        (b"\0\0\x0e\x08" + struct.pack(">8I", 0, *[0xFFFFFFFF] * 7), "more than the"),
    ],
)
def test_what_is_wrong_is_said(content, reason):
    with pytest.raises(DataError, match=reason):
        idx.parse(content, "x")


def test_a_packed_bomb_is_stopped_at_the_limit():
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < 40_000
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="unpacks to more than the 1,000,000"):
            idx.unpack(bomb, "x", limit=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_damaged_wrapper_is_refused():
    packed = bytearray(gzip.compress(encode(np.arange(200, dtype=np.uint8))))
    for position in range(10, len(packed)):
        damaged = packed.copy()
        damaged[position] ^= 0x55
        with pytest.raises(DataError):
            idx.unpack(bytes(damaged), "x", limit=100_000)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path):
    path = tmp_path / "huge"
    path.write_bytes(bytes(2000))
    with pytest.raises(DataError, match="2,000 bytes long"):
        idx.read(path, limit=1999)
    with pytest.raises(DataError, match="does not exist"):
        idx.read(tmp_path / "absent")


def test_a_file_packed_in_several_pieces_is_read_but_not_in_millions():
    array = np.arange(200, dtype=np.uint8)
    content = encode(array)
    packed = gzip.compress(content[:50]) + gzip.compress(content[50:]) + bytes(512)
    np.testing.assert_array_equal(idx.parse(idx.unpack(packed, "x"), "x"), array)
    with pytest.raises(DataError, match="pieces"):
        idx.unpack(gzip.compress(b"") * 10_001, "x")
    with pytest.raises(DataError, match="more than the 100 bytes"):
        idx.unpack(gzip.compress(bytes(60)) * 2, "x", limit=100)


def test_damaged_files_are_read_or_a_sentence(tmp_path: Path):
    """The short form of tests/benchmarks/attacks/idx.py."""
    read, path = 0, tmp_path / "x"
    for data in damaged_idx(seed=11, count=600):
        path.write_bytes(data)
        try:
            found = idx.read(path)
        except DataError as error:
            said = str(error)
        else:
            said, read = f"{path} was read.", read + 1
            assert found.nbytes <= len(data) * 1100
        assert said.startswith(str(path))
        assert said.endswith(".")
        assert "\n" not in said
        assert "Error" not in said
    assert 30 < read < 400  # else the damage is too large or too small to be worth trying


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_ordinary_files_are_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for place, words in (("pipe", "a pipe or a device"), ("/dev/zero", "a pipe or a device"), ("", "a folder")):
        with pytest.raises(DataError, match=words):
            idx.read(tmp_path / place)
