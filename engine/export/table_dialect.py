"""How an exported file reads a table that is written as somebody said that of the network's data is."""

from __future__ import annotations

from engine.data.table_reading import AUTO, NONE, TableReading
from engine.network.script_answers import quoted

OPEN = """\
    with open(path, newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\\t|", key=first.count)
        reader = csv.DictReader(file, delimiter=delimiter, skipinitialspace=True)
        rows, there = list(reader), reader.fieldnames or []
"""
"""How a table is opened of which nothing is said."""
_LINES = """\
    with open(path, newline="", encoding={encoding}) as file:
        lines = list(file)
{passed}    delimiter = {delimiter}
    reader = csv.DictReader(lines, delimiter=delimiter, skipinitialspace=True{quoting})
    rows, there = list(reader), reader.fieldnames or []
"""
NUMBER = 'float(cell if "." in cell else cell.replace(",", "."))'
"""The number in a cell, as nothing is said of its marks."""
_NUMBERS = {
    "point": 'float(cell.replace(",", ""))',
    "comma": 'float(cell.replace(".", "").replace(",", "."))',
}


def read_as_said(script: str, reading: TableReading) -> str:
    """The lines of ``script`` that read a table, changed to what ``reading`` says; the same where it says nothing."""
    if reading.decimal != AUTO:
        script = _changed(script, NUMBER, _NUMBERS[reading.decimal])
    comment = reading.comment if reading.comment not in (AUTO, NONE) else ""
    if not comment and not reading.skipped and {reading.encoding, reading.delimiter, reading.quotes} == {AUTO}:
        return script
    passed = ""
    if comment:
        passed += f"    lines = [line for line in lines if not line.lstrip().startswith({quoted(comment)})]\n"
    if reading.skipped:
        passed += "    if lines and not all(name in lines[0] for name, *_ in FIELDS):\n"
        passed += f"        lines = lines[{reading.skipped}:]\n"
    mark = reading.parted_by
    encoding = {AUTO: "utf-8-sig", "utf-8": "utf-8-sig"}.get(reading.encoding, reading.encoding)
    lines = _LINES.format(
        encoding=quoted(encoding),
        passed=passed,
        delimiter='max(",;\\\\t|", key=lines[0].count) if lines else ","' if mark is None else quoted(mark),
        quoting=", quoting=csv.QUOTE_NONE" if reading.quotes == NONE else "",
    ).replace("\\\\t", "\\t")
    return _changed(script, OPEN, lines)


def _changed(script: str, before: str, after: str) -> str:
    """``script`` with the one place that reads ``before`` changed."""
    if script.count(before) != 1:
        raise ValueError("the script does not read a table as was expected")
    return script.replace(before, after)
