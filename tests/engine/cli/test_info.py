"""What info says of a project, also of one whose diagram is as large as files may hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main
from engine.cli.info import layer_order
from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain as drawn
from engine.graph.layout.arranging import layer
from engine.project.file import write
from engine.project.project import Project
from engine.training.recipe import Recipe
from tests.engine.graph.growing import chain, lines_run
from tests.engine.graph.test_growth import SIGNATURE


def test_info_orders_the_layers_in_one_pass() -> None:
    graph = chain(800)
    project, analysis = Project(graph=graph, recipe=Recipe()), analyse(graph, SIGNATURE)
    assert lines_run(lambda: layer_order(project, analysis), 100_000) < 10_000
    assert sorted(layer_order(project, analysis)) == sorted(graph.nodes)


def test_info_says_what_is_done_to_the_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "net.sketchnet")
    write(Project(graph=Graph(), recipe=Recipe().with_setting("dataset", "uci-digits")), Path(file))
    main(["info", file])
    assert "image  grey; resized to 8×8; standardise" in capsys.readouterr().out
    recipe = Recipe().with_settings({"dataset": "iris", "epochs": 1})
    write(Project(graph=drawn([layer("Linear", out_features="answer")]), recipe=recipe), Path(file))
    main(["info", file])
    told = capsys.readouterr().out
    assert "What will be done to the inputs, measured on the training samples" in told
    assert "sepal length (cm)  standardise" in told
    assert main(["train", file]) == 0
    capsys.readouterr()
    main(["info", file])
    assert "sepal length (cm)  (x − 5." in capsys.readouterr().out
    main(["info", file, "--json"])
    (first, *_) = json.loads(capsys.readouterr().out)["pipeline"]
    (step,) = first["steps"]
    assert (first["columns"], step["transform"], step["fitted"]) == (["sepal length (cm)"], "standardise", True)
    assert 5.5 < step["shift"] < 6.2
