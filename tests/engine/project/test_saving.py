"""Saving takes little memory, gives the same bytes as ever, and ends in a sentence where disk or memory run out."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from engine.project import limits, rescue, tensor_writing, writing
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from engine.project.rescue import RescuedError, rescue_folder, write_or_rescue
from engine.project.tensor_writing import TensorFile
from tests.engine.project.projects import arrays, example, same_arrays, same_project, texts

posix = pytest.mark.skipif(os.name != "posix", reason="limits are for POSIX systems")


def content(tensors: dict[str, np.ndarray]) -> bytes:
    made = TensorFile(tensors, "it")
    stream = io.BytesIO()
    made.write_to(stream)
    assert made.size == len(stream.getvalue())
    return stream.getvalue()


@given(st.dictionaries(texts.filter(lambda name: name != "__metadata__"), arrays, max_size=12), st.randoms())
def test_tensors_are_written_as_the_formats_own_writer_does(tensors: dict[str, np.ndarray], random) -> None:  # type: ignore[no-untyped-def]
    expected = save({name: np.ascontiguousarray(array).reshape(array.shape) for name, array in tensors.items()})
    shuffled = list(tensors.items())
    random.shuffle(shuffled)
    assert content(dict(shuffled)) == expected
    assert same_arrays(load(content(tensors)), tensors)


def test_arrays_that_lie_in_memory_in_other_ways() -> None:
    square = np.arange(12.0).reshape(3, 4)
    odd = {"turned": square.T, "part": square[::2, 1:3], "big": square.astype(">f4"), "one": square[1, 2]}
    found = load(content(odd))
    for name, array in odd.items():
        assert np.array_equal(found[name], array), name


def test_what_could_not_be_read_again_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProjectError, match="complex"):
        TensorFile({"a": np.zeros(1, complex)}, "it")
    monkeypatch.setattr(tensor_writing, "LARGEST_TENSORS", 1_000)
    with pytest.raises(ProjectError, match="1,000"):
        TensorFile({"a": np.zeros(1_000, np.uint8)}, "it")
    monkeypatch.setattr(tensor_writing, "MOST_TENSORS", 1)
    with pytest.raises(ProjectError, match="at most 1 "):
        TensorFile({"a": np.zeros(1), "b": np.zeros(1)}, "it")
    with pytest.raises(ProjectError, match="preview"):
        write(Project(preview=b"x" * (limits.LARGEST_PREVIEW + 1)), tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    made = example()
    assert made.run.weights is not None
    turned = replace(made, run=replace(made.run, weights=dict(reversed(made.run.weights.items()))))
    write(made, tmp_path / "a")
    write(turned, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def large(megabytes: int) -> Project:
    weights = {"linear1.weight": np.ones((megabytes, 2**20), np.uint8), "linear1.bias": np.ones((2**20, 4), np.uint8).T}
    return replace(example(), run=replace(example().run, weights=weights))


def test_saving_makes_no_second_copy_of_the_weights(tmp_path: Path) -> None:
    made = large(64)
    tracemalloc.start()
    try:
        write(made, tmp_path / "a")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 2**20, "one tensor that does not lie in one piece, and what zip needs"
    assert same_project(read(tmp_path / "a"), made)


SHORT = """
import resource, sys
from dataclasses import replace
import numpy as np
from engine.project.file import write
from engine.project.project import ProjectError
from tests.engine.project.projects import example
whole = np.ones((64, 2**20), np.uint8)
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 24 * 2**20,) * 2)
made = example()
write(replace(made, run=replace(made.run, weights={"linear1.weight": whole})), sys.argv[1])
print("saved")
try:
    write(replace(made, run=replace(made.run, weights={"linear1.weight": whole.T})), sys.argv[1])
except ProjectError as error:
    print(error)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs to know how much memory is held")
