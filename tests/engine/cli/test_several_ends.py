"""Every command refuses a diagram with several data blocks or goals in one sentence: nothing is answered wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli import main
from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph, Wire
from engine.project.file import read, write
from engine.training.data_loading import signature_of

COMMANDS = (
    ("train", "points", "--epochs", "1"),
    ("train", "points", "--resume"),
    ("predict", "points", "--csv", "rows.csv"),
    ("encode", "points", "--csv", "rows.csv", "--at", "relu1"),
    ("decode", "points", "rows.csv", "--at", "data"),
    ("source", "points"),
    ("source", "points", "--with-training"),
)


def with_data_that_is_used(graph: Graph) -> Graph:
    graph = graph.add("Input")
    second = graph.last
    graph = graph.add("Concatenate")
    joined = graph.last
    graph = graph.between(joined, graph.outgoing(graph.names["relu2"])[0])
    return graph.connect(Wire(second, "out", joined, graph.open_input(joined) or "in2"))


def with_goal_that_is_reached(graph: Graph) -> Graph:
    graph = graph.add("Output")
    return graph.connect(Wire(graph.names["linear3"], "out", graph.last, "in"))


CHANGES: dict[str, tuple[Callable[[Graph], Graph], str]] = {
    "data": (lambda graph: graph.add("Input"), "2 data blocks; a network has one"),
    "data that is used": (with_data_that_is_used, "2 data blocks; a network has one"),
    "goal": (lambda graph: graph.add("Output"), "2 goal blocks; a network has one"),
    "goal that is reached": (with_goal_that_is_reached, "2 goal blocks; a network has one"),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "points.sketchnet"
    assert main(["new", "points-2d", str(path)]) == 0
    assert main(["train", str(path), "--epochs", "1", "--json"]) == 0
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_no_command_runs_several_ends(
    change: str, trained: Path, here: Path, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    project = read(trained)
    edit, sentence = CHANGES[change]
    path = here / "points.sketchnet"
    write(replace(project, graph=edit(project.graph)), path)
    (here / "rows.csv").write_text("x,y,data.1,data.2\n0.1,0.2,0.1,0.2\n")
    before = path.read_bytes()
    capsys.readouterr()
    for words in COMMANDS:
        assert sentence in refused(*words)
    assert path.read_bytes() == before
    assert main(["info", "points"]) == 0
    assert sentence in capsys.readouterr().out
    signature = signature_of(project.recipe)
    found = analyse(edit(project.graph), signature)
    (problem,) = [one for one in found.problems if sentence in one.message]
    assert problem.node == found.graph.of_kind("Input" if "data" in change else "Output")[1].id
    mended = problem.repairs[0].edit(found.graph)
    assert not [one.message for one in analyse(mended, signature).problems if "a network has one" in one.message]
