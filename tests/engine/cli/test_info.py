"""What the commands do with files whose drawings are as large as files may hold."""

from __future__ import annotations

from engine.cli.info import layer_order
from engine.graph.advice.analysis import analyse
from engine.project.project import Project
from engine.training.recipe import Recipe
from tests.engine.graph.growing import chain, lines_run
from tests.engine.graph.test_growth import SIGNATURE


def test_info_orders_the_layers_in_one_pass() -> None:
    graph = chain(800)
    project, analysis = Project(graph=graph, recipe=Recipe()), analyse(graph, SIGNATURE)
    assert lines_run(lambda: layer_order(project, analysis), 100_000) < 10_000
    assert sorted(layer_order(project, analysis)) == sorted(graph.nodes)
