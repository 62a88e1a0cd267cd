"""Tidying: nothing overlaps, wires run to the right and cross little, and what is tidy stays as it is."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import templates
from engine.graph.boxes import compact, folded
from engine.graph.graph import Graph, empty, wire
from engine.graph.layout.placement import estimated
from engine.graph.layout.tidy import tidy, tidy_compactly
from engine.graph.layout.tidying import ordering
from engine.graph.layout.tidying.layering import layers
from engine.graph.layout.tidying.levels import levels
from engine.graph.layout.tidying.measure import overlaps, wire_crossings, wire_length
from engine.graph.layout.tidying.strands import strands
from engine.graph.note_edits import add_note
from engine.graph.snapping import snapped_onto

KINDS = ("ReLU", "Linear", "Dropout", "Conv2d", "BatchNorm2d")


def scattered(graph: Graph, seed: int = 1) -> Graph:
    dice = random.Random(seed)
    return graph.move({id: (dice.uniform(0, 1600), dice.uniform(0, 900)) for id in graph.nodes})


def row(graph: Graph, before: str, *kinds: str) -> tuple[Graph, str]:
    for kind in kinds:
        graph = graph.add(kind)
        graph = graph.connect(wire(before, graph.last, graph.open_input(graph.last) or "in"))
        before = graph.last
    return graph, before


def join(graph: Graph, *ends: str, kind: str = "Add") -> tuple[Graph, str]:
    graph = graph.add(kind)
    for number, end in enumerate(ends, start=1):
        graph = graph.connect(wire(end, graph.last, f"in{number}"))
    return graph, graph.last


def residual(blocks: int) -> Graph:
    graph, at = row(empty(), "n1", "Conv2d", "ReLU")
    for _block in range(blocks):
        graph, end = row(graph, at, "Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "BatchNorm2d")
        graph, at = join(graph, at, end)
        graph, at = row(graph, at, "ReLU")
    graph, at = row(graph, at, "GlobalAvgPool", "Linear")
    return graph.connect(wire(at, "n2"))


def branches(*lengths: int) -> Graph:
    graph, fork = row(empty(), "n1", "Conv2d")
    ends = []
    for length in lengths:
        graph, end = row(graph, fork, *["Conv2d"] * length)
        ends.append(end)
    graph, at = join(graph, *ends, kind="Concatenate")
    return graph.connect(wire(at, "n2"))


def long_chain(count: int) -> Graph:
    graph, at = row(empty(), "n1", *(("Conv2d", "BatchNorm2d", "ReLU", "Dropout2d")[k % 4] for k in range(count)))
    return graph.connect(wire(at, "n2"))


@st.composite
def drawings(draw: st.DrawFn, most: int = 18) -> Graph:
    """Any drawing: layers with some of their inputs wired to earlier ones, lying anywhere."""
    graph = empty()
    ids = ["n1"]
    for _number in range(draw(st.integers(0, most))):
        merge = draw(st.booleans())
        graph = graph.add("Add" if merge else draw(st.sampled_from(KINDS)))
        new = graph.last
        for port in ("in1", "in2", "in3")[: draw(st.integers(0, 3))] if merge else ("in",)[: draw(st.integers(0, 1))]:
            graph = graph.connect(wire(draw(st.sampled_from(ids)), new, port))
        ids.append(new)
    if draw(st.booleans()):
        graph = graph.connect(wire(draw(st.sampled_from(ids)), "n2"))
    spots = st.tuples(st.integers(-500, 1500), st.integers(-500, 1500))
    return graph.move({id: draw(spots) for id in graph.nodes})


def runs_right_or_turns(graph: Graph) -> list[str]:
    """The wires that neither run to the right nor turn back to a later row."""
    wrong, whole, graph = [], graph, folded(graph)
    for w in graph.wires:
        source, target = graph.nodes[w.source], graph.nodes[w.target]
        width, height = estimated(whole, source.id)
        right = source.position[0] + width
        middle = source.position[1] + height / 2
        if target.position[0] < right + 24 and target.position[1] < middle + 64:
            wrong.append(f"{w.source} → {w.target}")
    return wrong


@given(drawings())
@settings(max_examples=120, deadline=None)
def test_any_drawing_comes_out_tidy_and_stays_so(graph: Graph) -> None:
    once = tidy(graph)
    assert overlaps(once) == []
    assert runs_right_or_turns(once) == []
    assert tidy(once) == once
    assert set(once.wires) == set(graph.wires)
    assert {id: n.name for id, n in once.nodes.items()} == {id: n.name for id, n in graph.nodes.items()}
    lead = once.nodes["n1"].position
    assert lead == pytest.approx(graph.nodes["n1"].position, abs=4.0)


@given(drawings(), st.data())
@settings(max_examples=80, deadline=None)
def test_a_selection_keeps_its_place_and_moves_nothing_else(graph: Graph, data: st.DataObject) -> None:
    graph = graph.move(
        {id: (240.0 * (k % 5), 200.0 * (k // 5)) for k, id in enumerate(graph.nodes)}  # apart to begin with
    )
    ids = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)), min_size=2))
    once = tidy(graph, ids)
    assert overlaps(once) == []
    assert all(once.nodes[id] == node for id, node in graph.nodes.items() if id not in ids)
    assert tidy(once, ids) == once


@pytest.mark.parametrize("name", templates.names())
def test_templates_cross_less_and_are_shorter_than_scattered(name: str) -> None:
    graph = scattered(templates.build(name))
    after = tidy(graph)
    assert overlaps(after) == []
    assert runs_right_or_turns(after) == []
    assert tidy(after) == after
    if graph.wires:
        assert wire_length(after) < wire_length(graph)
    assert wire_crossings(after, turning=False) == 0


@pytest.mark.parametrize("seed", range(5))
def test_random_drawings_cross_far_less_than_scattered(seed: int) -> None:
    dice = random.Random(seed)
    graph, ids = empty(), ["n1"]
    for number in range(40):
        merge = number > 3 and dice.random() < 0.3
        graph = graph.add("Add" if merge else "Linear")
        for port in ("in1", "in2") if merge else ("in",):
            graph = graph.connect(wire(dice.choice(ids[-6:]), graph.last, port))
        ids.append(graph.last)
    graph = scattered(graph, seed)
    after = tidy(graph)
    assert tidy(after) == after
    assert wire_crossings(after) < wire_crossings(graph) / 5
    assert wire_length(after) < wire_length(graph)


@pytest.mark.parametrize("seed", range(3))
def test_a_large_tangle_stays_as_it_is_laid_out(seed: int) -> None:
    dice = random.Random(seed)
    graph, ids = empty(), ["n1"]
    for _number in range(90):
        merge = dice.random() < 0.5
        graph = graph.add("Add" if merge else "ReLU")
        for port in ("in1", "in2") if merge else ("in",):
            graph = graph.connect(wire(ids[max(0, len(ids) - 1 - int(abs(dice.gauss(0, 9))))], graph.last, port))
        ids.append(graph.last)
    after = tidy(scattered(graph, seed))
    assert tidy(after) == after
    assert overlaps(after) == []
    assert runs_right_or_turns(after) == []


def test_a_chain_is_level_and_in_the_order_of_its_wires() -> None:
    graph, at = row(empty(), "n1", "Flatten", "Linear", "ReLU")
    graph = tidy(scattered(graph.connect(wire(at, "n2"))))
    order = ["n1", "n3", "n4", "n5", "n2"]
    levels_ = {graph.nodes[id].position[1] + estimated(graph, id)[1] / 2 for id in order}
    assert len(levels_) == 1
    lefts = [graph.nodes[id].position[0] for id in order]
    assert lefts == sorted(lefts)


def test_a_long_chain_turns_back_into_rows_that_fit_the_view() -> None:
    wide, narrow = (folded(tidy(long_chain(80), view=view)) for view in ((1600.0, 700.0), (900.0, 900.0)))
    rows = [
        sorted({n.position[1] for n in g.nodes.values() if n.kind not in ("Input", "Output")}) for g in (wide, narrow)
    ]
    assert 3 <= len(rows[0]) < len(rows[1])
    # Rows are read from left to right, one below the other, and begin with what begins a group of layers.
    for graph in (wide, narrow):
        ids = [id for id in graph.topological() if graph.nodes[id].kind not in ("Input", "Output")]
        places = [(graph.nodes[id].position[1], graph.nodes[id].position[0]) for id in ids]
        assert places == sorted(places)
        starts = {
            y: min((n.position[0], n.kind) for n in graph.nodes.values() if n.position[1] == y) for y, _x in places
        }
        assert {kind for _x, kind in starts.values()} == {"Conv2d"}


def test_shortcuts_are_level_and_the_main_path_goes_around() -> None:
    graph = tidy(scattered(residual(4)))
    assert wire_crossings(graph, turning=False) == 0
    for node in graph.of_kind("Add"):
        shortcut, main = graph.sources(node.id)[:2]
        level = [graph.nodes[id].position[1] + estimated(graph, id)[1] / 2 for id in (shortcut, main, node.id)]
        assert level[0] == level[2]
        assert level[1] - level[0] >= 64


def test_branches_lie_around_the_level_they_come_from() -> None:
    graph = tidy(scattered(branches(1, 2, 3, 2)), view=(1200.0, 700.0))
    fork, concat = graph.nodes["n3"], graph.of_kind("Concatenate")[0]
    ends = [graph.nodes[id] for id in graph.sources(concat.id)]
    tops = [end.position[1] for end in ends]
    assert tops == sorted(set(tops))
    assert fork.position[1] == pytest.approx(sum(tops) / 4, abs=8)
    assert wire_crossings(graph) == 0


def test_what_has_no_wires_lies_below() -> None:
    graph = templates.build("digit-mlp").add("Linear", position=(300, -400)).add("ReLU", position=(100, -400))
    after = tidy(graph)
    lowest = max(n.position[1] + estimated(after, id)[1] for id, n in after.nodes.items() if after.incoming(id))
    alone = [n for id, n in after.nodes.items() if not after.incoming(id) and not after.outgoing(id)]
    assert [n.kind for n in sorted(alone, key=lambda n: n.position[0])] == ["ReLU", "Linear"]
    assert all(n.position[1] > lowest for n in alone)


def test_the_goal_stands_at_the_right_even_before_it_is_wired() -> None:
    graph, _at = row(empty(), "n1", "Conv2d", "ReLU")
    graph = tidy(scattered(graph))
    rightmost = max(graph.nodes.values(), key=lambda n: n.position[0])
    assert rightmost.id == "n2"
    assert len({n.position[1] + estimated(graph, n.id)[1] / 2 for n in graph.nodes.values()}) == 1


def test_a_small_edit_moves_little() -> None:
    before = tidy(residual(6))
    conv = next(id for id in before.topological() if before.nodes[id].kind == "GlobalAvgPool")
    (old,) = before.incoming(conv)
    graph = before.add("Dropout2d")
    after = tidy(graph.between(graph.last, old))
    stayed = sum(before.nodes[id].position == after.nodes[id].position for id in before.nodes)
    assert stayed >= len(before.nodes) * 0.8


def test_the_present_order_of_branches_is_kept() -> None:
    graph = branches(2, 2)
    upper, lower = (w.target for w in graph.outgoing("n3"))
    flipped = graph.disconnect(graph.incoming(graph.of_kind("Concatenate")[0].id)[0])
    for first, second in ((upper, lower), (lower, upper)):
        placed = tidy(flipped.move({first: (400, 0), second: (400, 300)}))
        assert placed.nodes[first].position[1] < placed.nodes[second].position[1]


def test_rows_that_are_there_are_kept() -> None:
    once = tidy(long_chain(30), view=(1200.0, 700.0))
    assert tidy(once, view=(1240.0, 720.0)) == once


@pytest.mark.parametrize("seed", range(12))
def test_no_layer_is_laid_on_a_note(seed: int) -> None:
    dice = random.Random(seed)
    graph = templates.build("small-resnet")
    for _ in range(6):
        place = (dice.uniform(-200, 2400), dice.uniform(-300, 700))
        graph = add_note(graph, "note", position=place, size=(dice.uniform(80, 400), dice.uniform(40, 300)))
    graph = graph.move({id: (dice.uniform(0, 2000), dice.uniform(0, 500)) for id in graph.nodes})
    after = tidy(graph)
    for note in after.notes.values():
        for node in after.nodes.values():
            (x, y), (w, h) = node.position, estimated(after, node.id)
            (left, top), (width, height) = note.position, note.size
            assert not (x < left + width and left < x + w and y < top + height and top < y + h), (note.id, node.name)
    assert tidy(after) == after


def test_frames_and_notes_go_with_their_layers() -> None:
    graph = scattered(long_chain(12)).move({"n3": (0, 2000), "n4": (300, 2000)})
    graph = add_note(graph, "frame", position=(-20, 1950), size=(500, 150))
    graph = add_note(graph, "note", text="first", position=(10, 2080), size=(80, 40))
    frame, card = graph.notes.values()
    after = tidy(graph)
    new, new_card = after.notes[frame.id], after.notes[card.id]
    held = {id for id, node in after.nodes.items() if new.holds(*node.position, *estimated(after, id))}
    assert held == {"n3", "n4"}
    assert new.size[1] == 150  # 50 above, the layer, 36 below
    dx, dy = (b - a for a, b in zip(graph.nodes["n3"].position, after.nodes["n3"].position, strict=True))
    assert new_card.position == (10 + dx, 2080 + dy)
    assert tidy(after) == after


# The steps


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 2)), max_size=14), st.permutations(range(6))
)
def test_crossings_are_counted_as_pairs_are(segments: list[tuple[int, int, int]], rank: list[int]) -> None:
    def cross(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
        a, b = (rank[one[0]], (rank[one[1]], one[2])), (rank[other[0]], (rank[other[1]], other[2]))
        return (a[0] < b[0] and a[1] > b[1]) or (a[0] > b[0] and a[1] < b[1])

    assert ordering.crossings(segments, rank) == sum(cross(a, b) for a, b in combinations(segments, 2))


@st.composite
def links(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int]]]:
    count = draw(st.integers(1, 14))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=24, unique=True))
    return count, [(min(a, b), max(a, b), number % 3) for number, (a, b) in enumerate(pairs) if a != b]


@given(links())
@settings(max_examples=200, deadline=None)
def test_columns_strands_and_levels(given_: tuple[int, list[tuple[int, int, int]]]) -> None:
    count, wires = given_
    layer = layers(count, wires)
    assert min(layer) == 0
    assert all(layer[a] < layer[b] for a, b, _port in wires)
    bound = strands(count, wires, layer)
    for column, cells in enumerate(bound.cells):
        assert len({s for s, _node in cells}) == len(cells)  # a strand passes a column once
        assert all(bound.spans[s][0] <= column <= bound.spans[s][1] for s, _node in cells)
    rank = ordering.order(bound, [0.0] * len(bound.spans))
    assert sorted(rank) == list(range(len(bound.spans)))
    natural = list(range(len(rank)))
    assert sum(ordering.crossings(g, rank) for g in bound.gaps) <= sum(
        ordering.crossings(g, natural) for g in bound.gaps
    )
    found = levels(bound, rank, lambda node: 64.0 + 20.0 * (node % 3))
    for cells in bound.cells:
        nodes = [(found[s], 32.0 + 10.0 * (node % 3)) for s, node in cells if node >= 0]
        assert all(abs(y - y2) >= h + h2 + 24 for (y, h), (y2, h2) in combinations(nodes, 2))
    assert all(y % 8 == 0 for y in found)


def test_wires_that_run_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        layers(2, [(0, 1, 0), (1, 0, 0)])


# Compact drawings


def test_what_follows_a_layer_in_a_plain_chain_is_laid_out_with_it() -> None:
    graph = scattered(residual(3))
    after = tidy_compactly(graph)
    assert overlaps(after) == []
    assert runs_right_or_turns(after) == []
    for node in after.nodes.values():
        follows = node.kind in ("ReLU", "BatchNorm2d")
        assert (snapped_onto(after, node.id) is not None) == follows
    assert tidy(after) == after
    assert tidy_compactly(after) == after


@pytest.mark.parametrize("seed", range(6))
def test_what_is_snapped_stays_so_when_a_part_is_tidied(seed: int) -> None:
    dice = random.Random(seed)
    graph = compact(scattered(residual(4), seed))
    before = {id: snapped_onto(graph, id) for id in graph.nodes}
    after = tidy(graph, dice.sample(sorted(graph.nodes), 9))
    assert {id: snapped_onto(after, id) for id in after.nodes} == before


def test_a_chain_is_one_row_while_it_fits_and_its_gaps_share_what_room_there_is() -> None:
    graph, at = row(empty(), "n1", *["Linear"] * 3)
    graph = scattered(graph.connect(wire(at, "n2")))
    spaces = []
    for width in (720.0, 760.0, 800.0, 2000.0):
        lefts = sorted(folded(tidy(graph, view=(width, 400.0))).nodes.values(), key=lambda node: node.position[0])
        assert len({node.position[1] + estimated(graph, node.id)[1] / 2 for node in lefts}) == 1
        spaces.append(lefts[2].position[0] - lefts[1].position[0])
    assert spaces == sorted(spaces)
    assert spaces[0] < spaces[-1]
