"""The document: one step for each edit, and undo that gives back exactly what was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph.advice.analysis import analyse
from engine.graph.block import Block
from engine.graph.graph import Graph, empty, wire
from engine.graph.templates import build
from engine.training.recipe import Recipe
from gui.document import Document, DocumentState
from gui.history import MOST_STEPS
from gui.project_session import signature_of

pytestmark = pytest.mark.usefixtures("qapp")


def new_document() -> Document:
    return Document(DocumentState(empty(), Recipe()), signature_of)


def add(document: Document, kind: str = "ReLU") -> str:
    assert document.edit(f"Add {kind}", document.graph.add(kind))
    return document.graph.last


def test_an_edit_is_one_step_with_its_label() -> None:
    document = new_document()
    heard: list[str] = []
    document.changed.connect(lambda before, after: heard.append("changed"))
    document.analysed.connect(lambda analysis: heard.append("analysed"))
    document.history_changed.connect(lambda: heard.append("history"))
    add(document, "Linear")
    assert heard == ["changed", "analysed", "history"]
    assert (document.undo_label, document.can_redo) == ("Add Linear", False)
    document.undo()
    assert document.graph == empty()
    assert (document.can_undo, document.redo_label) == (False, "Add Linear")


def test_a_change_to_the_same_value_leaves_no_step_and_says_nothing() -> None:
    document = new_document()
    add(document)
    document.undo()
    heard: list[object] = []
    document.changed.connect(lambda *values: heard.append(values))
    document.history_changed.connect(lambda: heard.append("history"))
    assert not document.edit("Nothing", document.graph)
    assert not document.set_recipe("Nothing", document.recipe.with_setting("epochs", document.recipe.epochs))
    assert not document.try_setting("Nothing", "epochs", document.recipe.epochs)
    assert heard == []
    assert document.can_redo, "what was undone can still be done again"


def test_typing_fuses_and_other_edits_do_not() -> None:
    document = new_document()
    id = add(document, "Linear")
    for units in (1, 16, 160):
        document.edit("Set units", document.graph.set_params(id, out_features=units), merge="n3.out_features")
    document.edit("Set bias", document.graph.set_params(id, bias=False), merge="n3.bias")
    document.edit("Set units", document.graph.set_params(id, out_features=7), merge="n3.out_features")
    seen = []
    while document.can_undo:
        document.undo()
        node = document.graph.nodes.get(id)
        seen.append(None if node is None else node.params.out_features)
    assert seen == [160, 160, Graph.add(empty(), "Linear").nodes[id].params.out_features, None]


def test_no_edit_fuses_with_one_from_before_an_undo_or_a_settled_one() -> None:
    document = new_document()
    id = add(document, "Linear")
    document.edit("Set units", document.graph.set_params(id, out_features=2), merge="units")
    document.edit("Set bias", document.graph.set_params(id, bias=False))
    document.undo()
    document.edit("Set units", document.graph.set_params(id, out_features=3), merge="units")
    document.undo()
    assert document.graph.nodes[id].params.out_features == 2
    document.redo()
    document.settle()
    document.edit("Set units", document.graph.set_params(id, out_features=4), merge="units")
    document.undo()
    assert document.graph.nodes[id].params.out_features == 3


def test_a_refused_edit_is_told_and_changes_nothing() -> None:
    document = new_document()
    told: list[str] = []
    document.complain.connect(told.append)
    before = document.sketch
    assert not document.try_edit("Wire", lambda graph: graph.connect(wire("n1", "n9")))
    assert document.sketch is before
    assert len(told) == 1
    assert told[0].endswith(".")


def test_a_refused_setting_is_told_and_changes_nothing() -> None:
    document = new_document()
    told: list[str] = []
    document.complain.connect(told.append)
    before = document.sketch
    assert not document.try_setting("Epochs", "epochs", -3)
    assert document.sketch is before
    assert not document.can_undo
    assert len(told) == 1
    assert "-3" in told[0]


def test_a_setting_typed_in_a_row_is_one_step() -> None:
    document = new_document()
    for epochs in (1, 12, 120):
        assert document.try_setting("Epochs", "epochs", epochs)
    document.undo()
    assert document.recipe == new_document().recipe
    assert not document.can_undo


def test_the_selection_follows_the_drawing() -> None:
    document = new_document()
    one, two = add(document), add(document)
    document.select([one, two, "nobody"])
    assert document.selection == {one, two}
    heard: list[frozenset[str]] = []
    document.selection_changed.connect(heard.append)
    document.edit("Delete", document.graph.remove([one]))
    assert document.selection == {two}
    document.undo()
    assert document.selection == {two}, "undo brings back the drawing; what is selected is no part of it"
    document.undo()
    assert document.selection == frozenset()
    assert heard == [{two}, frozenset()]
    document.select([])
    assert len(heard) == 2


def test_saved_and_dirty() -> None:
    document = new_document()
    assert not document.dirty
    add(document)
    assert document.dirty
    document.mark_saved()
    assert not document.dirty
    document.undo()
    assert document.dirty
    document.redo()
    assert not document.dirty


def test_reset_forgets_history_and_selection() -> None:
    document = new_document()
    document.select([add(document)])
    other = DocumentState(empty().add("ReLU"), Recipe(epochs=3))
    document.reset(other)
    assert (document.can_undo, document.can_redo, document.selection, document.dirty) == (
        False,
        False,
        frozenset(),
        False,
    )
    document.reset(DocumentState(empty(), Recipe()), saved=False)
    assert document.dirty


def test_what_was_analysed_before_the_data_was_known_is_analysed_again() -> None:
    document, state = new_document(), DocumentState(build("points-2d"), Recipe().with_setting("dataset", "moons"))
    document.reset(state, analysis=analyse(state.graph, None))  # its file was still being read then
    assert document.whole_analysis.ready
    known = analyse(state.graph, signature_of(state.recipe))
    document.reset(state, analysis=known)
    assert document.whole_analysis is known, "what holds is not made anew"


def test_the_oldest_steps_are_forgotten() -> None:
    document = new_document()
    for number in range(MOST_STEPS + 5):
        document.edit("Move", document.graph.move({"n1": (number + 1, 0)}))
    done = 0
    while document.can_undo:
        document.undo()
        done += 1
    assert done == MOST_STEPS
    assert document.graph.nodes["n1"].position == (5, 0)


def test_the_signature_follows_the_recipe() -> None:
    document = new_document()
    document.set_recipe("Data", document.recipe.with_setting("dataset", "iris"))
    assert document.signature is not None
    assert document.signature.input.sizes == (4,)
    document.undo()
    assert document.signature is not None
    assert document.signature.input.sizes == (1, 28, 28)


_EDITS: list[Callable[[Document, int], object]] = [
    lambda document, n: document.edit("Add", document.graph.add(("Linear", "ReLU", "Conv2d", "Add")[n % 4])),
    lambda document, n: document.try_edit(
        "Move", lambda g: g.move({_two(g, n)[1]: (n, -n)}), merge="move" if n % 2 else ""
    ),
    lambda document, n: document.try_edit("Wire", lambda g: g.connect(wire(*_two(g, n)))),
    lambda document, n: document.try_edit("Remove", lambda g: g.remove([_two(g, n)[0]])),
    lambda document, n: document.try_edit("Rename", lambda g: g.rename(_two(g, n)[0], f"name{n % 5}")),
    lambda document, n: document.set_recipe("Epochs", document.recipe.with_setting("epochs", 1 + n % 7), merge="e"),
    lambda document, n: document.set_recipe(
        "Optimizer", document.recipe.with_setting("optimizer.kind", ("SGD", "Adam", "AdamW")[n % 3])
    ),
    lambda document, n: document.set_recipe(
        "Data", document.recipe.with_setting("dataset", ("iris", "strokes", "circles")[n % 3])
    ),
    lambda document, n: document.select([_two(document.graph, n)[0]]),
    lambda document, n: document.undo(),
    lambda document, n: document.redo(),
]


def _two(graph: Graph, number: int) -> tuple[str, str]:
    ids = list(graph.nodes) or ["nobody", "nobody else"]
    return ids[number % len(ids)], ids[(number // 7) % len(ids)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(len(_EDITS))), st.integers(0, 200)), max_size=30))
def test_undoing_all_gives_the_start_and_redoing_all_the_end(edits: list[tuple[int, int]]) -> None:
    document = new_document()
    start = document.sketch
    for which, number in edits:
        _EDITS[which](document, number)
        assert document.selection <= document.graph.nodes.keys()
    while document.can_redo:
        document.redo()
    end = document.sketch
    values = [end]
    while document.can_undo:
        document.undo()
        values.append(document.sketch)
        assert values[-1] != values[-2], "every step changes something"
    assert document.sketch == start
    assert not document.dirty
    back = [document.sketch]
    while document.can_redo:
        document.redo()
        back.append(document.sketch)
    assert back == values[::-1]
    assert document.sketch == end
    assert document.analysis.problems == analyse(end.graph, signature_of(end.recipe)).problems
    assert document.analysis.shapes == analyse(end.graph, signature_of(end.recipe)).shapes


def test_a_drawing_that_no_file_could_bring_back_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.graph.reading.MOST_NODES", 12)
    document = new_document()
    said: list[str] = []
    document.complain.connect(said.append)
    for _ in range(4):
        add(document)
    copied = document.graph.subgraph(document.graph.nodes)
    assert not document.try_edit("Paste", lambda graph: graph.paste(copied)[0].add("ReLU"))
    assert said == ["The diagram would have 13 layers, those in blocks counted; at most 12 can be saved."]
    inside = copied.add_block(Block("half", empty().connect(wire("n1", "n2"))))
    assert not document.try_edit("Paste", lambda graph: graph.paste(inside)[0])
    assert len(said) == 2
    assert len(document.graph.nodes) == 6
    monkeypatch.setattr("engine.graph.reading.MOST_NODES", 3)
    assert document.try_edit("Delete", lambda graph: graph.remove([graph.last]))
