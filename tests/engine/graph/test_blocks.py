"""Blocks as values: folding and its inverse, refusals in words, shapes and problems inside, copies, the file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.advice.analysis import analyse
from engine.graph.block import MOST_DEPTH, Block
from engine.graph.compare import renamed, same_network, same_run
from engine.graph.errors import BadBlock, GraphError
from engine.graph.graph import Graph, empty, wire
from engine.graph.grouping import flat, group, ungroup, why_not
from engine.graph.nesting import blocks, changed_at, copies, inside, made_own, reachable, retitled, with_block
from engine.graph.note_edits import add_note, last_note
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.graph.templates import build as template
from engine.graph.unfolded import unfolded
from tests.engine.graph.blocks import folded
from tests.engine.network.networks import networks

QUICK = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
DIGITS = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))


def ids(graph: Graph, names: str) -> list[str]:
    found = [graph.find(name) for name in names.split()]
    return [node.id for node in found if node is not None]


def resnet() -> Graph:
    graph = template("small-resnet")
    return group(graph, ids(graph, "conv2 norm2 relu2 conv3 norm3 add1 relu3"), "Residual")


def test_a_block_keeps_the_network_and_counts_its_weights() -> None:
    before, after = template("small-resnet"), resnet()
    one, two = analyse(before, DIGITS), analyse(after, DIGITS)
    block = after.nodes[after.last]
    assert block.kind == "Block"
    assert block.name == "residual1"
    assert len(after.nodes) == len(before.nodes) - 6
    assert two.ready
    assert two.total_parameters == one.total_parameters
    assert two.shapes[block.id] == Shape.picture(16, 14, 14)
    # The short cut and the first layer take the same value: it comes in once.
    assert len(block.block.entries) == 1
    assert block.declaration.detail(block.params).startswith("conv · norm · relu")


def test_ungrouping_undoes_grouping() -> None:
    graph = resnet()
    again, made = ungroup(graph, graph.last)
    assert again == template("small-resnet")
    assert next(again.nodes[id].name for id in made) == "conv2"


def test_a_moved_block_unfolds_where_it_stands() -> None:
    graph = resnet()
    x, y = graph.nodes[graph.last].position
    again, made = ungroup(graph.move({graph.last: (x + 80, y - 40)}), graph.last)
    original = template("small-resnet")
    for id in made:
        left, top = original.nodes[id].position
        assert again.nodes[id].position == (left + 80, top - 40)


def test_notes_and_emptied_frames_go_along_and_come_back() -> None:
    graph = template("small-resnet")
    names = "conv2 norm2 relu2 conv3 norm3 add1 relu3"
    boxes = [graph.nodes[id].position for id in ids(graph, names)]
    left, top = min(x for x, _y in boxes) - 40, min(y for _x, y in boxes) - 40
    size = (max(x for x, _y in boxes) + 240 - left, max(y for _x, y in boxes) + 140 - top)
    graph = add_note(graph, "frame", text="Residual", position=(left, top), size=size)
    around = last_note(graph)
    graph = add_note(graph, "frame", text="All", position=(-2000, -2000), size=(9000, 9000))
    everything = last_note(graph)
    graph = add_note(graph, text="why", position=(left, top - 120))
    chosen = last_note(graph)
    graph = add_note(graph, text="elsewhere", position=(left, top - 300))
    other = last_note(graph)
    after = group(graph, ids(graph, names), "Residual", notes=[chosen])
    assert set(after.notes) == {everything, other}
    inner = after.nodes[after.last].block.graph
    assert {note.id: note.text for note in inner.notes.values()} == {around: "Residual", chosen: "why"}
    assert ungroup(after, after.last)[0] == graph
    repeated = after.set_params(after.last, repeat=3)
    unfolded_thrice, _made = ungroup(repeated, after.last)
    assert sorted(note.text for note in unfolded_thrice.notes.values()) == sorted(
        ["All", "elsewhere", *3 * ["Residual"], *3 * ["why"]]
    )
    assert graph_from_json(unfolded_thrice.to_json()) == unfolded_thrice
    with pytest.raises(GraphError):
        group(graph, ids(graph, names), notes=["t99"])


@settings(max_examples=40, **QUICK)
@given(st.data())
def test_random_folding_changes_nothing_but_the_folds(data: st.DataObject) -> None:
    graph, signature = data.draw(networks())
    done = data.draw(folded(graph))
    assert same_network(done, graph)
    before, after = analyse(graph, signature), analyse(done, signature)
    if before.ready:
        assert after.ready
        # What feeds only a loose end is counted once that end is in a block with a layer that matters.
        if not any(problem.code == "stray" for problem in before.problems):
            assert after.total_parameters == before.total_parameters
    assert graph_from_json(json.loads(json.dumps(done.to_json()))) == done
    unfolded_again = flat(done)
    assert set(unfolded_again.nodes) == set(graph.nodes)
    assert set(unfolded_again.wires) == set(graph.wires)
    if not any(node.note for node in graph.nodes.values()):
        names = {name: 1 for name, _node in unfolded(graph).layers.values()}
        back = renamed(renamed(names, graph, done), done, graph)
        assert back == names


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ("data conv1", "come in"),
        ("conv2 relu2", "come back"),
        ("conv4 conv5", "one output"),
        ("", "Select"),
    ],
)
def test_what_cannot_be_a_block_is_refused_in_words(names: str, word: str) -> None:
    graph = template("small-resnet")
    with pytest.raises(BadBlock, match=word) as caught:
        group(graph, ids(graph, names))
    assert why_not(graph, ids(graph, names)) == str(caught.value)
    assert why_not(graph, ids(graph, "conv1 norm1")) == ""


def test_several_inputs() -> None:
    graph = template("small-resnet")
    graph = group(graph, ids(graph, "add2 relu5"), "Join")
    block = graph.nodes[graph.last]
    assert len(block.block.entries) == 2
    assert analyse(graph, DIGITS).ready
    assert ungroup(graph, block.id)[0] == template("small-resnet")


def test_layers_that_are_not_wired_yet_become_a_block() -> None:
    graph = Graph().add("Linear").add("ReLU").connect(wire("n1", "n2"))
    graph = group(graph, ["n1", "n2"], "Dense")
    block = graph.nodes[graph.last].block
    assert [node.kind for node in block.contents] == ["Linear", "ReLU"]
    assert {w.target for w in block.graph.outgoing(block.entries[0].id)} == {"n1"}


def test_repeats_are_chained_with_own_weights() -> None:
    graph = empty()
    graph = graph.add("Linear", out_features=8)
    graph = graph.connect(wire("n1", "n3")).add("ReLU").connect(wire("n3", "n4")).add("Linear", out_features="answer")
    graph = graph.connect(wire("n4", "n5")).connect(wire("n5", "n2"))
    signature = Signature(Shape.features(3), Categories(2, ("a", "b")))
    folded_ = group(graph, ["n3", "n4"], "Dense")
    three = folded_.set_params(folded_.last, repeat=3)
    assert analyse(folded_, signature).nodes[folded_.last].parameters == 3 * 8 + 8
    assert analyse(three, signature).nodes[folded_.last].parameters == 3 * 8 + 8 + 2 * (8 * 8 + 8)
    assert not same_network(folded_, three)
    long, made = ungroup(three, three.last)
    assert len(made) == 6
    assert analyse(long, signature).total_parameters == analyse(three, signature).total_parameters


def test_a_problem_inside_is_shown_at_the_block_and_can_be_mended_there() -> None:
    graph = template("digit-cnn")
    graph = group(graph, ids(graph, "pool1 conv2 norm2"), "Stage")
    block = graph.last
    inner = graph.nodes[block].block.graph
    broken = inner.set_params(inner.find("pool1").id, kernel_size=40)
    graph = changed_at(graph, (block,), broken)
    analysis = analyse(graph, DIGITS)
    assert not analysis.ready
    problem = analysis.of(block)[0]
    assert problem.message.startswith("Inside stage1: ")
    within = analysis.enter(block)
    assert [p.node for p in within.problems] == [inner.find("pool1").id]
    assert within.of(inner.find("pool1").id)[0].repairs
    repair = problem.repairs[0]
    assert analyse(repair.edit(graph), DIGITS).ready


def test_the_inside_knows_its_shapes() -> None:
    graph = resnet()
    within = analyse(graph, DIGITS).enter(graph.last)
    assert within.is_inside
    assert within.shapes[graph.nodes[graph.last].block.entries[0].id] == Shape.picture(16, 14, 14)
    assert not within.problems
    lone = graph.disconnect(graph.incoming(graph.last)[0])
    unknown = analyse(lone, DIGITS).enter(lone.last)
    assert not unknown.shapes
    assert not [p for p in unknown.problems if p.severity == "error"]


def test_copies_change_together_or_one_alone() -> None:
    graph = template("digit-cnn")
    graph = group(graph, ids(graph, "conv2 norm2 relu2"), "Stage")
    first = graph.last
    block = graph.nodes[first].block
    graph, new = graph.paste(graph.subgraph([first]), (0, 200))
    second = new[first]
    assert copies(graph, block) == 2
    inner = block.graph.set_params(block.graph.find("conv2").id, out_channels=7)
    both = changed_at(graph, (first,), inner)
    assert both.nodes[first].block == both.nodes[second].block
    one = changed_at(graph, (first,), inner, copies=False)
    assert one.nodes[second].block == block
    assert copies(one, block) == 1
    own = made_own(graph, (second,))
    assert own.nodes[second].block.title == "Stage 2"
    assert own.nodes[first].block == block
    named = retitled(graph, (first,), "Step")
    assert {b.title for b in blocks(named)} == {"Step"}


def test_copies_inside_other_blocks_change_too() -> None:
    graph = resnet()
    residual = graph.last
    graph = group(graph, [residual, *ids(graph, "pool2")], "Stage")
    outer = graph.last
    inner = inside(graph, (outer, residual))
    changed = changed_at(graph, (outer, residual), inner.move({inner.find("conv2").id: (5.0, 6.0)}))
    assert inside(changed, (outer, residual)).find("conv2").position == (5.0, 6.0)
    assert reachable(changed, (outer, residual)) == (outer, residual)
    assert reachable(changed, (outer, "n99", "n1")) == (outer,)


def test_an_input_that_goes_takes_its_wire_along() -> None:
    graph = template("small-resnet")
    graph = group(graph, ids(graph, "add2 relu5"), "Join")
    block = graph.nodes[graph.last].block
    assert len(graph.incoming(graph.last)) == 2
    fewer = with_block(graph, graph.last, replace(block, graph=block.graph.remove([block.entries[1].id])))
    assert len(fewer.incoming(graph.last)) == 1


def test_a_bypassed_block_passes_its_input_on() -> None:
    graph = resnet().set(resnet().last, bypassed=True)
    analysis = analyse(graph, DIGITS)
    assert analysis.ready
    with pytest.raises(BadBlock, match="bypassed"):
        ungroup(graph, graph.last)


def test_weights_keep_their_layers_when_these_are_folded() -> None:
    before, after = template("small-resnet"), resnet()
    assert same_network(before, after)
    values = {"conv2.weight": 1, "conv1.weight": 2, "norm3.running_mean": 3}
    moved = renamed(values, before, after)
    assert moved == {"residual1.conv2.weight": 1, "conv1.weight": 2, "residual1.norm3.running_mean": 3}
    assert renamed(moved, after, before) == values
    assert not same_run(before, after)
    inner = after.nodes[after.last].block.graph
    assert same_run(after, changed_at(after, (after.last,), inner.move({inner.last: (1.0, 2.0)})))


def test_a_frozen_block_learns_nothing() -> None:
    graph = template("digit-mlp")
    graph = group(graph, ids(graph, "linear1 relu1 dropout1 linear2"), "All")
    frozen = analyse(graph.set(graph.last, frozen=True), DIGITS)
    assert [p.code for p in frozen.problems if p.severity == "error"] == ["nothing learns"]
    assert analyse(graph, DIGITS).ready


def test_a_softmax_at_the_end_of_a_block_is_noticed() -> None:
    graph = template("digit-mlp")
    last = ids(graph, "linear2")[0]
    graph = graph.add("Softmax").between(f"n{graph.next_id}", graph.outgoing(last)[0])
    graph = group(graph, [last, graph.last], "Head")
    found = [p for p in analyse(graph, DIGITS).problems if p.code == "squashed"]
    assert [p.node for p in found] == [graph.last]


def nested(depth: int) -> Graph:
    graph = Graph().add("ReLU")
    for _level in range(depth):
        graph = group(graph, [graph.last], "Deep")
    return graph


def test_limits() -> None:
    deep = nested(MOST_DEPTH)
    assert graph_from_json(deep.to_json()) == deep
    with pytest.raises(BadBlock, match="deep"):
        nested(MOST_DEPTH + 1)
    data = deep.to_json()
    block = data["nodes"][0]["block"]
    data["nodes"][0]["block"] = {"title": "Outer", "graph": {**block["graph"], "nodes": [*block["graph"]["nodes"]]}}
    data["nodes"][0]["block"]["graph"]["nodes"][0] = {
        "id": "n77",
        "kind": "Block",
        "name": "one_more",
        "block": block,
    }
    with pytest.raises(GraphError):
        graph_from_json(data)


def test_a_thousandfold_block_is_refused_and_not_walked() -> None:
    graph = nested(6)
    path: tuple[str, ...] = ()
    while found := [node.id for node in inside(graph, path).nodes.values() if node.block is not None]:
        graph = changed_at(graph, path, inside(graph, path).set_params(found[0], repeat=100), copies=False)
        path = (*path, found[0])
    whole = empty().paste(graph)[0]
    block = whole.last
    whole = whole.connect(wire("n1", block, whole.open_input(block) or "")).connect(wire(block, "n2"))
    assert whole.nodes[block].block.layers == 100**5
    assert "more than 20,000 layers" in analyse(whole, DIGITS).of(block)[0].message


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda node: node.pop("block"), "does not say what is inside"),
        (lambda node: node["block"].update(title=""), "title"),
        (lambda node: node["block"].update(title=7), "title"),
        (lambda node: node["block"].update(graph=[]), "Inside the block residual1"),
        (lambda node: node["block"]["graph"]["nodes"].pop(), "wire|output|input|Wire"),
        (lambda node: node["params"].update(repeat=0), "Repeat"),
        (lambda node: node["params"].update(repeat=10**9), "Repeat"),
    ],
)
def test_damaged_blocks_are_refused_with_a_sentence(change: object, word: str) -> None:
    data = resnet().to_json()
    node = next(node for node in data["nodes"] if node["kind"] == "Block")
    change(node)
    with pytest.raises(GraphError, match=word):
        graph_from_json(data)


def test_copies_in_a_file_are_kept_once() -> None:
    graph = resnet()
    graph, _ = graph.paste(graph.subgraph([graph.last]))
    read = graph_from_json(graph.to_json())
    assert read == graph
    first, second = (node.block for node in read.of_kind("Block"))
    assert first is second


def test_a_block_needs_both_ends() -> None:
    with pytest.raises(BadBlock, match="exactly one output"):
        Graph().add_block(Block("Odd", Graph().add("Input")))
