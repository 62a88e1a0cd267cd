"""A plain text file of the user's. It is read anew as soon as it has changed, and by a thread that may wait for it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data import remembered
from engine.data.characters import UNKNOWN
from engine.data.dataset import DataError, Dataset, Schema
from engine.data.fingerprint import Fingerprint, stamp_of
from engine.data.reading import KnownFiles, StillReading
from engine.data.sources.source import InOrder, Source
from engine.data.text_file import PlainText
from engine.data.text_windows import WINDOW, TextSource, text_dataset, text_schema
from engine.graph.parameters import FilePath, Params

PATH = FilePath(
    name="path",
    title="Text file",
    default="",
    suffixes=(".txt", ".md", ".rst", ".text"),
    help="A plain text file on this computer. It stays where it is; what was learned from it is kept with the project.",
)
NAME = "own-text"
_NO_FILE = TextSource(
    name=NAME,
    title="Your own text",
    summary="A plain text file of yours: poems, letters, code, anything with some ten thousand characters or more.",
    licence="Yours",
    origin="A file on this computer.",
)


def own_text(path: str) -> TextSource:
    """What is said of the text in the file at ``path``."""
    if not path:
        return _NO_FILE
    return TextSource(_NO_FILE.name, Path(path).name, f"The text in {path}.", _NO_FILE.licence, _NO_FILE.origin)


_looked_at: KnownFiles[PlainText] = KnownFiles(8)
_known: KnownFiles[Dataset] = KnownFiles(2)


def remember(options: Mapping[str, Any], characters: str, file: Fingerprint | None) -> None:
    """Keep in mind the vocabulary of the text under ``options``: that holds while it is missing or being read."""
    path = str(options.get(PATH.name, ""))
    remembered.remember(NAME, _whose(path), text_schema(own_text(path), characters, WINDOW.default, file))


def forget() -> None:
    """Forget all texts."""
    remembered.forget(NAME)
    _looked_at.clear()
    _known.clear()


def _whose(path: str) -> Params:
    """What a text is remembered by: its path alone, for its vocabulary is the same through every window."""
    return Params({PATH.name: path})


def _remembered(options: Params) -> Schema | None:
    known = remembered.recall(NAME, _whose(options.path))
    if known is None:
        return None
    return text_schema(own_text(options.path), "".join(known.target.names), options.window, known.file)


def _schema(options: Params, validation: float, test: float) -> Schema:
    """What the text is like, or was, where it is missing or still being read. Raises DataError, StillReading."""
    if not options.path:  # nothing is known of it yet
        return text_schema(_NO_FILE, UNKNOWN, options.window)
    try:
        return _load(options, validation, test).schema
    except DataError as error:
        known = _remembered(options)
        if known is None or not (isinstance(error, StillReading) or stamp_of(Path(options.path)) is None):
            raise
        return known


def _load(options: Params, validation: float, test: float) -> Dataset:
    path = Path(options.path)
    key = (options.path, _stamp(options), options.window, validation, test)

    def make() -> Dataset:
        source, found = own_text(options.path), _text(options)
        return text_dataset(source, found, options.window, validation, test, file=found.fingerprint)

    return _known.get(key, make, _being_read(path))


def _text(options: Params) -> PlainText:
    """The text as it is now, its characters counted. Raises DataError, StillReading."""
    path = Path(options.path)
    return _looked_at.get((options.path, _stamp(options)), lambda: PlainText(path), _being_read(path))


def _stamp(options: Params) -> tuple[int, int]:
    """Size and time of the file. Raises DataError where there is none."""
    if not options.path:
        raise DataError("No file is chosen yet. Choose a plain text file.")
    stamp = stamp_of(Path(options.path))
    if stamp is None:
        PlainText(Path(options.path))  # which says what is wrong with it
        raise DataError(f"{options.path} has changed while it was being read. Read it again once it is complete.")
    return stamp


def _being_read(path: Path) -> str:
    return f"{path.name} is being read."


def _version(options: Params) -> Hashable:
    """Another value once the file has changed."""
    return stamp_of(Path(options.path)) or "missing" if options.path else None


OWN_TEXT = replace(
    Source.of_order(InOrder(_schema, _load), options=(PATH, WINDOW)),
    version=_version,
    file=PATH.name,
    fingerprint=lambda options: _text(options).fingerprint,
    remembered=_remembered,
)
