"""What values of a project need to know of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class StoredPart(Protocol):
    """A part of a file that is not in memory; ``Member`` is one."""

    @property
    def name(self) -> str:
        """Its name in that file."""

    @property
    def size(self) -> int:
        """Bytes of its content."""

    @property
    def crc(self) -> int:
        """The checksum its content was written with."""

    @property
    def is_packed(self) -> bool:
        """Whether it lies there compressed."""

    def read(self) -> bytes:
        """The content, checked. Raises ProjectError."""

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they lie in the file, unchecked. Raises ProjectError."""
