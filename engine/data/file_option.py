"""The setting of a source that reads a file of the user's: where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.graph.parameters import Parameter

LONGEST = 4_096


@dataclass(frozen=True, kw_only=True)
class FilePath(Parameter):
    """The path of a file; "" as long as none is chosen. Whether it is there is not asked here."""

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
            raise self._refuse(f"the path of a file, of at most {LONGEST:,} letters", value)
        return value

    def parse(self, text: str) -> str:
        return self.check(text.strip())
