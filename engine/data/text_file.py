"""Read a plain text file that anyone may have written: bytes -> characters, within bounds.

UTF-8 with or without a byte order mark, UTF-16 with one, and where neither fits the Western code page of Windows
(cp1252), in which many older texts are kept. Every kind of line end becomes ``\\n``.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from engine.data.dataset import DataError
from engine.files.bounded import NotReadable, read_bounded

LARGEST = 32 * 2**20
"""Bytes of the largest text: more than a processor learns from in days."""
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}
"""Bytes that no text holds; a file with one in a hundred of them is something else."""


def read_text(path: Path) -> str:
    """The text in a file. Raises DataError: no such file, none that may be read, too large, or no text."""
    try:
        data = read_bounded(path, LARGEST)
    except NotReadable as error:
        raise DataError(f"The text {path} {error}. {_ADVICE}") from None
    text = _decoded(data, path)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")


_ADVICE = "Choose another text with dataset_options.path, or put the file back."


def _decoded(data: bytes, path: Path) -> str:
    if data.startswith(_UTF_32):
        raise _no_text(path)
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16")
        except UnicodeError:
            raise _no_text(path) from None
    if b"\0" in data or _is_binary(data):
        raise _no_text(path)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise _no_text(path)


def _is_binary(data: bytes) -> bool:
    return 100 * sum(map(data.count, (bytes([byte]) for byte in _CONTROLS))) > len(data)


def _no_text(path: Path) -> DataError:
    return DataError(f"{path} is not plain text in UTF-8 or UTF-16. Save it as plain text in UTF-8.")
