"""Read a plain text file that anyone may have written: bytes -> characters, within bounds.

UTF-8 with or without a byte order mark, UTF-16 with one, and where neither fits the Western code page of Windows
(cp1252), in which many older texts are kept. Every kind of line end becomes ``\\n``.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from engine.data.dataset import DataError
from engine.data.fingerprint import Fingerprint, stamp_of
from engine.files.bounded import NotReadable, pieces

LARGEST = 2**30
"""Bytes of the largest text: more than a processor learns from in months."""
_PIECE = 2**20
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(sorted(frozenset(range(32)) - {9, 10, 12, 13, 27}))
"""Bytes that no text holds; a file with one in a hundred of them is something else."""
_ADVICE = "Choose another text, or put the file back."


class PlainText:
    """The text in a file, which is read anew each time it is asked for, and never stands in memory whole.

    ``length`` is in characters, ``fingerprint`` of the bytes. Raises DataError: no such file, none that may be read,
    too large, or no text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fingerprint, encodings = self._looked_at()
        for encoding in encodings:
            try:
                self._encoding, self.length = encoding, sum(map(len, self._decoded(encoding)))
            except UnicodeError:
                continue
            return
        raise self._no_text()

    def pieces(self, begin: int = 0, end: int | None = None) -> Iterator[str]:
        """The characters from ``begin`` to before ``end``, some at a time. Raises DataError."""
        place, end = 0, self.length if end is None else end
        if begin >= end:
            return
        try:
            for piece in self._decoded(self._encoding):
                first, last = max(0, begin - place), min(len(piece), end - place)
                place += len(piece)
                if first < last:
                    yield piece[first:last]
                if place >= end:
                    break
        except UnicodeError:
            place = 0
        if place < end or stamp_of(self.path) != (self.fingerprint.size, self.fingerprint.modified):
            raise DataError(f"{self.path} has changed while it was being read. Read it again once it is complete.")

    def _bytes(self) -> Iterator[bytes]:
        try:
            yield from pieces(self.path, LARGEST, _PIECE)
        except NotReadable as error:
            raise DataError(f"The text {self.path} {error}. {_ADVICE}") from None

    def _looked_at(self) -> tuple[Fingerprint, tuple[str, ...]]:
        """The fingerprint of the file, and the encodings it may have. Raises DataError."""
        stamp = stamp_of(self.path)
        size, controls, digest, begins, zeros = 0, 0, hashlib.sha256(), b"", False
        for data in self._bytes():
            begins = begins or data[:4]
            size += len(data)
            digest.update(data)
            zeros = zeros or b"\0" in data
            controls += len(data) - len(data.translate(None, _CONTROLS))
        found = Fingerprint(size, 0 if stamp is None else stamp[1], digest.hexdigest())
        if begins.startswith(_UTF_32):
            raise self._no_text()
        if begins.startswith(_UTF_16):
            return found, ("utf-16",)
        if zeros or 100 * controls > size:
            raise self._no_text()
        return found, ("utf-8-sig", "cp1252")

    def _decoded(self, encoding: str) -> Iterator[str]:
        """The whole text, its line ends made alike. Raises DataError and UnicodeError."""
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
        for data in self._bytes():
            yield decoder.decode(data).replace("\ufeff", "")
        yield decoder.decode(b"", final=True).replace("\ufeff", "")

    def _no_text(self) -> DataError:
        return DataError(f"{self.path} is not plain text in UTF-8 or UTF-16. Save it as plain text in UTF-8.")


def read_text(path: Path) -> str:
    """The whole text in a file. Raises DataError: see ``PlainText``."""
    return "".join(PlainText(path).pieces())
