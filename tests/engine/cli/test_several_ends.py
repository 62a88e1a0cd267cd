"""Several data blocks and goals: where they have a meaning every command works with them, elsewhere each refuses them
in one sentence, and nothing is answered wrongly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli import main
from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph, Wire
from engine.project.file import read, write
from engine.project.project import Project
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


def with_columns_apart(graph: Graph) -> Graph:
    """x alone comes in at the first data block, y at another, whose values join those of the others later."""
    graph = with_data_that_is_used(graph)
    first, second = graph.inputs
    return graph.set_params(first.id, columns=("x",)).set_params(second.id, columns=("y",))


CHANGES: dict[str, tuple[Callable[[Graph], Graph], str]] = {
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
    assert problem.node == found.graph.outputs[1].id
    mended = problem.repairs[0].edit(found.graph)
    assert not [one.message for one in analyse(mended, signature).problems if "a network has one" in one.message]


@pytest.mark.parametrize("change", [with_data_that_is_used, with_columns_apart])
def test_every_command_works_with_several_data_blocks(
    change: Callable[[Graph], Graph], trained: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = read(trained)
    path = here / "points.sketchnet"
    write(Project(change(project.graph), project.recipe, title="points"), path)
    (here / "rows.csv").write_text("x,y\n0.1,0.2\n-0.4,0.9\n")
    assert main(["train", "points", "--epochs", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["test_accuracy"] > 0.5
    assert main(["train", "points", "--resume", "--epochs", "1"]) == 0
    capsys.readouterr()
    assert main(["predict", "points", "--csv", "rows.csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["encode", "points", "--csv", "rows.csv", "--at", "data", "--at", "data1"]) == 0
    given = capsys.readouterr().out
    data, other = (node.params.columns or ("x", "y") for node in read(path).graph.inputs)
    assert len(given.splitlines()[0].split(",")) == len(data) + len(other)
    for words in (["source", "points"], ["source", "points", "--with-training"], ["info", "points"]):
        assert main(words) == 0


@pytest.fixture
def digits(here: Path) -> Path:
    assert main(["new", "digit-mlp", "digits"]) == 0
    assert main(["train", "digits", "--set", "dataset=uci-digits", "--epochs", "1"]) == 0
    names = [f"{name}{number + 1}" for name in ("pixel ", "data.") for number in range(64)]
    (here / "rows.csv").write_text(",".join(names) + "\n" + ",".join(["3"] * len(names)) + "\n")
    return here / "digits.sketchnet"


def with_data_beside(graph: Graph) -> Graph:
    return graph.add("Input")


def with_data_for_the_first_layer(graph: Graph) -> Graph:
    """The first layer is fed by another data block than before."""
    old = next(w for w in graph.wires if w.source == graph.inputs[0].id)
    graph = graph.add("Input")
    return graph.replace_input(Wire(graph.last, "out", old.target, old.input))


@pytest.mark.parametrize("change", [with_data_beside, with_data_for_the_first_layer])
def test_pictures_come_in_at_one_data_block(
    change: Callable[[Graph], Graph], digits: Path, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    project = read(digits)
    write(replace(project, graph=change(project.graph)), digits)
    before = digits.read_bytes()
    capsys.readouterr()
    sentence = "2 data blocks; a network has one where images have no columns"
    for words in COMMANDS:
        assert sentence in refused(*(word.replace("points", "digits") for word in words))
    assert digits.read_bytes() == before
    signature = signature_of(project.recipe)
    (problem,) = [one for one in analyse(change(project.graph), signature).problems if one.code == "several data"]
    mended = problem.repairs[0].edit(change(project.graph))
    assert not [one for one in analyse(mended, signature).problems if one.code == "several data"]


def test_a_generator_makes_whole_samples(
    here: Path, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "gan-points", "gan"]) == 0
    capsys.readouterr()
    project = read(here / "gan.sketchnet")
    graph = project.graph
    write(replace(project, graph=graph.add("Input")), here / "gan.sketchnet")
    assert "a network has one where a generator makes whole samples" in refused("train", "gan")
    write(replace(project, graph=graph.set_params(graph.inputs[0].id, columns=("x",))), here / "gan.sketchnet")
    assert "columns x alone, but a generator makes whole samples" in refused("train", "gan")
