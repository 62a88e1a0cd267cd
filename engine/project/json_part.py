"""JSON that is made when it is written, and known by the value that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property


class JsonPart:
    """The JSON of ``of``, a value that never changes; ``make`` gives its bytes."""

    def __init__(self, of: object, make: Callable[[], bytes]) -> None:
        self.of = of
        self._make = make

    @cached_property
    def _data(self) -> bytes:
        return self._make()

    @property
    def size(self) -> int:
        """Bytes of it."""
        return len(self._data)

    def read(self) -> bytes:
        """The bytes."""
        return self._data
