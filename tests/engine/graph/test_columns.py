"""What is said of data blocks that give columns of a table, and the repairs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.data import catalogue
from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.columns import Column, ColumnNames, places
from engine.graph.graph import Graph
from engine.graph.parameters import BadParameter
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Quantities, RealOrFakeScore
from tests.engine.graph.drawings import PICTURES, TEXT, answer, row

TABLE = Signature(
    Shape.features(6), Quantities(1), columns=(Column("age"), Column("colour", 4, 3), Column("a, b"))
)
NAMES = ColumnNames(name="columns", title="Columns", default=(), help="")


def one_block(*columns: str, tokens: bool = False) -> Graph:
    graph = row(answer())
    return graph.set_params("n1", columns=columns, tokens=tokens)


def mended(found: Analysis, code: str, label: str) -> Analysis:
    (problem,) = [one for one in found.problems if one.code == code]
    repair = next(one for one in problem.repairs if one.label == label)
    return analyse(repair.edit(found.graph), found.signature)


def test_names_are_written_and_read_back() -> None:
    for names in ((), ("age",), ("age", "a, b"), ('say "hello"',), ("x", "y", "z")):
        assert NAMES.parse(NAMES.show(names)) == names
    assert NAMES.parse(" age ,colour,age") == ("age", "colour")
    with pytest.raises(BadParameter, match="quotation mark"):
        NAMES.parse('"age, colour')
    with pytest.raises(BadParameter):
        NAMES.check(["age\0"])


def test_columns_stand_where_they_do_in_the_data() -> None:
    assert places(TABLE.columns, ("a, b", "age")) == (0, 5)
    assert places(TABLE.columns, ("colour",)) == (1, 2, 3, 4)
    with pytest.raises(ShapeError, match="no column called weight; it has age, colour, a, b"):
        places(TABLE.columns, ("weight",))


def test_a_data_block_gives_what_is_chosen() -> None:
    found = analyse(one_block("age", "colour"), TABLE)
    assert found.ready
    assert found.shapes["n1"] == Shape.features(5)
    assert analyse(one_block(), TABLE).shapes["n1"] == Shape.features(6)
    tokens = analyse(one_block("colour", tokens=True), TABLE)
    assert tokens.shapes["n1"] == Shape.tokens(1, 4)


def test_an_unknown_column_is_left_out() -> None:
    found = analyse(one_block("age", "weight"), TABLE)
    assert not found.ready
    assert found.shapes.get("n1") is None
    after = mended(found, "columns", "Leave out weight")
    assert after.ready
    assert after.graph.nodes["n1"].params.columns == ("age",)
    assert mended(found, "columns", "Give all columns").ready
    (problem,) = analyse(one_block("weight"), TABLE).problems
    assert [one.label for one in problem.repairs] == ["Give all columns"]


def test_only_categories_are_tokens() -> None:
    found = analyse(one_block(tokens=True), TABLE)
    (problem,) = found.problems
    assert problem.message == "age, a, b hold numbers, and only categories can come in as tokens."
    assert mended(found, "columns", "Give numbers, not tokens").ready
    after = mended(found, "columns", "Leave out age, a, b")
    assert after.shapes["n1"].is_tokens


def test_columns_that_come_in_nowhere_are_named() -> None:
    found = analyse(one_block("colour"), TABLE)
    (problem,) = found.problems
    assert problem.severity == "hint"
    assert problem.message == "No data block gives the columns age, a, b, so the network does not see them."
    assert not mended(found, "unused columns", "Give age, a, b at data too").problems


def test_a_second_block_that_leads_nowhere_is_named() -> None:
    found = analyse(row(answer()).add("Input"), TABLE)
    (problem,) = found.problems
    assert problem.severity == "hint"
    assert problem.message == "data1 does not lead to the goal, so what it gives is not used."
    assert not mended(found, "unused data", "Remove data1").problems
    stray = row(answer()).add("Input", columns=("weight",))
    assert {one.severity for one in analyse(stray, TABLE).problems} <= {"hint", "warning"}


@pytest.mark.parametrize("signature", [PICTURES, TEXT, replace(TABLE, target=RealOrFakeScore())])
def test_what_is_whole_is_not_divided(signature: Signature) -> None:
    (problem,) = [one for one in analyse(one_block("age"), signature).problems if one.code == "columns"]
    assert problem.message.endswith(f", but {signature.undivided}.")
    two = row(answer()).add("Input")
    (problem,) = [one for one in analyse(two, signature).problems if one.code == "several data"]
    assert signature.undivided in problem.message


def test_the_columns_are_those_of_the_table() -> None:
    schema = catalogue.schema("iris")
    assert [column.name for column in schema.signature().columns] == list(schema.columns)
    assert catalogue.schema("mnist").signature().columns == ()
    assert catalogue.schema("python-topics").signature().columns == ()


def test_a_file_without_the_setting_gives_all_columns() -> None:
    graph = row(answer())
    written = graph.to_json()
    for node in written["nodes"]:
        if node["kind"] == "Input":
            node["params"] = {}
    read = graph_from_json(written)
    assert read.nodes["n1"].params == graph.nodes["n1"].params
