"""How much the program keeps on the disk, and that emptying the caches removes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data import folders, storage
from engine.data.storage import DiskUse


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(folders, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(folders, "downloads", lambda: tmp_path / "data")
    return tmp_path / "cache"


def put(path: Path, size: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return path


def test_nothing_is_there(cache: Path) -> None:
    assert storage.caches_use() == storage.downloads_use() == storage.empty_caches() == DiskUse(0, 0)


def test_only_files_of_the_caches_are_counted_and_removed(cache: Path, tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / "digits.npz", 50)
    gone = [put(cache / "strokes" / "a.npz", 10), put(cache / "arrays" / "b.arrays", 20)]
    stays = [put(cache / "strokes" / "notes.txt", 1), put(cache / "other.npz", 1), put(cache / "arrays" / "c.npz", 1)]
    (cache / "strokes" / "link.npz").symlink_to(outside)
    (cache / "strokes" / "folder.npz").mkdir()
    assert storage.caches_use() == DiskUse(30, 2)
    assert storage.empty_caches() == DiskUse(30, 2)
    assert storage.caches_use() == DiskUse(0, 0)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (*stays, outside, cache / "strokes" / "folder.npz"))


def test_downloads_are_counted_with_what_lies_deeper(cache: Path, tmp_path: Path) -> None:
    put(tmp_path / "data" / "mnist" / "one.gz", 10)
    put(tmp_path / "data" / "mnist" / "more" / "two.gz.part", 5)
    (tmp_path / "data" / "around").symlink_to(tmp_path)
    assert storage.downloads_use() == DiskUse(15, 2)
    assert storage.downloads_use(lambda: True) == DiskUse(0, 0)
