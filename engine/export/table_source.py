"""How an exported file reads rows of a table of the user's: the same columns, categories and missing values."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data import fields as of_fields
from engine.data.fields import DataField, Feature, Impute
from engine.data.table_reading import AS_IT_IS, TableReading
from engine.data.tables.layout import MISSING
from engine.export.table_dialect import NUMBER, OPEN, read_as_said
from engine.network.script_answers import listed, quoted, tuple_of


def table_reader(fields: Sequence[DataField], reading: TableReading = AS_IT_IS) -> str:
    """``read``: a table's name, or the cells of one row -> samples as they are before ``prepare``.

    ``reading`` is what was said of how the table of the network's data is written.
    """
    used = of_fields.inputs(fields)
    lines = ["FIELDS = ("]
    for field in used:
        words = (field.written, *field.parts) if field.feature is Feature.DATE else field.categories
        values = listed([quoted(word) for word in words], 8, 9)
        parts = [quoted(field.name), quoted(field.feature.value), values]
        missing = _STRAY if field.stray else field.impute.value if field.impute in _SAID else ""
        more = [str(field.other), str(field.flag), str(field.log), quoted(missing), quoted(field.shown)]
        row = listed([*parts, *more], 4, 5)
        lines.append(f"    {row},")
    lines += [
        ")",
        '"""Name in files, name to people, what it holds, its values; whether it has "other", a column if missing, a',
    ]
    lines += ['logarithm; and what is done where it is missing, if anything but filling it in."""']
    lines += tuple_of("MISSING", ("", *sorted(MISSING | reading.missing_words)))
    dates = any(field.feature is Feature.DATE for field in used)
    encoding = read_as_said(_ENCODE if dates else _without_dates(_ENCODE), reading)
    return "\n".join(lines) + "\n\n\n" + (_DATE if dates else "") + encoding


TAKES = "TABLE.csv or CELLS..."
_STRAY = "what cannot be read"
_SAID = (Impute.CATEGORY, Impute.LEAVE_OUT)


def imports(fields: Sequence[DataField]) -> tuple[str, ...]:
    """The lines of imports that ``table_reader`` needs."""
    dates = any(field.feature is Feature.DATE for field in of_fields.inputs(fields))
    return ("import csv", *(("import datetime",) if dates else ()), "import math", "import re")


def _without_dates(text: str) -> str:
    return text.replace(_DATED, "")


_DATE = '''\
def numbers_of_date(cell, values):
    """Days since 2000, and sine and cosine of the place in the year, the week and the day; None for no date."""
    written, *parts = values
    try:
        moment = datetime.datetime.strptime(cell.removesuffix("Z"), written)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    turns = {
        "month": (moment.month - 1 + (moment.day - 1) / 31) / 12,
        "weekday": moment.weekday() / 7,
        "hour": (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400,
    }
    numbers = []
    for part in parts:
        if part == "days":
            numbers.append((moment - datetime.datetime(2000, 1, 1)).total_seconds() / 86400)
        else:
            numbers += [math.sin(2 * math.pi * turns[part]), math.cos(2 * math.pi * turns[part])]
    return numbers


'''
_DATED = """\
    elif holds == "date":
        found = numbers_of_date(cell, values)
        if found is None and lacks != "what cannot be read":
            sys.exit(f"Expected a date written as {values[0]}, found {cell}.")
        missing, numbers = found is None, found or numbers
"""
_ENCODE = (
    '''\
def number_in(cell, log):
    """The number in a cell, with a decimal point or a decimal comma; None where there is none."""
    if re.fullmatch("[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+", cell):
        sys.exit(f"{cell} can mean two numbers: write it with a decimal point alone.")
    try:
        value = '''
    + NUMBER
    + '''
        return math.log1p(value) if log else value
    except ValueError:
        return None


def without_unit(cell, name):
    """The number in a cell such as 80 kg of a column that is called weight (kg)."""
    unit = name.rpartition(" (")[2].rstrip(")")
    return cell.removeprefix(unit).removesuffix(unit).strip() if unit != name else cell


def encode(cell, field):
    """The numbers that a cell becomes: NaN where it is missing, which prepare() fills."""
    name, holds, values, other, flag, log, lacks, _ = field
    width = 1
    if holds == "category":
        width = len(values) + other + (lacks == "category")
    elif holds == "date":
        width = sum(1 if part == "days" else 2 for part in values[1:])
    numbers = [0.0] * width
    missing = cell.casefold() in MISSING or (holds == "yes/no" and cell not in values)
    if missing and lacks == "leave out":
        sys.exit(f"The value of {name} is missing. Fill it in, or leave the row out.")
    if missing:
        pass
    elif holds == "number":
        number = number_in(without_unit(cell, name), log)
        if number is None and lacks != "what cannot be read":
            sys.exit(f"Expected a number, found {cell}.")
        missing, numbers = number is None, [number]
'''
    + _DATED
    + '''\
    elif holds == "yes/no":
        numbers = [float(values.index(cell))]
    elif cell in values:
        numbers[values.index(cell)] = 1.0
    elif other:
        numbers[len(values)] = 1.0
    if missing and lacks == "category":
        numbers[-1] = 1.0
    elif missing:
        numbers = [math.nan] * width
    return numbers + [float(missing)] * flag


def read_table(path):
    """The rows of a table whose first line says what its columns are called, in any order."""
'''
    + OPEN
    + '''\
    names = []
    for name, *_, called in FIELDS:
        any_of = (name, called, name.rpartition(" (")[0])  # the last without its unit
        names.append(next((one for one in any_of if one in there), called))
    lacking = [name for name in names if name not in there]
    if lacking or not rows:
        sys.exit(f"{path} lacks rows, or the columns: {', '.join(lacking)}.")
    return [[(row[name] or "").strip() for name in names] for row in rows]


def read(words):
    """The rows of a table, or one row from its cells in the order of FIELDS."""
    rows = [words]
    if len(words) == 1 and words[0].lower().endswith((".csv", ".tsv")):
        rows = read_table(words[0])
    elif len(words) != len(FIELDS):
        names = ", ".join(called for *_, called in FIELDS)
        sys.exit(f"Expected a table, or {len(FIELDS)} cells: {names}.")
    pairs = [zip(row, FIELDS) for row in rows]
    numbers = [[n for cell, field in row for n in encode(cell, field)] for row in pairs]
    return torch.tensor(numbers)'''
)
