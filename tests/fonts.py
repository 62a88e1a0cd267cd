"""Folders of fonts for tests, so that what is seen with other fonts than this computer's can be tried on it.

    FONTCONFIG_FILE=$(python3 tests/fonts.py inter /tmp/fonts) python3 start.py test tests/gui

Makes a folder and a configuration of fontconfig that shows this folder alone, and prints the configuration's path.
``inter`` holds a face named Inter, which the window prefers; ``dejavu`` holds what there is of DejaVu; ``none`` holds
nothing, so that Qt draws boxes. Inter itself need not be installed: a copy of another face takes its name. Where no
font file fits it says so and ends with status 3. Only the standard library is used, and nothing outside the folder is
changed. Systems without fontconfig, Windows and macOS, pay no attention to the configuration.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

NO_FONT = 3
_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
# Faces that stand in for Inter, the likest first; any other one is taken where none of these is there.
_LIKE_INTER = ("Inter-Regular", "LiberationSans-Regular", "NotoSans-Regular", "NimbusSans-Regular", "DejaVuSans")
_ALIASES = "".join(
    f"  <alias><family>{wanted}</family><prefer><family>{given}</family></prefer></alias>\n"
    for wanted, given in (
        ("sans-serif", "DejaVu Sans"),
        ("Sans Serif", "DejaVu Sans"),
        ("monospace", "DejaVu Sans Mono"),
    )
)
"""What systems say, too: else any face, one with serifs or with letters of one width, would do as any other."""
_FAMILY, _FULL_NAME, _POSTSCRIPT_NAME, _TYPOGRAPHIC_FAMILY = 1, 4, 6, 16


def renamed(font: bytes, family: str) -> bytes:
    """A TrueType or OpenType font with another family name; nothing else of it is changed.

    The table "name" is written anew at the end of the file (OpenType specification, "name" and "Organization of an
    OpenType font"). ValueError when this is no such font.
    """
    if font[:4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        raise ValueError("this is no TrueType or OpenType font")
    tables = struct.unpack(">H", font[4:6])[0]
    for entry in range(12, 12 + 16 * tables, 16):
        tag, _sum, offset, length = struct.unpack(">4sLLL", font[entry : entry + 16])
        if tag == b"name":
            table = _with_family(font[offset : offset + length], family)
            made = bytearray(font + b"\0" * (-len(font) % 4))
            made[entry : entry + 16] = struct.pack(">4sLLL", tag, _checksum(table), len(made), len(table))
            return bytes(made + table + b"\0" * (-len(table) % 4))
    raise ValueError("this font has no names")


def _with_family(table: bytes, family: str) -> bytes:
    """The table "name" with every name that holds the family put in another one's place."""
    _version, count, strings = struct.unpack(">HHH", table[:6])
    records, kept = [], b""
    for start in range(6, 6 + 12 * count, 12):
        platform, encoding, language, name, length, offset = struct.unpack(">6H", table[start : start + 12])
        text = table[strings + offset : strings + offset + length]
        if name in (_FAMILY, _FULL_NAME, _POSTSCRIPT_NAME, _TYPOGRAPHIC_FAMILY):
            # The Macintosh platform has one byte a letter, the others two.
            text = family.encode("ascii") if platform == 1 else family.encode("utf-16-be")
        records.append(struct.pack(">6H", platform, encoding, language, name, len(text), len(kept)))
        kept += text
    return struct.pack(">HHH", 0, count, 6 + 12 * count) + b"".join(records) + kept


def _checksum(table: bytes) -> int:
    whole = table + b"\0" * (-len(table) % 4)
    return sum(struct.unpack(f">{len(whole) // 4}L", whole)) & 0xFFFFFFFF


def installed() -> list[Path]:
    """The TrueType and OpenType files of this computer, in an order that is always the same."""
    found: set[Path] = set()
    try:
        listed = subprocess.run(["fc-list", "--format", "%{file}\n"], stdout=subprocess.PIPE, text=True, check=False)
        found.update(map(Path, listed.stdout.splitlines()))
    except OSError:  # fontconfig is there without its programs
        pass
    for place in _PLACES:
        found.update(Path(place).expanduser().rglob("*"))
    return sorted(path for path in found if path.suffix.lower() in (".ttf", ".otf") and path.is_file())


def fill(kind: str, folder: Path) -> bool:
    """Put the fonts of a kind into a folder; whether there were any for it."""
    if kind == "none":
        return True
    files = installed()
    if kind == "dejavu":
        files = [path for path in files if path.name.startswith("DejaVu")]
        for path in files:
            shutil.copyfile(path, folder / path.name)
        return bool(files)
    for path in sorted(files, key=_likeness):
        try:
            (folder / f"Inter{path.suffix}").write_bytes(renamed(path.read_bytes(), "Inter"))
        except (ValueError, struct.error):
            continue
        return True
    return False


def _likeness(path: Path) -> int:
    return _LIKE_INTER.index(path.stem) if path.stem in _LIKE_INTER else len(_LIKE_INTER)


def configuration(kind: str, folder: Path) -> Path | None:
    """Make the folder and its configuration, whose path is returned; None where no font is there for it."""
    fonts = folder / kind
    shutil.rmtree(fonts, ignore_errors=True)
    fonts.mkdir(parents=True)
    if not fill(kind, fonts):
        return None
    path = folder / f"{kind}.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(fonts))}</dir>\n  <cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        f"{_ALIASES}</fontconfig>\n",
        encoding="utf-8",
    )
    return path


def main(words: list[str]) -> int:
    if len(words) != 2 or words[0] not in ("inter", "dejavu", "none"):
        print("python3 tests/fonts.py inter|dejavu|none FOLDER", file=sys.stderr)
        return 2
    made = configuration(words[0], Path(os.path.abspath(words[1])))
    if made is None:
        print(f"No font file on this computer fits {words[0]!r}.", file=sys.stderr)
        return NO_FONT
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
