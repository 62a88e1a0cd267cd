"""What a large table of the user's was judged to be, kept on disk with the numbers that its rows become.

A second reading of such a file takes as long as hashing its bytes. What is kept is found by that hash and by the
options that say how the table is read, so that another file is never taken for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.data.array_cache import FILES, Make, Sink
from engine.data.dataset import Array, DataError, Schema, Split
from engine.data.fingerprint import Fingerprint, stamp_of
from engine.data.given_parts import GivenPart
from engine.data.sources.own_table_guesses import Guess
from engine.data.sources.source import Pool
from engine.data.tables.record import TableRecord
from engine.graph.parameters import Params

KEPT = 8 * 2**20
"""Bytes of a file from which on its table is kept."""
_AT_ONCE = 100_000
GIVEN = (GivenPart.VALIDATION, GivenPart.TEST)
"""The parts that rows may be said to belong to, so that they are kept out of training."""


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table as it was judged. ``rows`` are those that have a target, ``lost`` those that have none.

    ``notes`` are sentences about the file as a whole, ``guessed`` says why the target is the target; "" where it was
    chosen. ``given`` are the rows that are said to belong to validation and test, 0 where no column says so.
    ``guesses`` are what was judged of how the file is written.
    """

    schema: Schema
    rows: int
    lost: int
    notes: tuple[str, ...]
    guessed: str
    given: tuple[int, int] = (0, 0)
    guesses: tuple[Guess, ...] = ()


def find(path: Path, options: Params) -> OwnTable | None:
    """What the table in a large file was judged to be under ``options``, where that is kept."""
    try:
        file = Fingerprint.read(path)
        found = FILES.find(_key(file, options))
        return None if found is None else _read(found.values, path, file)
    except (OSError, DataError, KeyError, TypeError, ValueError):
        return None


def keep(path: Path, options: Params, table: OwnTable, make: Callable[[], Pool]) -> None:
    """Keep the rows of a table whose file is large, as far as there is room on the disk. Raises as ``make`` does."""
    file = table.schema.file
    if file is not None and file.size >= KEPT:
        FILES.keep(_key(file, options), _writing(path, file, table, make), _size(table))


def pool(path: Path, options: Params, table: OwnTable, make: Callable[[], Pool]) -> Pool:
    """The rows of a table: memory-mapped where its file is large, and made only where they are not kept."""
    file = table.schema.file
    if file is None or file.size < KEPT:
        return make()
    found = FILES.get(_key(file, options), _writing(path, file, table, make), _size(table)).arrays
    return Pool(
        Split(found["inputs"], found["targets"]),
        groups=found.get("groups"),
        times=found.get("times"),
        parts=found.get("parts"),
        is_own=True,
    )


def _writing(path: Path, file: Fingerprint, table: OwnTable, make: Callable[[], Pool]) -> Make:
    def kept(sink: Sink) -> dict[str, Any]:
        made = make()
        rows = made.rows
        if stamp_of(path) != (file.size, file.modified):
            raise DataError(f"{path} has changed while it was being read. Read it again once it is complete.")
        sink.add("inputs", _parts(rows.inputs))
        sink.add("targets", _parts(rows.targets))
        for name, array in (("groups", made.groups), ("times", made.times), ("parts", made.parts)):
            if array is not None:
                sink.add(name, _parts(array))
        return _facts(table)

    return kept


def _size(table: OwnTable) -> int:
    """About the bytes that the rows take."""
    return 4 * table.rows * (table.schema.input.count + 2)


def _parts(array: Array) -> Iterator[Array]:
    for start in range(0, max(1, len(array)), _AT_ONCE):
        yield array[start : start + _AT_ONCE]


def _key(file: Fingerprint, options: Params) -> str:
    named = {name: value for name, value in options.items() if name != "path"}
    return f"table 3 {file.sha256} {json.dumps(named, sort_keys=True)}"


def _facts(table: OwnTable) -> dict[str, Any]:
    record = TableRecord.of(table.schema)
    assert record is not None
    return {
        "table": record.to_json(),
        "summary": table.schema.summary,
        "rows": table.rows,
        "lost": table.lost,
        "notes": list(table.notes),
        "guessed": table.guessed,
        "given": list(table.given),
        "guesses": [one.to_json() for one in table.guesses],
    }


def _read(facts: Any, path: Path, file: Fingerprint) -> OwnTable:
    """Read what ``_facts`` wrote, of the same file under its name of today. Raises DataError, KeyError, TypeError."""
    record = replace(TableRecord.from_json(facts["table"]), title=path.name, file=file)
    schema = replace(record, origin=str(path), summary=str(facts["summary"])).schema()
    validation, test = map(int, facts["given"])
    return OwnTable(
        schema,
        int(facts["rows"]),
        int(facts["lost"]),
        tuple(map(str, facts["notes"])),
        str(facts["guessed"]),
        (validation, test),
        tuple(map(Guess.from_json, facts["guesses"])),
    )
