"""Drawings that make new samples: what must be there, what must not, and what mends it."""

from __future__ import annotations

import pytest

from engine.graph import templates
from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.advice.problems import ProblemCode
from engine.graph.blocks.shelf import shelf
from engine.graph.graph import Graph, wire
from engine.graph.grouping import group
from engine.graph.parts import parts
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories, RealOrFakeScore

POINTS = Signature(Shape.features(2), RealOrFakeScore())
PICTURES = Signature(Shape.picture(1, 28, 28), RealOrFakeScore())
CLASSES = Signature(Shape.features(2), Categories(3))


def gan(*, generated: int = 2) -> Graph:
    """Noise -> linear1 -> realorfake1 <- data, realorfake1 -> linear2 -> goal."""
    graph = Graph().add("Input").add("Output").add("Noise").add("Linear", out_features=generated)
    graph = graph.add("RealOrFake").add("Linear", out_features="answer")
    at = {node.name: node.id for node in graph.nodes.values()}
    graph = graph.connect(wire(at["noise1"], at["linear1"]))
    graph = graph.connect(wire(at["linear1"], at["realorfake1"], "generated"))
    graph = graph.connect(wire(at["data"], at["realorfake1"], "real"))
    graph = graph.connect(wire(at["realorfake1"], at["linear2"]))
    return graph.connect(wire(at["linear2"], at["goal"]))


def id_of(graph: Graph, name: str) -> str:
    found = graph.find(name)
    assert found is not None
    return found.id


def without(graph: Graph, *names: str) -> Graph:
    return graph.remove([id_of(graph, name) for name in names])


def mended(analysis: Analysis, code: ProblemCode, signature: Signature = POINTS) -> Graph:
    """The drawing after the first repair of a problem, which must leave nothing to mend."""
    problem = next(p for p in analysis.problems if p.code == code)
    assert problem.repairs, problem.message
    graph = problem.repairs[0].edit(analysis.graph)
    assert analyse(graph, signature).ready, [p.message for p in analyse(graph, signature).problems]
    return graph


@pytest.mark.parametrize(("name", "signature"), [("gan-points", POINTS), ("gan-digits", PICTURES)])
def test_the_templates_are_ready_and_have_both_parts(name: str, signature: Signature) -> None:
    graph = templates.build(name)
    analysis = analyse(graph, signature)
    assert [p.message for p in analysis.problems] == []
    generator, critic = parts(graph)
    assert (generator.name, critic.name) == ("generator", "critic")
    assert [graph.nodes[id].kind for id in generator.given] == ["Noise"]
    assert [graph.nodes[id].kind for id in critic.given] == ["RealOrFake"]
    assert analysis.shapes[generator.result] == signature.input


def test_noise_is_a_list_of_numbers_that_nothing_has_to_feed() -> None:
    graph = gan().set_params(id_of(gan(), "noise1"), size=7)
    analysis = analyse(graph, POINTS)
    assert analysis.ready
    assert analysis.shapes[id_of(graph, "noise1")] == Shape.features(7)


def test_another_shape_than_that_of_the_data_is_told_with_both() -> None:
    analysis = analyse(gan(generated=3), POINTS)
    (problem,) = [p for p in analysis.problems if p.code == ProblemCode.SHAPE]
    assert "2 features" in problem.message
    assert "3 features" in problem.message
    mended(analysis, ProblemCode.SHAPE)


def test_a_picture_is_made_of_a_list_of_numbers_by_the_repair() -> None:
    graph = gan(generated=784).set_params(id_of(gan(), "linear2"), last_axis=False)
    flat = graph.disconnect(wire(id_of(graph, "realorfake1"), id_of(graph, "linear2")))
    flat = flat.add("Flatten").connect(wire(id_of(graph, "realorfake1"), flat.next_id and f"n{graph.next_id}"))
    flat = flat.connect(wire(f"n{graph.next_id}", id_of(graph, "linear2")))
    analysis = analyse(flat, PICTURES)
    after = mended(analysis, ProblemCode.SHAPE, PICTURES)
    assert any(node.kind == "Reshape" for node in after.nodes.values())


def test_without_real_or_fake_nothing_is_generated_and_a_repair_makes_it() -> None:
    graph = Graph().add("Input").add("Output").add("Linear", out_features="answer")
    graph = graph.connect(wire("n1", "n3")).connect(wire("n3", "n2"))
    analysis = analyse(graph, POINTS)
    assert [p.code for p in analysis.problems] == [ProblemCode.NO_SWITCH]
    after = mended(analysis, ProblemCode.NO_SWITCH)
    assert len(parts(after)) == 2


def test_a_bypassed_switch_is_none() -> None:
    graph = gan().set(id_of(gan(), "realorfake1"), bypassed=True)
    assert ProblemCode.NO_SWITCH in [p.code for p in analyse(graph, POINTS).problems]


def test_real_or_fake_without_noise_is_told() -> None:
    graph = without(gan(), "noise1")
    graph = graph.connect(wire(id_of(graph, "data"), id_of(graph, "linear1")))
    analysis = analyse(graph, POINTS)
    (problem,) = [p for p in analysis.problems if p.blocks_training]
    assert problem.code == ProblemCode.NO_NOISE
    assert "No Noise leads to realorfake1" in problem.message
    assert len(mended(analysis, ProblemCode.NO_NOISE).of_kind("Noise")) == 1


def test_an_open_generated_input_is_told_and_gets_a_generator() -> None:
    graph = without(gan(), "noise1", "linear1")
    analysis = analyse(graph, POINTS)
    (problem,) = analysis.problems
    assert "generated samples" in problem.message
    assert len(mended(analysis, ProblemCode.OPEN_INPUT).of_kind("Noise")) == 1


