"""The files by which a desktop knows Sketchnet: what stands in them, and that the desktops' own tools accept them."""

from __future__ import annotations

import configparser
import shutil
import struct
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

import resources
from engine.project.file import read, write
from gui.desktop import entries, icons
from gui.desktop.identity import COMPONENT, ENDING, ID, MAGIC, MIME, MIME_ICON

RELEASES = (("0.2.0", "2026-11-30"), ("0.1.0", "2026-01-31"))
AWKWARD = ["/opt/a \"b\" $c `d` 50% \\e/Sketchnet", "-P"]


def checked(tool: str, *words: str | Path) -> None:
    """Have the desktops' own tool look at a file, where this computer has it."""
    if shutil.which(tool) is None:
        return
    answer = subprocess.run([tool, *map(str, words)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "error" not in answer.stdout


def meant(text: str) -> str:
    """A text with its escapes resolved."""
    return text.encode().decode("unicode_escape")


def parsed(text: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser[parser.sections()[0]])


def test_the_entry_opens_projects_with_this_very_program(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.desktop"
    path.write_text(entries.desktop_entry(["/usr/bin/sketchnet"]), encoding="utf-8")
    entry = parsed(path.read_text(encoding="utf-8"))
    assert entry["Exec"] == "/usr/bin/sketchnet %F"
    assert entry["TryExec"] == "/usr/bin/sketchnet"
    assert entry["MimeType"] == f"{MIME};"
    assert entry["Icon"] == entry["StartupWMClass"] == ID
    checked("desktop-file-validate", path)


def test_a_path_with_any_letters_stays_one_word(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.desktop"
    path.write_text(entries.desktop_entry(AWKWARD), encoding="utf-8")
    # As the specification reads it: first the escapes of any text, then those inside quotation marks.
    text = meant(parsed(path.read_text(encoding="utf-8"))["Exec"])
    inner, _, rest = text[1:].rpartition('"')
    for letter in '"`$\\':
        inner = inner.replace(f"\\{letter}", letter)
    assert [inner.replace("%%", "%"), *rest.split()] == [*AWKWARD, "%F"]
    checked("desktop-file-validate", path)


def test_the_thumbnailer_asks_the_command_line_for_the_picture() -> None:
    entry = parsed(entries.thumbnailer(["/usr/bin/sketchnet-cli"]))
    assert entry["Exec"] == "/usr/bin/sketchnet-cli preview %i %o --size %s --force"
    assert entry["MimeType"] == f"{MIME};"


def test_the_kind_of_file_has_an_ending_an_icon_and_first_bytes() -> None:
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = ElementTree.fromstring(entries.mime_type())[0]
    assert kind.get("type") == MIME
    assert [one.get("pattern") for one in kind.iter(f"{space}glob")] == [f"*.{ENDING}"]
    assert [one.get("name") for one in kind.iter(f"{space}icon")] == [MIME_ICON]
    matches = [(int(str(one.get("offset"))), str(one.get("value"))) for one in kind.iter(f"{space}match")]
    assert tuple((place, meant(value).encode("latin-1")) for place, value in matches) == MAGIC


def begins_like_a_project(data: bytes) -> bool:
    return all(data[place : place + len(part)] == part for place, part in MAGIC)


def test_every_project_begins_that_way(tmp_path: Path) -> None:
    files = sorted(resources.path("examples").glob("*.sketchnet"))
    assert files
    newer = tmp_path / "newer.sketchnet"
    project = read(files[0])
    object.__setattr__(project, "unknown_parts", {"aaa.json": b"{}"})  # as a newer version may have left it
    write(project, newer)
    for path in [*files, newer]:
        assert begins_like_a_project(path.read_bytes()), path.name


def test_a_zip_of_another_program_is_none() -> None:
    header = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0x6000, 0x5971, 0, 9, 9, 12, 0)
    assert not begins_like_a_project(header + b"project.json" + bytes(9))


def test_the_metadata_names_the_entry_and_the_releases(tmp_path: Path) -> None:
    path = tmp_path / f"{COMPONENT}.metainfo.xml"
    path.write_text(entries.metadata(RELEASES), encoding="utf-8")
    component = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert component.findtext("launchable") == f"{ID}.desktop"
    assert [(one.get("version"), one.get("date")) for one in component.iter("release")] == list(RELEASES)
    checked("appstreamcli", "validate", "--no-net", path)


@pytest.mark.parametrize("which", [icons.PROGRAM, icons.PROJECT])
def test_icons_are_drawn_in_their_size_on_no_ground(which: str) -> None:
    for size in icons.SIZES:
        image = QImage.fromData(icons.png(which, size))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(0, 0).alpha() < 128
        assert image.pixelColor(size // 2, size // 2).alpha() == 255