def test_too_little_memory_is_a_sentence_and_the_file_is_as_it_was(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    """What lies in one piece needs no memory to speak of; what does not needs some."""
    path = tmp_path / "a.sketchnet"
    done = subprocess.run(
        [sys.executable, "-c", SHORT, str(path)],
        env=clean_environment, capture_output=True, text=True, encoding="utf-8", timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    saved, sentence = done.stdout.splitlines()
    assert saved == "saved"
    assert "too little memory" in sentence
    weights = read(path).run.weights
    assert weights is not None
    assert weights["linear1.weight"].shape == (64, 2**20)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


FULL = """
import resource, sys
from engine.project.file import write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import example
for limit in range(0, 6_000, 97):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write(Project(title="new") if limit % 2 else example(), sys.argv[1])
        print("written", limit)
    except ProjectError as error:
        assert "File too large" in str(error), error
"""


@posix
def test_a_disk_that_is_full_after_any_number_of_bytes(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    path = tmp_path / "a.sketchnet"
    write(replace(example(), title="old"), path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FULL, str(path)],
        env=clean_environment, capture_output=True, text=True, encoding="utf-8", timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    limits_reached = [int(line.split()[1]) for line in done.stdout.splitlines()]
    assert limits_reached
    assert min(limits_reached) > 500
    assert read(path).title in ("new", "Iris")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


Disk = namedtuple("Disk", "total used free")


def test_room_on_the_disk_is_looked_for_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(2**40, 2**40, 5_000_000))
    monkeypatch.setattr(writing, "replacing", None)
    with pytest.raises(ProjectError, match=r"12\.7 MB are needed at most, 5\.0 MB are free\.$") as caught:
        write(large(8), path)
    assert str(path) in str(caught.value)
    monkeypatch.undo()
    write(example(), path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(2**40, 2**40, 5_000_000))
    with pytest.raises(ProjectError, match="as it was"):
        write(large(8), path)
    assert same_project(read(path), example())
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(0, 0, 0))  # a disk that does not know
    write(large(8), path)


# What cannot be saved in its place


def test_a_copy_is_rescued_and_named(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "digits.sketchnet"
    with pytest.raises(RescuedError) as caught:
        write_or_rescue(example(), path)
    copy = caught.value.copy
    assert copy.parent == rescue_folder()
    assert copy.name.startswith("digits-")
    assert copy.suffix == ".sketchnet"
    assert same_project(read(copy), example())
    why = f"{path} could not be written: there is no folder {path.parent}."
    assert str(caught.value) == f"{why} It is saved in {copy} instead."
    copy.unlink()


def test_the_temporary_folder_is_the_last_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(rescue, "rescue_folder", lambda: tmp_path / "file" / "rescued")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(RescuedError, match="There can be no folder") as caught:
        write_or_rescue(example(), tmp_path / "gone" / ("ü" * 250))
    assert caught.value.copy.parent.parent == tmp_path
    assert same_project(read(caught.value.copy), example())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="No copy could be saved elsewhere either") as nowhere:
        write_or_rescue(example(), tmp_path / "gone" / "a")
    assert not isinstance(nowhere.value, RescuedError)


def test_what_no_place_takes_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescue, "rescue_folder", lambda: tmp_path / "rescued")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ProjectError, match="title"):
        write_or_rescue(Project(title="x" * 1_000), tmp_path / "a")
    assert [entry.name for entry in tmp_path.rglob("*")] == ["rescued"]


def test_a_file_that_is_replaced_while_it_is_read_is_read_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a training in another process: what was opened is whole, and so is what takes its place."""
    path, newer = tmp_path / "a.sketchnet", tmp_path / "newer.sketchnet"
    write(Project(title="older"), path)
    write(replace(example(), title="newer"), newer)
    infolist = zipfile.ZipFile.infolist

    def replaced_meanwhile(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        if newer.exists():
            os.replace(newer, path)
        return infolist(archive)

    monkeypatch.setattr(zipfile.ZipFile, "infolist", replaced_meanwhile)
    assert read(path).title == "older"
    assert read(path).title == "newer"
