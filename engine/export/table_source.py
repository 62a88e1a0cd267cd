"""How an exported file reads rows of a table of the user's: the same columns, categories and missing values."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data import fields as of_fields
from engine.data.fields import DataField
from engine.data.tables.layout import MISSING
from engine.network.script_answers import listed, quoted, tuple_of


def table_reader(fields: Sequence[DataField]) -> str:
    """``read``: a table's name, or the cells of one row -> samples as they are before ``prepare``."""
    used = of_fields.inputs(fields)
    lines = ["FIELDS = ("]
    for field in used:
        values = listed([quoted(word) for word in field.categories], 8, 9)
        parts = [quoted(field.name), quoted(field.feature.value), values]
        row = listed([*parts, str(field.other), str(field.flag), str(field.log)], 4, 5)
        lines.append(f"    {row},")
    lines += [")", '"""Name, what it holds, its values; whether it has "other", a column if missing, a logarithm."""']
    lines += tuple_of("MISSING", ("", *sorted(MISSING)))
    return "\n".join(lines) + "\n\n\n" + _ENCODE


TAKES = "TABLE.csv or CELLS..."
IMPORTS = ("import csv", "import math", "import re")

_ENCODE = '''\
def number_in(cell, log):
    """The number in a cell, with a decimal point or a decimal comma."""
    if re.fullmatch("[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+", cell):
        sys.exit(f"{cell} can have a decimal comma or marks of thousands: write numbers without these.")
    try:
        value = float(cell if "." in cell else cell.replace(",", "."))
    except ValueError:
        sys.exit(f"Expected a number, found {cell}.")
    return math.log1p(value) if log else value


def encode(cell, field):
    """The numbers that a cell becomes: NaN where it is missing, which prepare() fills."""
    _, holds, values, other, flag, log = field
    width = len(values) + other if holds == "category" else 1
    numbers = [0.0] * width
    missing = cell.casefold() in MISSING or (holds == "yes/no" and cell not in values)
    if missing:
        numbers = [math.nan] * width
    elif holds == "number":
        numbers = [number_in(cell, log)]
    elif holds == "yes/no":
        numbers = [float(values.index(cell))]
    elif cell in values:
        numbers[values.index(cell)] = 1.0
    elif other:
        numbers[-1] = 1.0
    return numbers + [float(cell.casefold() in MISSING)] * flag


def read_table(path):
    """The rows of a table whose first line says what its columns are called, in any order."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\\t|", key=first.count)
        reader = csv.DictReader(file, delimiter=delimiter, skipinitialspace=True)
        rows, names = list(reader), reader.fieldnames or []
    called = [name if name in names else name.rpartition(" (")[0] for name, *_ in FIELDS]  # perhaps without its unit
    lacking = [field[0] for field, name in zip(FIELDS, called) if name not in names]
    if lacking or not rows:
        sys.exit(f"{path} lacks rows, or the columns: {', '.join(lacking)}.")
    return [[(row[name] or "").strip() for name in called] for row in rows]


def without_unit(cell, field):
    """The number in a cell such as 80 kg of a column that is called weight (kg)."""
    unit = field[0].rpartition(" (")[2].rstrip(")") if field[1] == "number" else ""
    return cell.removeprefix(unit).removesuffix(unit).strip() if unit else cell


def read(words):
    """The rows of a table, or one row from its cells in the order of FIELDS."""
    rows = [words]
    if len(words) == 1 and words[0].lower().endswith((".csv", ".tsv")):
        rows = read_table(words[0])
    elif len(words) != len(FIELDS):
        names = ", ".join(name for name, *_ in FIELDS)
        sys.exit(f"Expected a table, or {len(FIELDS)} cells: {names}.")
    pairs = [zip(row, FIELDS) for row in rows]
    numbers = [[n for cell, field in row for n in encode(without_unit(cell, field), field)] for row in pairs]
    return torch.tensor(numbers)'''
