"""The system's list of files: entries of others stay byte for byte, and what is not understood is left alone."""

from __future__ import annotations

import os
import stat
import threading
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLockFile

from gui.recent import recent_files, remember_file
from gui.system import presence, recently_used
from gui.system.recently_used import LARGEST, NotUnderstood, add, file_address, with_entry

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0"
      xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks"
      xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info"
>
"""
OTHER = b"""  <bookmark href="file:///home/me/a%20b.pdf" added="2024-01-01T00:00:00Z" modified="2024-01-01T00:00:00Z">
    <info>
      <metadata owner="http://freedesktop.org">
        <mime:mime-type type="application/pdf"/><!-- kept -->
        <bookmark:applications><bookmark:application name="Reader" exec="r %u" count="3"/></bookmark:applications>
      </metadata>
    </info>
  </bookmark>
"""
PROJECT = Path("/home/me/d\u00e9j\u00e0 vu & <co> #1.sketchnet")


def entries(data: bytes) -> list[str]:
    return [one.attrib["href"] for one in ElementTree.fromstring(data).iter("bookmark")]


def test_an_entry_comes_last_and_others_stay_as_they_are() -> None:
    made = with_entry(HEAD + OTHER + b"</xbel>\n", PROJECT, NOW)
    assert made.startswith(HEAD + OTHER)
    assert entries(made) == ["file:///home/me/a%20b.pdf", file_address(PROJECT)]
    assert file_address(PROJECT) == "file:///home/me/d%C3%A9j%C3%A0%20vu%20&%20%3Cco%3E%20%231.sketchnet"
    assert b'type="application/x-sketchnet"' in made
    assert b'count="1"' in made


def test_a_file_opened_again_moves_to_the_end_and_is_counted() -> None:
    once = with_entry(HEAD + b"</xbel>", PROJECT, NOW)
    between = with_entry(once, Path("/b.sketchnet"), NOW)
    again = with_entry(between, PROJECT, datetime(2026, 6, 1, tzinfo=UTC))
    assert entries(again) == ["file:///b.sketchnet", file_address(PROJECT)]
    assert b'count="2"' in again
    assert b'added="2026-05-01T12:30:00Z" modified="2026-06-01T00:00:00Z"' in again
    assert len(with_entry(again, PROJECT, NOW)) == len(again), "it does not grow by being opened"


ODD = {
    "nothing": b"",
    "no XML": b"hello",
    "cut": HEAD + OTHER[:200],
    "another document": b"<html></html>",
    "empty list": HEAD.rstrip(b">\n") + b"/>",
    "no names": b'<xbel version="1.0"></xbel>',
    "other names": HEAD.replace(b"desktop-bookmarks", b"something") + b"</xbel>",
    "an entity": b'<!DOCTYPE xbel [<!ENTITY a "b">]>' + HEAD[39:] + b"&a;</xbel>",
    "a bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
    "UTF-16": (HEAD + b"</xbel>").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_not_understood_is_left_alone(tmp_path: Path, what: str) -> None:
    listed = tmp_path / "recently-used.xbel"
    listed.write_bytes(ODD[what])
    assert not add(PROJECT, listed)
    assert listed.read_bytes() == ODD[what]


def test_signs_in_odd_places() -> None:
    odd = b'  <bookmark href="file:///x>y" added="a"/>\n<!-- <bookmark href="file:///z"> </xbel> -->\n'
    cdata = b'<bookmark href="file:///c"><title><![CDATA[</bookmark></xbel>]]></title></bookmark>\n'
    made = with_entry(HEAD + odd + cdata + b"</xbel>", PROJECT, NOW)
    assert made.startswith(HEAD + odd + cdata)
    assert entries(made) == ["file:///x>y", "file:///c", file_address(PROJECT)]
    mine = b'<bookmark href="' + file_address(Path("/x>y")).encode() + b'" title="a>b"/>\n'
    try:
        made = with_entry(HEAD + mine + OTHER + b"</xbel>", Path("/x>y"), NOW)
    except NotUnderstood:
        return
    assert OTHER in made


@given(st.binary(max_size=400), st.integers(0, 600))
def test_damage_is_refused_or_harmless(noise: bytes, place: int) -> None:
    whole = HEAD + OTHER + b"</xbel>\n"
    damaged = whole[:place] + noise + whole[place:]
    try:
        made = with_entry(damaged, PROJECT, NOW)
    except NotUnderstood:
        return
    assert file_address(PROJECT) in entries(made)


def test_a_new_list_is_for_its_owner_alone(tmp_path: Path) -> None:
    listed = tmp_path / "share" / "recently-used.xbel"
    assert add(PROJECT, listed)
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    assert entries(listed.read_bytes()) == [file_address(PROJECT)]


def test_it_is_not_written_while_another_has_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(recently_used, "LOCK_MS", 0)
    listed = tmp_path / "recently-used.xbel"
    guard = QLockFile(str(listed) + ".lock")
    assert guard.lock()
    assert not add(PROJECT, listed)
    guard.unlock()
    assert add(PROJECT, listed)


def test_what_another_program_writes_meanwhile_is_read_again(tmp_path: Path, monkeypatch) -> None:
    listed = tmp_path / "recently-used.xbel"
    listed.write_bytes(HEAD + b"</xbel>")
    made, calls = recently_used.with_entry, []

    def slowly(data: bytes, path: Path, now: datetime) -> bytes:
        if not calls:
            listed.write_bytes(HEAD + OTHER + b"</xbel>")
        calls.append(path)
        return made(data, path, now)

    monkeypatch.setattr(recently_used, "with_entry", slowly)
    assert add(PROJECT, listed)
    assert len(calls) == 2
    assert entries(listed.read_bytes()) == ["file:///home/me/a%20b.pdf", file_address(PROJECT)]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "recently-used.xbel"
    os.mkfifo(pipe)
    assert not add(PROJECT, pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    large = tmp_path / "large.xbel"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert not add(PROJECT, large)
    assert not add(PROJECT, tmp_path / "large.xbel" / "no folder")


def test_several_at_once(tmp_path: Path) -> None:
    listed = tmp_path / "recently-used.xbel"
    paths = [Path(f"/{number}.sketchnet") for number in range(8)]
    threads = [threading.Thread(target=add, args=(path, listed)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = entries(listed.read_bytes())
    assert len(found) == len(set(found)) >= 1


@pytest.mark.skipif(not os.sys.platform.startswith("linux"), reason="the list of Linux")
def test_a_project_that_is_opened_is_listed(qapp, tmp_path: Path, monkeypatch) -> None:
    listed = tmp_path / "recently-used.xbel"
    monkeypatch.setattr(recently_used, "recently_used_file", lambda: listed)
    project = tmp_path / "mine.sketchnet"
    project.write_bytes(b"")
    remember_file(project)
    assert not listed.exists(), "nobody has a desktop here"
    monkeypatch.setattr(presence, "has_desktop", lambda: True)
    remember_file(project)
    for thread in threading.enumerate():
        if thread.name == "recently used":
            thread.join()
    assert entries(listed.read_bytes()) == [file_address(project)]
    assert recent_files()[0] == project
