"""The files by which a desktop on Linux knows the program and its files: entry, MIME type, metadata, thumbnailer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from gui.desktop.identity import COMPONENT, ENDING, ID, MAGIC, MIME, MIME_ICON, NAME, PROJECT, SUMMARY
from gui.request import NEW_WINDOW

_SUBJECTS = ("neural network", "deep learning", "machine learning", "training", "PyTorch", "teaching")


def desktop_entry(command: Sequence[str]) -> str:
    """The menu entry; ``command`` is what starts the window, a program and its arguments.

    https://specifications.freedesktop.org/desktop-entry-spec/latest/
    """
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={NAME}",
        "GenericName=Neural Network Editor",
        f"Comment={SUMMARY}",
        f"Exec={' '.join([*map(quoted, command), '%F'])}",
        f"TryExec={_escaped(command[0])}",
        f"Icon={ID}",
        "Terminal=false",
        "Categories=Education;ArtificialIntelligence;ComputerScience;",
        f"Keywords={';'.join(_SUBJECTS)};",
        f"MimeType={MIME};",
        "StartupNotify=true",
        f"StartupWMClass={ID}",
        "Actions=new-window;",
        "",
        "[Desktop Action new-window]",
        "Name=New Window",
        f"Exec={' '.join([*map(quoted, command), NEW_WINDOW])}",
    ]
    return "\n".join(lines) + "\n"


def thumbnailer(command: Sequence[str]) -> str:
    """What file managers run for the picture of a project; ``command`` is what starts the command line."""
    words = " ".join([*map(quoted, command), "preview", "%i", "%o", "--size", "%s", "--force"])
    return f"[Thumbnailer Entry]\nTryExec={_escaped(command[0])}\nExec={words}\nMimeType={MIME};\n"


def quoted(word: str) -> str:
    """A word of a command as it stands in an entry, where ``%`` and some letters mean something."""
    word = word.replace("%", "%%")
    if re.fullmatch(r"[\w./%@:+,=-]+", word):
        return word
    # Twice: once inside the quotation marks, once for any text of an entry.
    return '"' + _escaped(re.sub(r'(["`$\\])', r"\\\1", word)) + '"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def mime_type() -> str:
    """The kind of file: its ending, its first bytes and its icon.

    https://specifications.freedesktop.org/shared-mime-info-spec/latest/
    """
    inner = ""
    for depth, (place, data) in reversed(list(enumerate(MAGIC))):
        value = "".join(f"\\x{byte:02x}" for byte in data)
        indent = "  " * (depth + 3)
        match = f'{indent}<match type="string" value="{value}" offset="{place}"'
        inner = f"{match}>\n{inner}{indent}</match>\n" if inner else f"{match}/>\n"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME}">
    <comment>{PROJECT}</comment>
    <sub-class-of type="application/zip"/>
    <icon name="{MIME_ICON}"/>
    <generic-icon name="package-x-generic"/>
    <magic priority="60">
{inner}    </magic>
    <glob pattern="*.{ENDING}"/>
  </mime-type>
</mime-info>
"""


def metadata(releases: Sequence[tuple[str, str]]) -> str:
    """What software centres show; ``releases`` are versions and their dates (2026-01-31), newest first.

    https://www.freedesktop.org/software/appstream/docs/
    """
    listed = "\n".join(f'    <release version="{escape(one)}" date="{escape(date)}"/>' for one, date in releases)
    keywords = "\n".join(f"    <keyword>{word}</keyword>" for word in _SUBJECTS)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>{COMPONENT}</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>MIT</project_license>
  <name>{NAME}</name>
  <summary>{SUMMARY}</summary>
  <developer_name>The Sketchnet authors</developer_name>
  <description>
    <p>
      Drag layers into a diagram, choose a dataset and an optimizer, press Train and watch the network learn. Then draw
      a digit and see it read with every stroke. Everything runs on your own computer, without a connection.
    </p>
    <p>What you can do with it:</p>
    <ul>
      <li>Build networks by hand, with the shape on every wire and repairs for what does not fit</li>
      <li>Train, pause, go on step by step, and take everything back</li>
      <li>Learn from pictures, points, tables and texts, your own among them</li>
      <li>Take the network away as an ordinary PyTorch script</li>
    </ul>
  </description>
  <launchable type="desktop-id">{ID}.desktop</launchable>
  <icon type="stock">{ID}</icon>
  <categories>
    <category>Education</category>
    <category>ArtificialIntelligence</category>
    <category>ComputerScience</category>
  </categories>
  <keywords>
{keywords}
  </keywords>
  <provides>
    <binary>sketchnet</binary>
    <binary>sketchnet-cli</binary>
    <mediatype>{MIME}</mediatype>
  </provides>
  <content_rating type="oars-1.1"/>
  <releases>
{listed}
  </releases>
</component>
"""
