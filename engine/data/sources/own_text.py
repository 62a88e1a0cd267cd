"""A plain text file of the user's. It is read anew as soon as it has changed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from engine.data.characters import UNKNOWN
from engine.data.dataset import DataError, Dataset, Schema
from engine.data.sources.source import InOrder, Source
from engine.data.text_file import read_text
from engine.data.text_windows import WINDOW, TextSource, text_dataset, text_schema
from engine.graph.parameters import FilePath, Params

PATH = FilePath(
    name="path",
    title="Text file",
    default="",
    suffixes=(".txt", ".md", ".rst", ".text"),
    help="A plain text file on this computer. It stays where it is; what was learned from it is kept with the project.",
)
_NO_FILE = TextSource(
    name="own-text",
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


def _schema(options: Params, validation: float, test: float) -> Schema:
    if not options.path:  # nothing is known of it yet
        return text_schema(_NO_FILE, UNKNOWN, options.window)
    return _load(options, validation, test).schema


def _load(options: Params, validation: float, test: float) -> Dataset:
    if not options.path:
        raise DataError("Choose the text file to learn from: set dataset_options.path.")
    try:
        status = Path(options.path).stat()
    except (OSError, ValueError):
        read_text(Path(options.path))  # which says what is wrong with it
        raise
    return _read(options.path, status.st_mtime_ns, status.st_size, options.window, validation, test)


@lru_cache(maxsize=2)
def _read(path: str, _changed: int, _size: int, window: int, validation: float, test: float) -> Dataset:
    return text_dataset(own_text(path), read_text(Path(path)), window, validation, test)


def _version(options: Params) -> Hashable:
    """Another value once the file has changed."""
    try:
        status = Path(options.path).stat() if options.path else None
    except (OSError, ValueError):
        return "missing"
    return None if status is None else (status.st_mtime_ns, status.st_size)


OWN_TEXT = replace(Source.of_order(InOrder(_schema, _load), options=(PATH, WINDOW)), version=_version)
