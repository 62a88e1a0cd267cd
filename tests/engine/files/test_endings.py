"""Whether a name has an ending, whatever dots are in it; and files that must not take the place of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.files import atomic
from engine.files.atomic import ExistsError, write_whole
from engine.files.endings import ending_of, with_ending, without_ending


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("net", "net.py"),
        ("net.py", "net.py"),
        ("net.PY", "net.PY"),
        ("plain v1.2", "plain v1.2.py"),
        ("a.b.py", "a.b.py"),
        (".py", ".py.py"),
        ("net.", "net..py"),
        ("net.pyc", "net.pyc.py"),
        ("happy", "happy.py"),
    ],
)
def test_an_ending_is_added_where_it_is_missing_and_nothing_is_cut_off(name: str, named: str) -> None:
    assert with_ending(Path("folder.py") / name, ".py") == Path("folder.py") / named
    assert without_ending(named, ".py") == named[:-3]


def test_one_of_several_endings_is_enough() -> None:
    assert with_ending(Path("a.SVG"), ".png", ".svg").name == "a.SVG"
    assert with_ending(Path("a.pdf"), ".png", ".svg").name == "a.pdf.png"
    assert ending_of("a.SVG", ".png", ".svg") == ".svg"
    assert ending_of("v1.2", ".png") == ""


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, b"first", new=True)
    with pytest.raises(ExistsError, match="already exists"):
        write_whole(path, b"second", new=True)
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_new_file_does_not_replace_one_that_appears_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"

    def write_while_another_does() -> None:
        with atomic.replacing(path, new=True) as file:
            file.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(ExistsError):
        write_while_another_does()
    assert path.read_bytes() == b"theirs"

    def unsupported(*_arguments: object) -> None:
        raise OSError("this disk has no second names")

    monkeypatch.setattr(os, "link", unsupported)
    write_whole(tmp_path / "b", b"ours", new=True)
    assert (tmp_path / "b").read_bytes() == b"ours"


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_that_leads_nowhere_is_something(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "gone")
    with pytest.raises(ExistsError):
        write_whole(tmp_path / "a", b"ours", new=True)
