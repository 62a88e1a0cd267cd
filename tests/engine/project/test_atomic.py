"""Whatever happens while a project is saved, its file is whole: the old one or the new one."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.files import temporaries
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import example, same_project

ROOT = os.name == "posix" and os.geteuid() == 0

KILLED = """
import os, signal, sys, warnings
from dataclasses import replace
from engine.project.file import read, write
from tests.engine.project.projects import example, same_project
path, old, new = sys.argv[1], example(), replace(example(), title="new", notes="n" * 9_000)
write(old, path)
before, number, after = 0, 0, 0
while not after:
    number += 3
    child = os.fork()
    if child == 0:
        count = 0
        def step(*_):
            global count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.setprofile(step)
        write(new, path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    opened = read(path)
    is_new = same_project(opened, new)
    assert is_new or same_project(opened, old), number
    if os.WIFSIGNALED(status):
        before += not is_new
        if is_new:
            write(old, path)
    else:
        assert is_new
        after = number
assert before > 100, before
assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)], "what the killed ones left is gone"
print(before, after)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is for POSIX systems")
def test_killed_at_any_moment_of_saving(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, str(tmp_path / "a.sketchnet")],
        env=clean_environment, capture_output=True, text=True, encoding="utf-8", timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("step", ["open_file", "member", "fsync", "replace"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_full_or_failing_disk(step: str, error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sketchnet"
    write(example(), path)
    before = path.read_bytes()

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        match step:
            case "open_file":
                patch.setattr(temporaries, "open_file", fail)
            case "member":
                patch.setattr(zipfile.ZipFile, "open", fail)
            case _:
                patch.setattr(os, step, fail)
        with pytest.raises(ProjectError) as caught:
            write(Project(title="new"), path)
    assert os.strerror(error) in str(caught.value)
    assert "as it was" in str(caught.value)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_any_other_trouble_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sketchnet"
    write(example(), path)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write(Project(), path)
    assert same_project(read(path), example())
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="folders are protected otherwise there")
@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    write(example(), path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ProjectError, match="could not be written"):
            write(Project(), path)
    finally:
        tmp_path.chmod(0o700)
    assert same_project(read(path), example())


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "missing" / "a", tmp_path / "folder", tmp_path / "file" / "a", tmp_path / ("n" * 300)):
        with pytest.raises(ProjectError, match="could not be written"):
            write(example(), path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_a_name_as_long_as_the_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 120 + ".sketchnet")
    write(example(), path)
    assert same_project(read(path), example())


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.sketchnet", tmp_path / "link.sketchnet"
    link.symlink_to(real)
    for project in (Project(), example()):  # first through a link that leads nowhere yet
        write(project, link)
        assert link.is_symlink()
        assert not real.is_symlink()
        assert same_project(read(real), project)
    assert [entry.name for entry in real.parent.iterdir()] == [real.name]


@pytest.mark.skipif(os.name != "posix", reason="permission bits are for POSIX systems")
def test_permissions_are_kept(tmp_path: Path) -> None:
    path, fresh = tmp_path / "a.sketchnet", tmp_path / "b"
    fresh.touch()
    write(example(), path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(fresh.stat().st_mode)
    for mode in (0o600, 0o640, 0o664):
        path.chmod(mode)
        write(Project(), path)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_disk_without_permissions_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sketchnet"
    write(Project(), path)
    monkeypatch.setattr(os, "chmod", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EPERM, "no")))
    write(example(), path)
    assert same_project(read(path), example())
