"""The drawing as a value: edits keep its rules, refusals are typed, JSON brings back exactly what was."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.errors import (
    BadName,
    BadSetting,
    CycleError,
    DuplicateWire,
    GraphError,
    NameTaken,
    NoSuchKind,
    NoSuchNode,
    NoSuchPort,
    NoSuchWire,
    PortTaken,
    SelfConnection,
)
from engine.graph.graph import LONGEST_NOTE, Graph, Wire, empty, wire
from engine.graph.layers import kind, kinds
from engine.graph.layers.kind import MOST_INPUTS
from engine.graph.parameter_sets import resolve
from engine.graph.reading import graph_from_json
from tests.engine.graph.strategies import settings_for

QUICK = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=60)
SOME = ("Linear", "ReLU", "Conv2d", "Add", "Concatenate", "MultiheadAttention", "Reshape", "Flatten")


def chain(*names: str) -> Graph:
    """The data block, the named layers one after the other, the goal."""
    graph = empty()
    before = "n1"
    for name in names:
        graph = graph.add(name)
        graph, before = graph.connect(wire(before, graph.last)), graph.last
    return graph.connect(wire(before, "n2"))


def check_rules(graph: Graph) -> None:
    """Everything that must be true of any drawing."""
    names = [node.name for node in graph.nodes.values()]
    assert len(set(names)) == len(names)
    for id, node in graph.nodes.items():
        assert node.id == id
        assert int(id[1:]) < graph.next_id
        graph.check_name(node.name, id)
        assert resolve(node.declaration.parameters, node.params, node.kind) == node.params
        assert graph.find(node.name) is node
        assert node in graph.of_kind(node.kind)
    assert len({(w.target, w.input) for w in graph.wires}) == len(graph.wires)
    for w in graph.wires:
        assert graph.nodes[w.source].declaration.has_output
        assert graph.nodes[w.target].declaration.has_input(w.input)
        assert w in graph.outgoing(w.source)
        assert w in graph.incoming(w.target)
    order = graph.topological()
    assert sorted(order) == sorted(graph.nodes)
    place = {id: k for k, id in enumerate(order)}
    assert all(place[w.source] < place[w.target] for w in graph.wires)
    for id in graph.nodes:
        assert graph.upstream(id) == {other for other in graph.nodes if id in graph.downstream(other)}
    text = json.dumps(graph.to_json(), allow_nan=False)
    back = graph_from_json(json.loads(text))
    assert back == graph
    assert hash(back) == hash(graph)
    assert back.next_id == graph.next_id
    assert list(back.nodes) == list(graph.nodes)
    assert json.dumps(back.to_json()) == text


Edit = Callable[[Graph], Graph]


@st.composite
def wires(draw: st.DrawFn, graph: Graph) -> Wire:
    """A wire between nodes of the drawing, or nearly."""
    ids = st.sampled_from([*graph.nodes, "n1", "n999"])
    ports = st.sampled_from(
        ["in", "in", "in1", "in2", "in3", "query", "key", "value", "in0", "in01", "in65", "out", ""]
    )
    output = st.sampled_from(["out", "out", "out", "out", "in", ""])
    target = draw(ids)
    port = draw(ports)
    if target in graph.nodes and draw(st.booleans()):
        port = graph.open_input(target) or port
    return Wire(draw(ids), draw(output), target, port)


@st.composite
def edits(draw: st.DrawFn, graph: Graph) -> Edit:
    """A random edit; it may be one that the drawing refuses."""
    ids = st.sampled_from([*graph.nodes, "n999"])
    some = st.lists(ids, max_size=3)
    numbers = st.floats(-1e6, 1e6)
    match draw(st.integers(0, 13)):
        case 0 | 1 | 2:
            name = draw(st.sampled_from([*SOME, *SOME, "Nothing"]))
            params = dict(draw(settings_for(kind(name), {}))) if name in kinds() and draw(st.booleans()) else {}
            called = draw(st.sampled_from([None, None, None, "a", "linear1", "x", "class", "ü"]))
            return lambda g: g.add(name, name=called, position=(1, 2), **params)
        case 3 | 4 | 5:
            new = draw(wires(graph))
            return draw(st.sampled_from([lambda g: g.connect(new), lambda g: g.replace_input(new)]))
        case 6:
            gone = draw(some)
            return draw(st.sampled_from([lambda g: g.remove(gone), lambda g: g.remove_keeping_chain(gone)]))
        case 7:
            old = draw(st.sampled_from(graph.wires)) if graph.wires and draw(st.booleans()) else draw(wires(graph))
            return lambda g: g.disconnect(old)
        case 8:
            id, name = draw(ids), draw(st.sampled_from(["a", "b", "relu1", "self", "lambda", "a-b", "", "a" * 60]))
            return lambda g: g.rename(id, name)
        case 9:
            id, place = draw(ids), (draw(numbers), draw(numbers))
            return lambda g: g.move({id: place})
        case 10:
            id, bias, units = draw(ids), draw(st.sampled_from([True, 3])), draw(st.sampled_from([1, "answer", 0]))
            return lambda g: g.set_params(id, bias=bias, out_features=units)
        case 11:
            id, states = draw(ids), {"bypassed": draw(st.booleans()), "note": draw(st.text(max_size=5))}
            return lambda g: g.set(id, frozen=True, **states)
        case 12:
            id = draw(ids)
            on = draw(st.sampled_from(graph.wires)) if graph.wires else draw(wires(graph))
            return lambda g: g.between(id, on)
        case _:
            part = draw(some)
            return lambda g: g.paste(g.subgraph(part), (10, 10))[0]


@settings(QUICK, max_examples=150)
@given(st.data())
def test_random_edits_keep_the_rules_and_the_past(data: st.DataObject) -> None:
    graph = empty()
    for _ in range(data.draw(st.integers(1, 14))):
        edit = data.draw(edits(graph))
        before = json.dumps(graph.to_json())
        try:
            after = edit(graph)
        except GraphError as error:
            after = graph
            said = str(error)
        else:
            said = "Done."
        assert said.endswith(".")
        assert json.dumps(graph.to_json()) == before, "an edit changed the earlier drawing"
        assert after.next_id >= graph.next_id
        check_rules(after)
        graph = after


@settings(QUICK, max_examples=150)
@given(st.data())
def test_connect_does_what_can_connect_foretells(data: st.DataObject) -> None:
    graph = empty()
    for _ in range(data.draw(st.integers(2, 12))):
        try:
            graph = data.draw(edits(graph))(graph)
        except GraphError:
            continue
    for _ in range(6):
        new = data.draw(wires(graph))
        error = graph.can_connect(new)
        if error is None:
            connected = graph.connect(new)
            assert connected.wires == (*graph.wires, new)
            assert connected.nodes == graph.nodes
            connected.topological()
            again = connected.can_connect(new)
            assert isinstance(again, DuplicateWire)
        else:
            with pytest.raises(type(error)) as caught:
                graph.connect(new)
            assert str(caught.value) == str(error)
            if isinstance(error, CycleError):
                forced = Graph(graph.nodes, (*graph.wires, new), graph.next_id)
                with pytest.raises(CycleError):
                    forced.topological()


def three() -> Graph:
    """data -> linear1 -> relu1 -> goal, and an Add beside them."""
    return chain("Linear", "ReLU").add("Add")


REFUSED: list[tuple[Edit, type[GraphError], str]] = [
    (lambda g: g.add("Perceptron"), NoSuchKind, "Perceptron"),
    (lambda g: g.add("Linear", name="2nd"), BadName, "conv1"),
    (lambda g: g.add("Linear", name="for"), BadName, "Python"),
    (lambda g: g.add("Linear", name="match"), BadName, "Python"),
    (lambda g: g.add("Linear", name="forward"), BadName, "torch"),
    (lambda g: g.add("Linear", name="a" * 61), BadName, "letters"),
    (lambda g: g.add("Linear", name="relu1"), NameTaken, "relu1"),
    (lambda g: g.add("Linear", out_features=0), BadSetting, "Units must be a whole number"),
    (lambda g: g.add("Linear", unit=5), BadSetting, "no setting called 'unit'"),
    (lambda g: g.add("Linear", position=(math.nan, 0.0)), BadSetting, "position"),
    (lambda g: g.add("Linear", position=(0.0, -math.inf)), BadSetting, "position"),
    (lambda g: g.move({"n3": (1e12, 0)}), BadSetting, "position"),
    (lambda g: g.set("n3", note="x" * (LONGEST_NOTE + 1)), BadSetting, "note"),
    (lambda g: g.set("n77", frozen=True), NoSuchNode, "n77"),
    (lambda g: g.node("n77") and g, NoSuchNode, "n77"),
    (lambda g: g.rename("n3", "relu1"), NameTaken, "relu1"),
    (lambda g: g.rename("n3", "no good"), BadName, "no good"),
    (lambda g: g.set_params("n3", out_features=-1), BadSetting, "Linear: Units"),
    (lambda g: g.remove(["n3", "n77"]), NoSuchNode, "n77"),
    (lambda g: g.remove_keeping_chain(["n77"]), NoSuchNode, "n77"),
    (lambda g: g.disconnect(wire("n1", "n4")), NoSuchWire, "wire"),
    (lambda g: g.connect(wire("n3", "n4")), DuplicateWire, "already"),
    (lambda g: g.connect(wire("n1", "n4")), PortTaken, "linear1"),
    (lambda g: g.connect(wire("n5", "n5", "in1")), SelfConnection, "itself"),
    (lambda g: g.connect(wire("n4", "n3", "in2")), NoSuchPort, "in2"),
    (lambda g: g.connect(wire("n2", "n5", "in1")), NoSuchPort, "goal"),
    (lambda g: g.connect(wire("n3", "n1")), NoSuchPort, "data"),
    (lambda g: g.connect(wire("n3", "n5", "in1", "state")), NoSuchPort, "state"),
    (lambda g: g.connect(wire("n3", "n5", f"in{MOST_INPUTS + 1}")), NoSuchPort, "in65"),
    (lambda g: g.connect(wire("n3", "n5", "in٣")), NoSuchPort, "add1"),
    (lambda g: g.connect(wire("n77", "n5", "in1")), NoSuchNode, "n77"),
    (lambda g: g.disconnect(wire("n1", "n3")).connect(wire("n4", "n3")), CycleError, "cycle"),
    (lambda g: g.between("n4", wire("n1", "n3")), NoSuchPort, "relu1 has no free input"),
    (lambda g: g.between("n5", wire("n1", "n4")), NoSuchWire, "wire"),
]


@pytest.mark.parametrize(("edit", "error", "words"), REFUSED)
def test_refusals_are_typed_and_say_why(edit: Edit, error: type[GraphError], words: str) -> None:
    with pytest.raises(GraphError, match=words) as caught:
        edit(three())
    assert type(caught.value) is error
    assert str(caught.value).endswith((".", "conv1."))


def test_ids_are_never_used_twice() -> None:
    graph = empty().add("ReLU")
    gone = graph.last
    graph = graph.remove([gone]).add("ReLU")
    assert graph.last != gone
    back = graph_from_json(graph.remove([graph.last]).to_json()).add("ReLU")
    assert back.last not in (gone, graph.last)


def test_names_follow_the_kind_and_stay_free() -> None:
    graph = empty().add("Conv2d").add("Conv2d").add("Conv1d").add("ReLU")
    assert [node.name for node in graph.nodes.values()] == ["data", "goal", "conv1", "conv2", "conv3", "relu1"]
    graph = graph.remove([next(iter(graph.of_kind("Conv2d"))).id]).add("Conv2d")
    assert graph.nodes[graph.last].name == "conv1"


def test_equal_drawings_are_equal_whatever_the_order_of_their_wires() -> None:
    one = three()
    other = Graph(MappingProxyType(dict(one.nodes)), tuple(reversed(one.wires)), one.next_id)
    assert one == other
    assert hash(one) == hash(other)
    assert one != one.move({"n3": (5, 5)})
    assert one != one.set("n3", bypassed=True)
    assert one != one.disconnect(one.wires[0])
    assert one.set_params("n3", out_features=128) == one
    assert one != "drawing"


def test_an_input_is_replaced_in_one_edit() -> None:
    graph = three().replace_input(wire("n1", "n4"))
    assert [w.source for w in graph.incoming("n4")] == ["n1"]
    assert len(graph.wires) == 3


def test_a_layer_goes_between_two_others() -> None:
    graph = three().add("Dropout")
    graph = graph.between(graph.last, wire("n3", "n4"))
    assert graph.incoming("n4")[0].source == graph.last
    assert graph.incoming(graph.last)[0].source == "n3"
    merged = three().between("n5", wire("n3", "n4"))
    assert merged.incoming("n5") == (wire("n3", "n5", "in1"),)


def test_the_chain_closes_when_a_layer_is_removed() -> None:
    graph = three().remove_keeping_chain(["n3", "n4"])
    assert graph.wires == (wire("n1", "n2"),)
    plain = three().remove(["n3"])
    assert plain.wires == (wire("n4", "n2"),)


def test_merges_have_inputs_in_order_and_as_many_as_needed() -> None:
    graph = empty().add("Add")
    add = graph.last
    for number in (10, 2, 1):
        graph = graph.add("ReLU")
        graph = graph.connect(wire(graph.last, add, f"in{number}"))
    assert [w.input for w in graph.incoming(add)] == ["in1", "in2", "in10"]
    assert graph.open_input(add) == "in3"


def test_a_merge_is_full_at_its_most_inputs() -> None:
    graph = empty().add("Add")
    add = graph.last
    for number in range(1, MOST_INPUTS + 1):
        assert graph.open_input(add) == f"in{number}"
        graph = graph.add("Identity").connect(wire(f"n{graph.next_id}", add, f"in{number}"))
    assert graph.open_input(add) is None


def test_attention_has_its_inputs_in_the_order_of_declaration() -> None:
    graph = empty().add("MultiheadAttention")
    attention = graph.last
    for port in ("value", "query", "key"):
        graph = graph.add("Identity")
        graph = graph.connect(wire(graph.last, attention, port))
    assert [w.input for w in graph.incoming(attention)] == ["query", "key", "value"]
    graph = graph.disconnect(graph.incoming(attention)[1])
    assert graph.open_input(attention) == "key"


def test_a_copy_has_new_ids_free_names_and_the_same_wires() -> None:
    graph = three().set("n3", frozen=True, note="kept").rename("n4", "a" * 60)
    both, ids = graph.paste(graph.subgraph(["n3", "n4"]), (10, 20))
    check_rules(both)
    assert set(ids) == {"n3", "n4"}
    copy = both.nodes[ids["n3"]]
    assert (copy.name, copy.frozen, copy.note, copy.position) == ("linear2", True, "kept", (10, 20))
    assert wire(ids["n3"], ids["n4"]) in both.wires
    assert len(both.wires) == len(graph.wires) + 1


def test_layers_with_nothing_in_common_are_neither_up_nor_downstream() -> None:
    graph = three()
    assert graph.upstream("n2") == {"n1", "n3", "n4"}
    assert graph.downstream("n3") == {"n4", "n2"}
    assert graph.upstream("n5") == graph.downstream("n5") == set()


# Reading what others wrote


def valid() -> dict[str, Any]:
    graph = chain("Conv2d", "ReLU", "Flatten", "Linear").set("n3", frozen=True, note="edges")
    graph = graph.add("Add").connect(wire("n4", f"n{graph.next_id}", "in2"))
    data: dict[str, Any] = graph.to_json()
    return data


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([10**400, -1, 2**53, math.nan, math.inf, 1e300, "n1", "\ud800", "x" * 300, "in", "Conv2d"]),
        st.floats(),
        st.text(max_size=6),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += paths(child, (*path, key))
    return found


def read(data: Any) -> None:
    """Read it: a drawing that keeps the rules, or a GraphError in one sentence. Nothing else may come out."""
    try:
        graph = graph_from_json(data)
    except GraphError as error:
        said = str(error)
    else:
        check_rules_but_ids(graph)
        return
    assert said.endswith((".", "conv1."))
    assert len(said) < 1200
    said.encode()


def check_rules_but_ids(graph: Graph) -> None:
    """As ``check_rules``; ids that others chose need not be numbers."""
    grown = graph.add("ReLU")
    assert grown.last not in graph.nodes
    assert graph_from_json(json.loads(json.dumps(graph.to_json(), allow_nan=False))) == graph
    graph.topological()


@settings(QUICK, max_examples=400)
@given(st.data())
def test_a_drawing_with_anything_changed_is_read_or_refused(data: st.DataObject) -> None:
    drawing = valid()
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(paths(drawing)))
        if not path:
            return read(data.draw(JSON))
        inside: Any = drawing
        for key in path[:-1]:
            inside = inside[key]
        match data.draw(st.integers(0, 3)):
            case 0 if isinstance(inside, dict):
                del inside[path[-1]]
            case 1 if isinstance(inside, list):
                inside.append(inside[path[-1]])
            case 2 if isinstance(inside, dict):
                inside[data.draw(st.text(max_size=4))] = data.draw(JSON)
            case _:
                inside[path[-1]] = data.draw(JSON)
    read(drawing)
    return None


def changed(*path: Any, to: Any) -> dict[str, Any]:
    drawing = valid()
    inside: Any = drawing
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = to
    return drawing


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


HOSTILE: list[tuple[Any, str]] = [
    (None, "must be a JSON object"),
    ([], "must be a JSON object"),
    ({}, '"nodes" of the diagram must be a list'),
    (changed("nodes", to={}), '"nodes" of the diagram must be a list'),
    (changed("wires", to=None), '"wires" of the diagram must be a list'),
    (changed("nodes", to=[None] * 20_001), "at most 20,000"),
    (changed("wires", to=[None] * 100_001), "at most 100,000"),
    (changed("next_id", to=0), "next_id"),
    (changed("next_id", to=True), "next_id"),
    (changed("next_id", to=2**53), "next_id"),
    (changed("nodes", 2, to=7), "Layer 3 must be a JSON object"),
    (changed("nodes", 2, "id", to="n1"), "another layer has too"),
    (changed("nodes", 2, "id", to="../n"), "an id is a letter"),
    (changed("nodes", 2, "id", to="n" * 41), "an id is a letter"),
    (changed("nodes", 2, "id", to=3), '"id" of layer 3 must be text'),
    (changed("nodes", 2, "kind", to="Conv9d"), "does not know"),
    (changed("nodes", 2, "name", to="relu1"), "Another layer is called 'relu1'"),
    (changed("nodes", 2, "name", to="__class__"), "cannot be the name"),
    (changed("nodes", 2, "name", to="import"), "cannot be the name"),
    (changed("nodes", 2, "name", to="a b"), "cannot be the name"),
    (changed("nodes", 2, "name", to="\ud800"), "half of a character"),
    (changed("nodes", 2, "note", to="\udfff"), "half of a character"),
    (changed("nodes", 2, "note", to="x" * 20_001), "at most 20,000 characters"),
    (changed("nodes", 2, "params", to=[]), "must be a JSON object"),
    (changed("nodes", 2, "params", "out_channels", to=10**9), "Filters must be"),
    (changed("nodes", 2, "params", "out_channels", to=nested(800)), "Filters must be"),
    (changed("nodes", 2, "params", "kernel_size", to=[3, 3, 3]), "Kernel size must be"),
    (changed("nodes", 2, "params", "secret", to=1), "no setting called 'secret'"),
    (changed("nodes", 2, "position", to=[math.nan, 0]), "two numbers"),
    (changed("nodes", 2, "position", to=[10**400, 0]), "two numbers"),
    (changed("nodes", 2, "position", to=[0, True]), "two numbers"),
    (changed("nodes", 2, "position", to=[0]), "two numbers"),
    (changed("nodes", 2, "frozen", to=1), '"frozen" of layer 3'),
    (changed("wires", 0, to=["n1", "out", "n3"]), "Wire 1 must be"),
    (changed("wires", 0, to=["n1", "out", "n99", "in"]), "no layer 'n99'"),
    (changed("wires", 0, to=["n1", "out", "n3", "in7"]), "no input 'in7'"),
    (changed("wires", 0, to=["n2", "out", "n3", "in"]), "no output"),
    (changed("wires", 0, to=["n6", "out", "n3", "in"]), "cycle"),
    (changed("wires", 0, to=["n1", "out", "n4", "in"]), "same input"),
    (changed("wires", 1, to=valid()["wires"][0]), "same input"),
]


@pytest.mark.parametrize(("data", "words"), HOSTILE)
def test_hostile_drawings_are_refused_by_name(data: Any, words: str) -> None:
    with pytest.raises(GraphError, match=words) as caught:
        graph_from_json(data)
    assert len(str(caught.value)) < 1200


def test_a_drawing_that_lacks_later_settings_gets_their_defaults() -> None:
    graph = graph_from_json(changed("nodes", 2, "params", to={"out_channels": 5}))
    assert graph.nodes["n3"].params == resolve(kind("Conv2d").parameters, {"out_channels": 5}, "Conv2d")


def test_foreign_ids_are_kept_and_new_ones_differ() -> None:
    data = json.loads(json.dumps(valid()).replace('"n3"', '"n900"'))
    graph = graph_from_json(data)
    assert graph.add("ReLU").last == "n901"
