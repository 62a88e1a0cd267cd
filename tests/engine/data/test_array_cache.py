"""Large arrays kept on disk: read memory-mapped, sound or made again, bounded, and never needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import array_cache
from engine.data.array_cache import ArrayCache, Sink, Stored


class Making:
    """Counts how often it was asked."""

    def __init__(self, rows: int = 1000) -> None:
        self.times, self.rows = 0, rows

    def __call__(self, sink: Sink) -> dict[str, Any]:
        self.times += 1
        sink.add("numbers", (np.full((self.rows // 2, 3), part, dtype=np.float32) for part in range(2)))
        sink.add("classes", [np.arange(self.rows)])
        sink.add("none", [np.empty((0, 2), dtype=np.int16)])
        return {"said": "so"}


def cache(folder: Path, limit: int = 2**30, least_free: int = 0) -> ArrayCache:
    return ArrayCache(lambda: folder / "arrays", limit, least_free)


def sound(found: Stored, rows: int = 1000) -> None:
    assert found.values == {"said": "so"}
    assert found.arrays["numbers"].shape == (rows, 3)
    assert found.arrays["numbers"].sum() == 1.5 * rows
    assert np.array_equal(found.arrays["classes"], np.arange(rows))
    assert found.arrays["none"].shape == (0, 2)
    assert not any(array.flags.writeable for array in found.arrays.values())


def test_it_is_made_once_and_then_memory_mapped(tmp_path: Path) -> None:
    make = Making()
    first = cache(tmp_path).get("key", make, 20_000)
    again = cache(tmp_path).get("key", make, 20_000)
    for found in (first, again):
        sound(found)
        assert found.is_mapped
    assert make.times == 1
    cache(tmp_path).get("another key", make, 20_000)
    assert make.times == 2


@pytest.mark.parametrize("damage", ["one byte", "cut", "empty", "description"])
def test_what_is_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    make = Making()
    cache(tmp_path).get("key", make, 20_000)
    (path,) = (tmp_path / "arrays").iterdir()
    data = bytearray(path.read_bytes())
    if damage == "one byte":
        data[1003] ^= 1
    elif damage == "cut":
        data = data[:-100]
    elif damage == "empty":
        data = bytearray()
    else:
        data = bytearray(bytes(data).replace(b'"offset": 0', b'"offset": 9'))
    path.write_bytes(data)
    assert cache(tmp_path).find("key") is None
    sound(cache(tmp_path).get("key", make, 20_000))
    assert make.times == 2
    assert cache(tmp_path).find("key") is not None


def test_the_folder_is_bounded_and_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    make, bounded = Making(), cache(tmp_path, limit=50_000)
    for number, key in enumerate("ab"):
        bounded.get(key, make, 20_000)
        for path in (tmp_path / "arrays").iterdir():
            os.utime(path, (path.stat().st_mtime - 100, path.stat().st_mtime - 100 - number))
    assert bounded.find("a") is not None  # used just now
    bounded.get("c", make, 20_000)
    assert [bounded.find(key) is not None for key in "abc"] == [True, False, True]
    assert not bounded.get("too large", make, 50_001).is_mapped


def test_without_a_folder_or_room_on_the_disk_it_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "arrays").write_text("a file where the folder should be")
    make = Making()
    found = cache(tmp_path).get("key", make, 20_000)
    sound(found)
    assert not found.is_mapped
    (tmp_path / "arrays").unlink()
    assert not cache(tmp_path, least_free=2**62).get("key", make, 20_000).is_mapped
    assert not (tmp_path / "arrays").exists()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(array_cache, "replacing", full)
    found = cache(tmp_path).get("key", make, 20_000)
    sound(found)
    assert not found.is_mapped


def test_an_error_of_the_maker_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def make(sink: Sink) -> dict[str, Any]:
        sink.add("numbers", [np.zeros(5, dtype=np.float32)])
        raise KeyError("the data is not there")

    with pytest.raises(KeyError):
        cache(tmp_path).get("key", make, 20)
    assert list((tmp_path / "arrays").iterdir()) == []
