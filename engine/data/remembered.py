"""What is remembered of data whose file may be gone or still being read: its schema, as a project has kept it.

So a drawing keeps its shapes, and by the fingerprint in the schema one can tell what has become of the file.
"""

from __future__ import annotations

import threading

from engine.data.dataset import Schema
from engine.graph.parameters import Params

_schemas: dict[tuple[str, Params], Schema] = {}
_lock = threading.Lock()


def remember(name: str, options: Params, schema: Schema) -> None:
    """Keep in mind what the dataset ``name`` was like under ``options``."""
    with _lock:
        _schemas[name, options] = schema


def recall(name: str, options: Params) -> Schema | None:
    """What was remembered; None where nothing was."""
    with _lock:
        return _schemas.get((name, options))


def forget(name: str) -> None:
    """Forget all that was remembered of the dataset ``name``."""
    with _lock:
        for key in [key for key in _schemas if key[0] == name]:
            del _schemas[key]