def test_an_open_real_input_gets_the_data() -> None:
    graph = gan().disconnect(wire(id_of(gan(), "data"), id_of(gan(), "realorfake1"), "real"))
    mended(analyse(graph, POINTS), ProblemCode.OPEN_INPUT)


def test_a_second_switch_is_one_too_many() -> None:
    graph = gan()
    old = wire(id_of(graph, "linear2"), id_of(graph, "goal"))
    graph = graph.disconnect(old).add("RealOrFake")
    second = graph.last
    graph = graph.connect(wire(id_of(graph, "linear2"), second, "real"))
    graph = graph.connect(wire(id_of(graph, "noise1"), second, "generated")).connect(wire(second, id_of(graph, "goal")))
    graph = graph.set_params(id_of(graph, "noise1"), size=1)
    mended(analyse(graph, POINTS), ProblemCode.SEVERAL_SWITCHES)


def test_the_critic_may_not_see_the_data_past_the_switch() -> None:
    graph = gan()
    graph = graph.disconnect(wire(id_of(graph, "realorfake1"), id_of(graph, "linear2"))).add("Concatenate")
    joined = graph.last
    graph = graph.connect(wire(id_of(graph, "realorfake1"), joined, "in1"))
    graph = graph.connect(wire(id_of(graph, "data"), joined, "in2"))
    graph = graph.connect(wire(joined, id_of(graph, "linear2")))
    analysis = analyse(graph, POINTS)
    (problem,) = [p for p in analysis.problems if p.blocks_training]
    assert "concatenate1 takes data past realorfake1" in problem.message
    mended(analysis, ProblemCode.MIXED)


def test_the_generator_may_not_take_the_data() -> None:
    graph = gan()
    graph = graph.disconnect(wire(id_of(graph, "noise1"), id_of(graph, "linear1"))).add("Concatenate")
    joined = graph.last
    graph = graph.connect(wire(id_of(graph, "noise1"), joined, "in1"))
    graph = graph.connect(wire(id_of(graph, "data"), joined, "in2"))
    graph = graph.connect(wire(joined, id_of(graph, "linear1")))
    analysis = analyse(graph, POINTS)
    (problem,) = [p for p in analysis.problems if p.blocks_training]
    assert problem.code == ProblemCode.MIXED
    assert "takes data too" in problem.message
    mended(analysis, ProblemCode.MIXED)


@pytest.mark.parametrize("name", ["linear1", "linear2"])
def test_a_part_that_cannot_learn_is_named(name: str) -> None:
    graph = gan().set(id_of(gan(), name), frozen=True)
    analysis = analyse(graph, POINTS)
    (problem,) = [p for p in analysis.problems if p.blocks_training]
    assert problem.message.startswith(f"The {'generator' if name == 'linear1' else 'critic'} has nothing")
    mended(analysis, ProblemCode.PART_LEARNS_NOTHING)


def test_a_generator_without_weights_gets_a_layer() -> None:
    graph = without(gan(), "linear1").set_params(id_of(gan(), "noise1"), size=2)
    graph = graph.connect(wire(id_of(graph, "noise1"), id_of(graph, "realorfake1"), "generated"))
    mended(analyse(graph, POINTS), ProblemCode.PART_LEARNS_NOTHING)


def test_in_a_drawing_for_another_kind_they_are_told_and_taken_out() -> None:
    analysis = analyse(gan(), CLASSES)
    found = [p for p in analysis.problems if p.code == ProblemCode.MISPLACED]
    assert {analysis.graph.nodes[str(p.node)].kind for p in found} == {"Noise", "RealOrFake"}
    graph = gan()
    for _ in range(4):
        problems = [p for p in analyse(graph, CLASSES).problems if p.blocks_training]
        if problems:
            assert problems[0].repairs
            graph = problems[0].repairs[0].edit(graph)
    assert not [p for p in analyse(graph, CLASSES).problems if p.blocks_training]
    assert not graph.of_kind("Noise")
    assert not graph.of_kind("RealOrFake")


def test_inside_a_block_noise_is_told_from_outside_and_inside() -> None:
    graph = gan()
    made = group(graph, [id_of(graph, "noise1"), id_of(graph, "linear1")])
    graph = made[0] if isinstance(made, tuple) else made
    found = analyse(graph, POINTS)
    assert any(p.code == ProblemCode.MISPLACED and "noise1 stands inside" in p.message for p in found.problems)


def test_bypassed_noise_still_gives_its_numbers() -> None:
    graph = gan().set(id_of(gan(), "noise1"), bypassed=True)
    assert analyse(graph, POINTS).shapes[id_of(graph, "noise1")] == Shape.features(16)
    assert analyse(graph, POINTS).ready


def test_the_shelf_holds_no_block_that_makes_samples() -> None:
    assert not any(kind.is_source or kind.is_switch for kind in shelf())


def test_a_generator_that_lost_its_noise_is_told_to_begin_with_noise() -> None:
    analysis = analyse(without(gan(), "noise1"), POINTS)
    (problem,) = analysis.problems
    assert problem.message == (
        "linear1 has nothing connected to its input. A generator begins with Noise: connect one to it."
    )
    assert problem.repairs[0].label == "Add Noise before linear1"
    assert len(mended(analysis, ProblemCode.OPEN_INPUT).of_kind("Noise")) == 1


def test_where_the_switch_was_one_is_put_where_both_meet() -> None:
    analysis = analyse(without(gan(), "realorfake1"), POINTS)
    (problem,) = analysis.problems
    assert problem.repairs[0].label == "Add RealOrFake before linear2, where the samples of linear1 meet the real ones"
    assert len(mended(analysis, ProblemCode.OPEN_INPUT).of_kind("RealOrFake")) == 1
