"""Notes and frames are values of the drawing like any other, and play no part in the network."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.data import catalogue
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.compare import same_network, same_run
from engine.graph.errors import BadSetting, GraphError, NoSuchNode
from engine.graph.graph import Graph, empty
from engine.graph.grouping import group, ungroup
from engine.graph.nesting import with_block
from engine.graph.node import LONGEST_NOTE
from engine.graph.note_edits import add_note, change_notes, last_note, remove_notes, set_note, with_only
from engine.graph.notes import COLOURS, LEAST_SIZE, MOST_NOTES, Note
from engine.graph.reading import graph_from_json


@pytest.fixture
def noted() -> Graph:
    """A digit network with a note t16 and a frame t17."""
    graph = add_note(templates.build("digit-cnn"), text="look for strokes", position=(10.0, -120.0))
    return add_note(graph, "frame", text="stage 1", position=(100.0, 0.0), size=(280.0, 120.0), colour="green")


def test_a_note_is_added_changed_and_removed(noted: Graph) -> None:
    assert list(noted.notes) == ["t16", "t17"]
    assert noted.notes["t16"] == Note("t16", "note", "look for strokes", (10.0, -120.0))
    assert last_note(noted) == "t17"
    changed = set_note(noted, "t17", text="first stage", size=(10.0, 10.0))
    assert changed.notes["t17"].text == "first stage"
    assert changed.notes["t17"].size == LEAST_SIZE["frame"]
    assert changed != noted
    assert noted.notes["t17"].text == "stage 1"
    assert set_note(changed, "t17", text="stage 1", size=(280.0, 120.0)) == noted
    assert hash(set_note(changed, "t17", text="stage 1", size=(280.0, 120.0))) == hash(noted)
    gone = remove_notes(noted, ["t16"])
    assert list(gone.notes) == ["t17"]
    assert add_note(gone).notes.keys() == {"t17", "t18"}
    assert with_only(noted, ["t16"]) == remove_notes(noted, ["t17"])


def test_several_notes_change_at_once(noted: Graph) -> None:
    moved = change_notes(noted, {"t16": {"position": (1, 2)}, "t17": {"position": (3, 4), "colour": "red"}})
    assert [n.position for n in moved.notes.values()] == [(1.0, 2.0), (3.0, 4.0)]
    assert moved.notes["t17"].colour == "red"


@pytest.mark.parametrize(
    "edit",
    [
        lambda g: set_note(g, "t99", text="x"),
        lambda g: remove_notes(g, ["n1"]),
    ],
)
def test_what_is_no_note_is_refused(noted: Graph, edit: Any) -> None:
    with pytest.raises(NoSuchNode, match="no note"):
        edit(noted)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "mauve"}, "mauve"),
        ({"text": "x" * (LONGEST_NOTE + 1)}, "20,000"),
        ({"position": (1e12, 0)}, "cannot lie"),
        ({"kind": "poster"}, "neither"),
    ],
)
def test_a_bad_note_is_refused(noted: Graph, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        set_note(noted, "t16", **changes)


def test_every_edit_of_layers_and_wires_keeps_the_notes(noted: Graph) -> None:
    conv, relu = noted.of_kind("Conv2d")[0].id, noted.of_kind("ReLU")[0].id
    wire = noted.outgoing(conv)[0]
    for edited in (
        noted.add("Dropout"),
        noted.rename(conv, "first"),
        noted.move({conv: (5, 5)}),
        noted.set_params(conv, out_channels=8),
        noted.set(relu, bypassed=True),
        noted.disconnect(wire),
        noted.disconnect(wire).connect(wire),
        noted.remove([relu]),
        noted.remove_keeping_chain([relu]),
        noted.paste(noted.subgraph([relu]), (10, 10))[0],
        noted.add("ReLU").between("n18", wire),
    ):
        assert edited.notes == noted.notes


def test_notes_are_no_part_of_the_network(noted: Graph) -> None:
    plain = templates.build("digit-cnn")
    assert noted != plain
    assert same_network(noted, plain)
    assert same_run(noted, plain)
    signature = catalogue.signature("strokes")
    assert analyse(noted, signature).shapes == analyse(plain, signature).shapes
    assert analyse(noted, signature).ready


def test_a_part_has_no_notes_and_pasting_brings_those_of_the_fragment(noted: Graph) -> None:
    fragment = noted.subgraph(["n3"])
    assert not fragment.notes
    fragment = fragment.with_notes(with_only(noted, ["t17"]).notes)
    graph, ids = noted.paste(fragment, (20.0, 30.0))
    assert ids == {"n3": "n18"}
    assert list(graph.notes) == ["t16", "t17", "t19"]
    pasted = graph.notes["t19"]
    assert (pasted.text, pasted.position, pasted.size) == ("stage 1", (120.0, 30.0), (280.0, 120.0))
    assert graph.add("ReLU").last == "n20"


def test_notes_survive_the_file_and_old_files_open_without_any(noted: Graph) -> None:
    data = json.loads(json.dumps(noted.to_json()))
    assert graph_from_json(data) == noted
    assert graph_from_json(data).next_id == noted.next_id
    assert "notes" not in empty().to_json()
    del data["notes"]
    assert graph_from_json(data) == templates.build("digit-cnn")
    # An id of a note is never given again, even when the file's counter says so.
    data = noted.to_json() | {"next_id": 1}
    assert add_note(graph_from_json(data)).notes.keys() == {"t16", "t17", "t18"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"notes": {}}, "must be a list"),
        ({"notes": [3]}, "Note 1 must be a JSON object"),
        ({"id": "n3"}, "a t, then digits"),
        ({"id": "t²"}, "a t, then digits"),
        ({"id": "t17"}, "another note"),
        ({"text": None}, '"text" of note 1'),
        ({"text": "\ud800"}, '"text" of note 1'),
        ({"text": "x" * 20_001}, "Note 1: A note has at most 20,000"),
        ({"kind": "poster"}, "neither a note nor a frame"),
        ({"colour": "#fff"}, "colours are"),
        ({"position": [1]}, "two numbers"),
        ({"position": [True, 1]}, "two numbers"),
        ({"size": ["a", 1]}, "two numbers"),
        ({"size": [float("nan"), 1.0]}, "two numbers"),
        ({"notes": [{}] * (MOST_NOTES + 1)}, "at most 2,000"),
    ],
)
def test_a_file_with_bad_notes_is_refused_with_a_sentence(noted: Graph, change: dict[str, Any], words: str) -> None:
    data = noted.to_json()
    if "notes" in change:
        data |= change
    else:
        data["notes"][0] |= change
    with pytest.raises(GraphError, match=words):
        graph_from_json(data)


def test_notes_in_a_block_come_out_with_its_layers(noted: Graph) -> None:
    stage = [noted.of_kind(kind)[0].id for kind in ("Conv2d", "BatchNorm2d", "ReLU")]
    folded = group(noted, stage, title="stage")
    card, frame = noted.notes
    assert set(folded.notes) == {card}  # nothing lies on the frame any more: it went along
    node = folded.node(folded.last)
    assert node.block is not None
    assert set(node.block.graph.notes) == {frame}
    inside = node.block.drawn(add_note(node.block.graph, text="inside"))
    folded = with_block(folded, node.id, inside)
    assert set(folded.notes) == {card}
    assert graph_from_json(json.loads(json.dumps(folded.to_json()))) == folded
    out, _ids = ungroup(folded, node.id)
    assert [note.text for note in out.notes.values()] == ["look for strokes", "stage 1", "inside"]


def test_what_lies_on_a_frame() -> None:
    frame = Note("t1", "frame", position=(100.0, 100.0), size=(200.0, 100.0))
    assert frame.holds(150.0, 120.0, 50.0, 40.0)
    assert frame.holds(80.0, 90.0, 60.0, 40.0)  # its middle is 110, 110
    assert not frame.holds(0.0, 120.0, 150.0, 40.0)


def test_every_colour_can_be_had() -> None:
    for colour in COLOURS:
        assert add_note(empty(), colour=colour).notes["t3"].colour == colour
