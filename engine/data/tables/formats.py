"""Tables in files that are no plain text: unpacked, or written as the text of a CSV file, which all else reads.

So there is one way from a table to a network, whatever program has saved it. Spreadsheets are read by python-calamine,
which runs no formula and no macro: what a formula came to when it was saved is taken. Parquet is read by duckdb where
that is installed.
"""

from __future__ import annotations

import csv
import datetime
import importlib
import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import idx
from engine.data.dataset import DataError

PLAIN = (".csv", ".tsv", ".tab", ".data")
SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
ENDINGS = (*PLAIN, *(f"{ending}.gz" for ending in PLAIN), *SHEETS, ".npz", ".parquet")
"""How the names of files end that are taken for tables; what is in them is told by their first bytes."""
LARGEST = 200_000_000
"""Bytes of text that a table may come to."""
_GZIP, _ZIP, _OLD_EXCEL, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_MOST_COLUMNS = 10_000
_LARGEST_UNPACKED = 100_000_000
"""Bytes of a spreadsheet's parts: as cells they take many times as much memory."""


@dataclass(frozen=True)
class Unpacked:
    """The bytes of a table as those of a CSV file. ``is_plain``: they are its own, if packed.

    Of a spreadsheet ``sheet`` is the one that was read and ``sheets`` are all of them, in their order; ``titles`` are
    the rows of a single cell that stood above its table and are left out.
    """

    text: bytes
    is_plain: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def unpacked(path: Path, data: bytes, sheet: str = "") -> Unpacked:
    """A table as the text of a CSV file; ``data`` itself where it is plain text already.

    ``sheet`` names the one of a spreadsheet that is read; left empty, the first that has rows. Raises DataError.
    """
    if data.startswith(_GZIP):
        return Unpacked(idx.unpack(data, str(path), LARGEST), is_plain=True)
    if data.startswith(_PARQUET):
        return Unpacked(_of_parquet(path))
    if data.startswith(_ZIP):
        return Unpacked(_of_arrays(path, data)) if path.suffix.lower() == ".npz" else _of_sheet(path, data, sheet)
    return _of_sheet(path, data, sheet) if data.startswith(_OLD_EXCEL) else Unpacked(data, is_plain=True)


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets of a spreadsheet; none of other files. Raises DataError."""
    if path.suffix.lower() not in SHEETS:
        return ()
    try:
        return tuple(_workbook(path, path.read_bytes()).sheet_names)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def _workbook(path: Path, data: bytes) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check_archive(path, data)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise DataError(f"{path} is locked with a password. Save it without one.") from None
    except (CalamineError, ValueError, OSError) as error:
        raise DataError(f"{path} is no spreadsheet that can be read ({error}). Save the table as CSV.") from None


def _check_archive(path: Path, data: bytes) -> None:
    """Refuse an archive that unpacks to more than a table may take, whatever it says of itself. Raises DataError."""
    if not data.startswith(_ZIP):
        return
    left, most = _LARGEST_UNPACKED, f"{_LARGEST_UNPACKED // 1_000_000} MB"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if not member.filename.lower().endswith((".xml", ".bin", ".npy", ".rels")):
                    continue
                with archive.open(member) as stream:
                    while piece := stream.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise DataError(f"{path} unpacks to more than {most}. Take a part of it.")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise DataError(f"{path} is damaged: it cannot be unpacked ({error}).") from None


def _of_sheet(path: Path, data: bytes, wanted: str) -> Unpacked:
    from python_calamine import CalamineError

    book = _workbook(path, data)
    names = list(book.sheet_names)
    if wanted and wanted not in names:
        raise DataError(f"{path} has no sheet called {wanted}; there are: {', '.join(names)}.")
    for name in [wanted] if wanted else names:
        try:
            rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except (CalamineError, ValueError) as error:
            raise DataError(f"{path}: the sheet {name} cannot be read ({error}). Save the table as CSV.") from None
        titles, rows = _titles([row for row in rows if any(cell not in ("", None) for cell in row)])
        if rows and len(rows[0]) > _MOST_COLUMNS:
            raise DataError(f"{path} has {len(rows[0]):,} columns; {_MOST_COLUMNS:,} are the most. Leave some out.")
        if rows:
            text = _written(path, ([_cell(cell) for cell in row] for row in rows))
            said = tuple(" ".join(filter(None, map(_cell, row))) for row in titles)
            return Unpacked(text, sheet=name, sheets=tuple(names), titles=said)
    raise DataError(f"{path} has no rows in {'that sheet' if wanted else 'any of its sheets'}.")


def _titles(rows: list[list[Any]]) -> tuple[list[list[Any]], list[list[Any]]]:
    """The titles above a table, rows of a single cell where most have several, and the other rows."""
    filled = [sum(cell not in ("", None) for cell in row) for row in rows]
    if not filled or sorted(filled)[len(filled) // 2] < 2:
        return [], rows
    first = next(at for at, count in enumerate(filled) if count > 1)
    return rows[:first], rows[first:]


def _cell(value: object) -> str:
    """A cell as it would be typed."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else " ".join(str(value).split())


def _of_arrays(path: Path, data: bytes) -> bytes:
    """The arrays of an .npz file, each a column or several; those of other lengths than the longest are left out."""
    _check_archive(path, data)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (ValueError, OSError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise DataError(f"{path} holds no arrays that can be read ({error}).") from None
    rows = max((len(one) for one in arrays.values() if one.ndim in (1, 2)), default=0)
    names: list[str] = []
    columns: list[Sequence[object]] = []
    # What is to be predicted comes last, as it does in a table.
    for name, array in sorted(arrays.items(), key=lambda one: one[1].ndim == 1 or one[0].lower() in ("y", "target")):
        if array.ndim not in (1, 2) or len(array) != rows or array.dtype.kind not in "biufSU":
            continue
        wide = array.reshape(rows, -1)
        names += [name] if wide.shape[1] == 1 else [f"{name}{place}" for place in range(wide.shape[1])]
        columns += wide.T.tolist()
    if not columns:
        raise DataError(f"{path} holds no arrays of one row for each sample.")
    return _written(path, [names, *(map(_cell, row) for row in zip(*columns, strict=True))])


def _of_parquet(path: Path) -> bytes:
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError:
        raise DataError(
            f"{path.name} is a Parquet file, which needs duckdb to be read. Install it with: pip install "
            "sketchnet[parquet]. Or save the table as CSV."
        ) from None
    try:
        with duckdb.connect(":memory:") as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [str(column[0]) for column in found.description]
            return _written(path, [names, *([_cell(cell) for cell in row] for row in found.fetchall())])
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read as a Parquet file: {str(error).splitlines()[0]}") from None


def _written(path: Path, rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow(row)
        if text.tell() > LARGEST:
            raise DataError(f"{path} comes to more than {LARGEST // 1_000_000} MB of text. Take a part of it.")
    return text.getvalue().encode("utf-8")
