"""The exported script reads new rows as it was said that the network's own table is written."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.sources import own_table
from engine.data.table_reading import TableReading
from engine.data.tables.file import read_rows
from engine.export.table_source import imports, table_reader

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("a,é,y\n1,x,1\n2,z,2\n-9,x,3\n4,z,4\n", {"encoding": "cp1252", "missing": "-9"}),
        ('a;é;y\n"1.500";x;1\n2,5;z;2\n3,25;x;3\n4;z;4\n', {"decimal": "comma", "delimiter": "semicolon"}),
        ("Title\nof it\na;é;y\n1;x;1\n! no; row\n2;z;2\n3;x;3\n4;z;4\n", {"skip": 2, "comment": "!"}),
        ('a|é|y\n1|"x|1\n2|z"|2\n3|"x|3\n4|z"|4\n', {"quotes": "none", "delimiter": "bar"}),
        ("a,é,y\n1.5,x,1\n2.5,z,2\n3.5,x,3\n4,z,4\n", {}),
    ],
)
def test_a_script_reads_as_the_program(tmp_path: Path, text: str, options: dict[str, Any]) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding=options.get("encoding", "utf-8"))
    schema = own_table.table({"path": str(path), "target": "y", **options}).schema
    assert schema.table_reading == TableReading(**options)
    script = "\n".join(("import sys", "import torch", *imports(schema.fields), ""))
    (tmp_path / "net.py").write_text(script + table_reader(schema.fields, schema.table_reading), encoding="utf-8")
    read = runpy.run_path(str(tmp_path / "net.py"))["read"]([str(path)]).numpy()
    np.testing.assert_array_equal(read, read_rows(path, schema))
    if options.get("missing"):
        assert np.isnan(read).any()
    plain = replace(schema, table_reading=TableReading())
    assert (table_reader(plain.fields) == table_reader(schema.fields, schema.table_reading)) == (not options)
