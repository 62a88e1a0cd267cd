"""Only regular files are replaced: whatever else a name leads to stays what it is, and the refusal is a sentence."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data import disk_cache
from engine.export.source import export_source
from engine.files import bounded
from engine.files.atomic import WriteError, check_can_write, write_whole
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import example, same_project

posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX systems have")


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    """A device of the test's own, with the numbers of none that exists: nothing but the name is ever used."""
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(240, 17))
    except PermissionError:
        pytest.skip("only root makes devices")


def listener(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(path.parent, os.O_RDONLY)
        before = os.getcwd()
        os.chdir(path.parent)  # a socket's name may have a hundred letters only
        try:
            made.bind(path.name)
        finally:
            os.chdir(before)
            os.close(here)


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def two_in_a_circle(path: Path) -> None:
    path.symlink_to("other")
    path.with_name("other").symlink_to(path.name)


def protected(path: Path) -> None:
    path.write_bytes(b"precious")
    path.chmod(0o444)


def link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to("pipe")


def link_into_nowhere(path: Path) -> None:
    path.symlink_to("no such folder/a")


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("x")


def without_a_folder(path: Path) -> None:
    path.parent.rmdir()


# What is said of each; a number is an error of the system, which speaks the user's language once Qt is there.
KINDS: list[tuple[Callable[[Path], None], str | int]] = [
    (folder, "a folder"), (pipe, "a pipe"), (device, "a device"), (listener, "a socket"), (circle, "itself"),
    (two_in_a_circle, "itself"), (protected, "protected"), (link_to_a_pipe, "a pipe"),
    (link_into_nowhere, errno.ENOENT), (below_a_file, errno.ENOTDIR), (without_a_folder, "there is no folder"),
]  # fmt: skip
WRITERS: list[Callable[[Path], object]] = [
    lambda path: write(example(), path),
    lambda path: write_whole(path, b"new"),
    lambda path: export_source(Project(graph=example().graph, recipe=example().recipe), path),
    check_can_write,
]


def described(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(p), p.lstat().st_ino, p.lstat().st_mode) for p in folder.rglob("*"))


@posix
@pytest.mark.parametrize("writer", range(len(WRITERS)), ids=["project", "whole", "source", "check"])
@pytest.mark.parametrize(("make", "said"), KINDS, ids=[make.__name__ for make, _ in KINDS])
def test_what_is_no_file_stays_what_it_is(
    make: Callable[[Path], None], said: str | int, writer: int, tmp_path: Path
) -> None:
    path = tmp_path / "inside" / "a.py"
    path.parent.mkdir()
    make(path)
    before = described(tmp_path)
    with pytest.raises((WriteError, ProjectError)) as caught:
        WRITERS[writer](path)
    sentence = str(caught.value)
    assert (os.strerror(said) if isinstance(said, int) else said) in sentence
    assert str(path) in sentence
    assert "could not be written" in sentence
    assert sentence.endswith(".")
    assert described(tmp_path) == before


@posix
def test_weights_beside_a_source_are_no_exception(tmp_path: Path) -> None:
    from tests.engine.export.test_source import project

    os.mkfifo(tmp_path / "mine.safetensors")
    with pytest.raises(WriteError, match="a pipe"):
        export_source(project("iris"), tmp_path / "mine.py")
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.safetensors"]


@posix
def test_an_open_file_without_a_name_is_not_written(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc here")
    with (tmp_path / "gone").open("w") as file:
        (tmp_path / "gone").unlink()
        with pytest.raises(ProjectError, match="no name"):
            write(example(), Path(f"/proc/self/fd/{file.fileno()}"))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="not the name of a file"):
        write_whole(tmp_path / "a\0b", b"new")


@posix
def test_links_are_followed_to_the_file_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, first, second = tmp_path / "far" / "real", tmp_path / "first", tmp_path / "second"
    first.symlink_to("far/real")
    second.symlink_to("first")
    for project in (Project(), example()):  # through links that lead to nothing yet, too
        write(project, second)
        assert second.is_symlink()
        assert first.is_symlink()
        assert same_project(read(real), project)
    assert [entry.name for entry in real.parent.iterdir()] == ["real"]


@posix
def test_a_new_file_is_never_readable_by_more_people_than_the_old_one(tmp_path: Path) -> None:
    from engine.files.atomic import replacing

    path = tmp_path / "secret"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with replacing(path):
        modes = {stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
    assert modes == {0o600}


@posix
def test_a_cache_that_is_no_file_costs_only_time(tmp_path: Path) -> None:
    import numpy as np

    (tmp_path / "digits.npz").mkdir()
    made = np.zeros((2, 1, 28, 28), np.uint8), np.arange(2)
    for _ in range(2):
        pictures, labels = disk_cache.cached(tmp_path, "digits", 2, lambda: made)
        assert pictures is made[0]
        assert labels is made[1]
    assert [entry.name for entry in tmp_path.iterdir()] == ["digits.npz"]


def test_what_is_added_while_a_file_is_read_is_read_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bounded, "pieces", lambda *_: iter([b"a line\n", b"another\n"]))
    assert bounded.read_bounded(tmp_path / "grows", 100) == b"a line\nanother\n"
