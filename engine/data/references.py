"""Data by reference: which dataset, with which options, and the fingerprint of the file it was read from.

A project refers to its data; what was made of the data is kept with the run. So a file of the user's may be moved,
changed or be so large that it takes long to read: what has become of it is asked here, and nobody waits for the answer
who may not (``engine.data.reading``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.fingerprint import Fingerprint
from engine.data.reading import StillReading


class DataState(StrEnum):
    """What is known of the data that a reference is to."""

    KNOWN = "known"
    READING = "being read"
    MISSING = "missing"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class DataStatus:
    """The state of the data, and a sentence on it; "" where there is nothing to say."""

    state: DataState
    words: str = ""


@dataclass(frozen=True)
class DatasetRef:
    """The dataset ``source`` under ``options``. ``fingerprint`` is that of the file as it was last read or learned
    from; None of data that comes from no file of the user's, and where it is not known."""

    source: str
    options: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: Fingerprint | None = None

    def status(self) -> DataStatus:
        """What has become of the data. Waits for nothing where that is not allowed."""
        path: Path | None = None
        try:
            path = catalogue.file_of(self.source, self.options)
            now = catalogue.fingerprint_now(self.source, self.options)
            known = self.fingerprint or catalogue.fingerprint_remembered(self.source, self.options)
        except StillReading as error:
            return DataStatus(DataState.READING, str(error))
        except DataError as error:
            gone = catalogue.is_of_file(self.source) and (path is None or not path.exists())
            return DataStatus(DataState.MISSING if gone else DataState.UNREADABLE, str(error))
        if not catalogue.is_available(self.source):
            return DataStatus(DataState.MISSING, f"{self.source} is not on this computer yet; download it first.")
        if path is None or now is None or known is None or now.sha256 == known.sha256:
            return DataStatus(DataState.KNOWN)
        return DataStatus(
            DataState.CHANGED,
            f"{path.name} is not the file that the network was trained on: it has changed since. The network answers "
            "as it was trained; training from scratch learns from the file as it is now.",
        )
