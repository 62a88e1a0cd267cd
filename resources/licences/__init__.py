"""The licences of everything that Sketchnet is made of, told from what is installed: complete, and without a network.

From source they are read from the metadata of the installed distributions. A bundle holds no such metadata: whoever
makes one calls ``python -m resources.licences FOLDER`` in the environment it is made from, which writes what is read
here from then on (``licences.json``) and the same for people (``LICENCES.txt``).
"""

from __future__ import annotations

import json
import platform
import re
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution, distributions
from pathlib import Path

HERE = Path(__file__).resolve().parent
WRITTEN, READABLE = "licences.json", "LICENCES.txt"
PROGRAM = "sketchnet"
QT = ("pyside6-essentials", "shiboken6")
QT_WORDS = """Qt and Qt for Python (PySide6, Shiboken6) are used under the GNU Lesser General Public License, version 3.

Sketchnet does not change them and links to them dynamically: they lie as files of their own in the folders PySide6 and
shiboken6 of the installation, where you may replace them by other versions, also by ones that you have changed. You may
examine how Sketchnet works with them, for finding faults in such changes.

Their source: https://download.qt.io/official_releases/QtForPython/ and https://code.qt.io/
The parts by others in Qt: https://doc.qt.io/qt-6/licenses-used-in-qt.html
The licences of Qt itself: https://www.qt.io/licensing/
"""
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|authors|third-party-notices)", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi", ".so", ".h", ".hpp", ".json", ".html")
_REQUIRED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_VERSION = re.compile(r'__version__ = "([^"]+)"')
_CLASSIFIER = "License :: "
_LONGEST_NAME = 80


@dataclass(frozen=True)
class LicensedPart:
    """A part of the program: its licence by name, where it comes from, and the texts of its licence."""

    name: str
    version: str
    licence: str
    address: str = ""
    text: str = ""


def normal(name: str) -> str:
    """The name of a distribution as all spellings of it have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def components() -> tuple[LicensedPart, ...]:
    """Everything the program is made of: itself, Python, then the rest by name."""
    written = HERE / WRITTEN
    if written.is_file():
        return tuple(LicensedPart(**entry) for entry in json.loads(written.read_text("utf-8")))
    return of_installed()


def of_installed() -> tuple[LicensedPart, ...]:
    """The same, read from what is installed here."""
    others = [_component(found) for name, found in sorted(needed().items()) if name != PROGRAM]
    return (_program(), _python(), *others)


def needed() -> dict[str, Distribution]:
    """What the program needs of what is installed, and all that needs in turn, by normal name; itself included.

    Everything that is installed, where it is not known what the program needs.
    """
    try:
        waiting = [distribution(PROGRAM)]
    except PackageNotFoundError:
        return {normal(found.metadata["Name"]): found for found in distributions()}
    found: dict[str, Distribution] = {}
    while waiting:
        one = waiting.pop()
        name = normal(one.metadata["Name"])
        if name not in found:
            found[name] = one
            waiting += _required(one)
    return found


def _required(one: Distribution) -> Iterable[Distribution]:
    for line in one.requires or ():
        requirement, _, marker = line.partition(";")
        name = _REQUIRED.match(requirement)
        if name is None or re.search(r"\bextra\b", marker):
            continue
        try:
            yield distribution(name[1])
        except PackageNotFoundError:  # for another system or version of Python
            continue


def _program() -> LicensedPart:
    text = _read(HERE.parent.parent / "LICENSE")
    version = _VERSION.search(_read(HERE.parent.parent / "engine" / "__init__.py"))
    if not text:  # installed as a package
        try:
            text = _texts(distribution(PROGRAM))
        except PackageNotFoundError:
            text = ""
    return LicensedPart("Sketchnet", version[1] if version else "", "MIT", "", text)


def _python() -> LicensedPart:
    folders = (sysconfig.get_path("stdlib"), sysconfig.get_path("data"))
    texts = (_read(Path(folder) / "LICENSE.txt") for folder in folders)
    text = next(filter(None, texts), "The text of its licence: https://docs.python.org/3/license.html\n")
    return LicensedPart("Python", platform.python_version(), "PSF-2.0", "https://www.python.org/", text)


def _component(found: Distribution) -> LicensedPart:
    data, name = found.metadata, normal(found.metadata["Name"])
    text = _texts(found)
    if name in QT:
        text = "\n\n".join((QT_WORDS, _read(HERE / "LGPL-3.0.txt"), _read(HERE / "GPL-3.0.txt")))
    licence = _licence(found)
    if not text:
        text = f"It names its licence as {licence} and brings no text of it.\n"
    return LicensedPart(data["Name"].replace("_", "-"), found.version, licence, _address(found), text)


def _licence(found: Distribution) -> str:
    data = found.metadata
    if normal(data["Name"]) in QT:
        return "LGPL-3.0-only"
    named = _said(data, "License-Expression") or _said(data, "License")
    if named and len(named) <= _LONGEST_NAME * 2 and "\n" not in named.strip():
        return str(named.strip())
    told = [one.split(" :: ")[-1] for one in data.get_all("Classifier") or () if one.startswith(_CLASSIFIER)]
    return ", ".join(told) or "see its text"


def _said(data: PackageMetadata, name: str) -> str:
    return str(next(iter(data.get_all(name) or ()), ""))


def _address(found: Distribution) -> str:
    data = found.metadata
    named = dict(line.split(", ", 1) for line in data.get_all("Project-URL") or () if ", " in line)
    lower = {key.lower(): value for key, value in named.items()}
    for key in ("homepage", "home", "repository", "source", "source code", "github"):
        if key in lower:
            return str(lower[key])
    return _said(data, "Home-page") or str(next(iter(named.values()), ""))


def _texts(found: Distribution) -> str:
    """The texts of every file of a licence in a distribution, each once, under its name."""
    parts: dict[str, str] = {}
    for file in sorted(found.files or (), key=lambda file: (len(file.parts), str(file))):
        if not _LICENCE_FILE.match(file.name) or file.suffix in _CODE:
            continue
        text = _read(Path(str(found.locate_file(file))))
        if text and text not in parts:
            parts[text] = "/".join(part for part in file.parts if not part.endswith(".dist-info") and part != "licenses")
    if len(parts) == 1:
        return next(iter(parts))
    return "\n\n".join(f"{'-' * 20} {name}\n\n{text}" for text, name in parts.items())


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip("\n") + "\n" if path.is_file() else ""
    except OSError:
        return ""


def write(folder: Path, extra: Iterable[LicensedPart] = ()) -> tuple[LicensedPart, ...]:
    """Write both files into ``folder``; ``extra`` are parts of a bundle that are no distributions. Returns all."""
    every = (*of_installed(), *extra)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WRITTEN).write_text(json.dumps([asdict(one) for one in every], indent=1), encoding="utf-8")
    (folder / READABLE).write_text(readable(every), encoding="utf-8")
    return every


def readable(every: Iterable[LicensedPart]) -> str:
    """All licences in one text."""
    every = tuple(every)
    listed = "\n".join(f"{one.name} {one.version}: {one.licence}" for one in every)
    rule = "=" * 100
    texts = (f"{rule}\n{one.name} {one.version}: {one.licence}\n{one.address}\n{rule}\n\n{one.text}" for one in every)
    return "\n\n".join((f"Sketchnet is made of these parts.\n\n{listed}", *texts))
