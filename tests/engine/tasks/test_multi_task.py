"""Several targets at once: the same as a plain PyTorch script, figures as scikit-learn's, and all it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn import metrics

from engine.cli import main
from engine.data.preparation import Preparation
from engine.data.sources import own_table
from engine.data.tables.record import TableRecord
from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.compare import same_network
from engine.graph.graph import Graph, wire
from engine.graph.targets import Categories, Quantities, SeveralTargets, YesNo
from engine.network.build import build
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.tasks.table_proposal import propose
from engine.training import random
from engine.training.data_loading import load_rows, signature_of
from engine.training.recipe import Recipe
from tests.engine.stopping import StopAfter

TARGETS = "the price (EUR), sold, grade"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    own_table.forget()
    yield
    own_table.forget()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Houses: a price that follows from size and town, whether they were sold, and a grade by age."""
    chance, lines = np.random.default_rng(1), []
    for number in range(200):
        size, town, age = chance.uniform(30, 200), ("Bonn", "Ulm", "Kiel")[number % 3], int(chance.integers(80))
        price = 1000 * (size * {"Bonn": 3, "Ulm": 2, "Kiel": 1.5}[town] - age)
        lines.append(f"{size:.1f},{town},{age},{price:.0f},{'yes' if price < 250_000 else 'no'},{'ABC'[age // 27]}")
    path = tmp_path / "houses.csv"
    path.write_text("size,town,age,the price (EUR),sold,grade\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def project(table: Path, **settings: object) -> tuple[Graph, Recipe]:
    proposal = propose(table, TARGETS)
    recipe = proposal.recipe.with_settings({"epochs": 3, "patience": 0, **settings})
    return proposal.graph, recipe


def goal(graph: Graph, name: str) -> str:
    return next(node.id for node in graph.outputs if node.params.goal == name)


def test_the_targets_are_those_of_the_columns(table: Path) -> None:
    graph, recipe = project(table)
    target = signature_of(recipe).target
    assert isinstance(target, SeveralTargets)
    assert target.names == ("the price (EUR)", "sold", "grade")
    assert target.each == (Quantities(1, ("the price (EUR)",)), YesNo(1, ("no", "yes")), Categories(3, ("A", "B", "C")))
    assert target.keys == ("the_price_EUR", "sold", "grade")
    assert (target.outputs, target.answers) == (5, 6)
    found = analyse(graph, signature_of(recipe))
    assert not found.problems
    assert {node.params.goal: found.shapes[node.id].count for node in graph.outputs} == {
        "the price (EUR)": 1, "sold": 1, "grade": 3,
    }
    record = TableRecord.of(load_rows(recipe).schema)
    assert record is not None
    assert TableRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_a_run_is_that_of_a_plain_script(table: Path) -> None:
    sgd = {"optimizer.kind": "SGD", "optimizer.learning_rate": 0.05, "schedule.kind": "constant"}
    graph, recipe = project(table, **sgd)
    graph = graph.set_params(goal(graph, "sold"), weight=0.5).set_params(goal(graph, "grade"), weight=2.0)
    graph = graph.set_params(goal(graph, "the price (EUR)"), loss="huber")
    data = load_rows(recipe)
    run = Run(graph, recipe, data)
    outcome = run.run()
    assert outcome.state.value == "finished"

    preparation = Preparation.fit(data)
    price = data.train.targets[:, 0].astype(np.float64)
    assert preparation.target_shift == pytest.approx((price.mean(), 0, 0))
    assert preparation.target_scale == pytest.approx((price.std(), 1, 1))
    x = torch.from_numpy(preparation.inputs(data.train.inputs))
    y = torch.from_numpy(preparation.targets(data.train.targets))
    network = build(graph, signature_of(recipe), seed=recipe.seed)
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    step = 0
    for epoch in range(3):
        network.train()
        order = torch.randperm(len(x), generator=random.generator(recipe.seed, random.SHUFFLE, epoch))
        for rows in order.split(recipe.batch_size):
            if len(rows) < 2:
                continue
            torch.manual_seed(random.mixed(recipe.seed, random.STEP, step))
            outputs = network(x[rows])
            loss = 1.0 * F.huber_loss(outputs[:, :1], y[rows, :1])
            loss = loss + 0.5 * F.binary_cross_entropy_with_logits(outputs[:, 1], y[rows, 1])
            loss = loss + 2.0 * F.cross_entropy(outputs[:, 2:], y[rows, 2].long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    for name, value in network.state_dict().items():
        assert torch.allclose(torch.from_numpy(outcome.weights[name]), value, rtol=1e-4, atol=1e-6), name

    # Figures as scikit-learn's, on the test rows.
    network.eval()
    with torch.no_grad():
        outputs = network(torch.from_numpy(preparation.inputs(data.test.inputs)))
    right = data.test.targets
    guessed = outputs[:, 0].numpy() * preparation.target_scale[0] + preparation.target_shift[0]
    test = outcome.test
    assert test is not None
    assert test["test_the_price_EUR_mae"] == pytest.approx(metrics.mean_absolute_error(right[:, 0], guessed), rel=1e-4)
    assert test["test_the_price_EUR_r2"] == pytest.approx(metrics.r2_score(right[:, 0], guessed), rel=1e-4)
    assert test["test_sold_accuracy"] == pytest.approx(metrics.accuracy_score(right[:, 1], outputs[:, 1] > 0))
    assert test["test_grade_accuracy"] == pytest.approx(
        metrics.accuracy_score(right[:, 2], outputs[:, 2:].argmax(1).numpy())
    )
    assert test["sold_floor_accuracy"] == pytest.approx(max(right[:, 1].mean(), 1 - right[:, 1].mean()), abs=0.3)
    assert {"train_loss", "train_the_price_EUR_mae", "validation_sold_accuracy"} <= outcome.history[-1].keys()

    # Answers side by side: the price in its own units, no and yes, the grades.
    predictor = Predictor(graph, signature_of(recipe), outcome.weights, run.preparation)
    answers = predictor.predict(data.test.inputs)
    assert answers[:, 0] == pytest.approx(guessed, rel=1e-5)
    assert answers[:, 1:3].sum(1) == pytest.approx(1.0)
    assert answers[:, 3:] == pytest.approx(outputs[:, 2:].softmax(1).numpy(), abs=1e-6)


def test_stopped_and_resumed_it_comes_to_the_same(table: Path) -> None:
    graph, recipe = project(table)
    data = load_rows(recipe)
    whole = Run(graph, recipe, data).run()
    stopped = Run(graph, recipe, data, control=StopAfter(5)).run()
    assert stopped.training is not None
    ended = Run(graph, recipe, data, resume=stopped.training).run()
    assert all(value.tobytes() == ended.weights[name].tobytes() for name, value in whole.weights.items())
    assert ended.test == whole.test


def test_the_exported_file_answers_and_trains_the_same(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    graph, recipe = project(table)
    graph = graph.set_params(goal(graph, "sold"), weight=0.25)
    write(Project(graph, recipe, title="houses"), tmp_path / "houses.sketchnet")
    assert main(["train", "houses", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["task"] == "multi-task"
    assert main(["predict", "houses", "--csv", "houses.csv"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])["targets"]
    assert set(first) == {"the price (EUR)", "sold", "grade"}
    assert first["sold"]["answer"] in ("no", "yes")
    assert main(["source", "houses", "--with-training", "--out", "houses.py"]) == 0
    names: dict[str, object] = {"__name__": "houses", "__file__": str(tmp_path / "houses.py")}
    exec(compile((tmp_path / "houses.py").read_text(encoding="utf-8"), "houses.py", "exec"), names)
    capsys.readouterr()
    names["main"]([str(table)])  # type: ignore[operator]
    said = capsys.readouterr().out.splitlines()[0]
    assert f"sold: {first['sold']['answer']}, " in said
    assert f"grade: {first['grade']['answer']}, " in said
    assert said.startswith("the price (EUR): ")
    data = load_rows(recipe)
    learned = [torch.from_numpy(array.copy()) for array in (data.train.inputs, data.train.targets)]
    network = names["train"](*learned)  # type: ignore[operator]
    weights = read(tmp_path / "houses.sketchnet").run.weights
    assert weights is not None
    for name, value in network.state_dict().items():
        assert torch.allclose(torch.from_numpy(weights[name].copy()), value, rtol=1e-4, atol=1e-6), name


# The drawing


def mended(found: Analysis, label: str) -> Analysis:
    repairs = [one for problem in found.problems for one in problem.repairs if one.label == label]
    assert repairs, [(p.message, [r.label for r in p.repairs]) for p in found.problems]
    return analyse(repairs[0].edit(found.graph), found.signature)


def test_a_goal_block_is_chosen_for_each_target(table: Path) -> None:
    graph, recipe = project(table)
    signature = signature_of(recipe)
    first, second, third = (goal(graph, name) for name in signature.target.goals)
    alone = graph.remove([second, third])
    found = analyse(alone.set_params(first, goal=""), signature)
    assert not found.ready
    found = mended(found, "Let goal learn the price (EUR)")
    assert [problem.message for problem in found.problems if problem.code == "goal missing"] == [
        "sold, grade are to be learned too, and no goal block is for them.",
    ]
    found = mended(found, "Add goal blocks for sold, grade")
    assert found.ready, found.problems
    broad = analyse(alone.set_params(graph.incoming(first)[0].source, out_features=7), signature)
    assert any(problem.code == "target" for problem in broad.problems)
    assert mended(broad, "Add goal blocks for sold, grade").graph.outputs[2].params.goal == "grade"
    twice = analyse(graph.set_params(second, goal="grade"), signature)
    assert any(problem.code == "goal twice" for problem in twice.problems)
    assert mended(twice, f"Let {graph.nodes[third].name} learn sold").ready
    gone = analyse(graph.set_params(first, goal="rent"), signature)
    assert "The data has no target called rent" in " ".join(problem.message for problem in gone.problems)
    unfit = analyse(graph.set_params(second, loss="mse"), signature)
    assert [problem.code for problem in unfit.problems] == ["goal loss"]
    assert mended(unfit, "Use the usual loss").ready


def test_the_size_of_the_data_is_that_of_the_goal_a_layer_leads_to(table: Path) -> None:
    graph, recipe = project(table)
    signature = signature_of(recipe)
    shared = graph.add("Linear", out_features="answer")
    layer = shared.last
    ends = [shared.incoming(goal(graph, name))[0].source for name in signature.target.goals]
    trunk = shared.incoming(ends[0])[0]
    for end in ends:
        shared = shared.disconnect(shared.incoming(end)[0]).connect(wire(layer, end))
    shared = shared.connect(wire(trunk.source, layer))
    found = analyse(shared, signature)
    (problem,) = [one for one in found.problems if one.node == layer]
    assert "leads to several goals" in problem.message
    assert mended(found, "Set the units to 64").ready


def test_how_it_is_trained_makes_no_other_network(table: Path) -> None:
    graph, _recipe = project(table)
    first = graph.outputs[0].id
    assert same_network(graph, graph.set_params(first, weight=3.0, loss="huber"))
    assert not same_network(graph, graph.set_params(first, goal="rent"))


def test_an_activation_at_one_goal_is_read_and_warned_of(table: Path) -> None:
    graph, recipe = project(table)
    at = graph.incoming(goal(graph, "sold"))[0]
    graph = graph.add("Sigmoid")
    graph = graph.between(graph.last, at)
    found = analyse(graph, signature_of(recipe))
    assert any("applies the sigmoid itself" in problem.message for problem in found.problems)
    data = load_rows(recipe)
    answers = Predictor(graph, signature_of(recipe), None, Preparation.fit(data)).predict(data.test.inputs)
    with torch.no_grad():
        outputs = build(graph, signature_of(recipe))(torch.from_numpy(Preparation.fit(data).inputs(data.test.inputs)))
    assert outputs.shape[1] == 5
    assert (answers[:, 2] > 0).all()


def test_several_numbers_may_be_a_target_each(table: Path) -> None:
    recipe = Recipe().with_settings(
        {"dataset": "own-table", "dataset_options.path": str(table), "dataset_options.target": "the price (EUR), age"}
    )
    assert signature_of(recipe).target == Quantities(2, ("the price (EUR)", "age"))
    each = signature_of(recipe.with_setting("task.kind", "multi-task")).target
    assert isinstance(each, SeveralTargets)
    assert each.goals == ("the price (EUR)", "age")
    assert replace(each) == each
