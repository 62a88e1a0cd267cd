"""English that every Python brings along: the chapters on the language that its ``help`` shows.

How much there is, and what it says, depends on the version of Python.
"""

from __future__ import annotations

from functools import lru_cache

from engine.data.dataset import Dataset, Schema
from engine.data.sources.source import InOrder, Source
from engine.data.text_windows import WINDOW, TextInMemory, TextSource, text_dataset
from engine.graph.parameters import Params

_SOURCE = TextSource(
    name="python-topics",
    title="About Python",
    summary="The chapters on the language that Python's own help shows: half a million characters of plain technical "
    "English, always on this computer.",
    licence="Python Software Foundation License",
    origin="Comes with Python (pydoc_data.topics).",
)


@lru_cache(maxsize=1)
def _text() -> str:
    # Imported here: nobody who only lists the datasets needs to wait for it.
    from pydoc_data.topics import topics

    return "\n\n".join(topics[name].strip() for name in sorted(topics)) + "\n"


@lru_cache(maxsize=2)
def _load(window: int, validation: float, test: float) -> Dataset:
    return text_dataset(_SOURCE, TextInMemory(_text()), window, validation, test)


def _schema(options: Params, validation: float, test: float) -> Schema:
    return _load(options.window, validation, test).schema


PYTHON_TOPICS = Source.of_order(
    InOrder(_schema, lambda options, validation, test: _load(options.window, validation, test)),
    options=(WINDOW,),
)
