"""Learning to make new samples: the steps of generator and critic, their losses, and going on after any step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.data.preparation import Preparation
from engine.graph import templates
from engine.graph.graph import Graph, wire
from engine.graph.layers.generating import GENERATED, REAL
from engine.graph.layout.arranging import chain, layer
from engine.network.build import BuildError, Network, build
from engine.network.evaluate import function
from engine.network.route import NetworkRoute
from engine.running.run import Run, evaluate
from engine.tasks.answerer import Answerer
from engine.tasks.gan.figures import energy_distance
from engine.tasks.gan.learner import GanLearner, gradient_penalty
from engine.tasks.gan.losses import LOSSES
from engine.tasks.gan.network import parts_of, sampled
from engine.tasks.gan.noise import SAMPLES, TRAINING, noise
from engine.tasks.gan.samples import Sampler
from engine.tasks.predictor import Predictor
from engine.tasks.queries import Interpolate, LearnedNetwork, Predict
from engine.tasks.setup import Setup, TaskError
from engine.training.batches import BatchLoader
from engine.training.control import Control
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.recorder import NotFinite
from engine.training.result import Outcome
from engine.training.run_status import RunStatus
from engine.training.state import Progress, TrainingState

MOONS = Recipe().with_settings(
    {
        "dataset": "moons",
        "dataset_options.samples": 60,
        "task.kind": "gan",
        "batch_size": 16,
        "epochs": 2,
        "task.generator_rate": 0.01,
        "task.critic_rate": 0.02,
    }
)


def drawn(*, real_side: str = "", between: str = "", noises: int = 1) -> Graph:
    """Noise -> linear1 -> (between) -> realorfake1 <- (real side) <- data, and on to linear2 -> (between) -> goal."""
    graph = Graph().add("Input").add("Output").add("RealOrFake")
    data, goal, switch = graph.nodes
    ends = []
    for _ in range(noises):
        graph = graph.add("Noise", size=3)
        ends.append(graph.last)
    last = ends[0]
    if noises > 1:
        graph = graph.add("Concatenate")
        for number, end in enumerate(ends, 1):
            graph = graph.connect(wire(end, graph.last, f"in{number}"))
        last = graph.last
    for kind, settings in (("Linear", {"out_features": 2}), *([(between, {})] if between else [])):
        graph = graph.add(kind, **settings)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    graph = graph.connect(wire(last, switch, GENERATED))
    last = data
    if real_side:
        graph = graph.add(real_side)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    graph = graph.connect(wire(last, switch, REAL))
    last = switch
    steps: list[tuple[str, Mapping[str, Any]]] = [("Linear", {"out_features": 4})]
    steps += [(between, {})] if between else []
    for kind, given in (*steps, ("Linear", {"out_features": "answer"})):
        graph = graph.add(kind, **given)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    return graph.connect(wire(last, goal))


def learner_for(graph: Graph, recipe: Recipe = MOONS) -> GanLearner:
    data = load_rows(recipe)
    network = build(graph, data.schema.signature(), recipe.seed)
    preparation = Preparation.fit(data, recipe.preparation)
    learner = GanLearner(Setup(graph, recipe, data, preparation, network, torch.device("cpu")))
    learner.begin(Progress())
    learner.open_round()
    return learner


def step(learner: GanLearner) -> tuple[float, ...]:
    made = learner.step(lambda _loss: None)
    learner.progress.step += 1
    learner.progress.batch += 1
    return tuple(float(value) for value in made.values)


def carried_out(graph: Graph, recipe: Recipe, **more: Any) -> Outcome:
    outcome = Run(graph, recipe, load_rows(recipe), **more).run()
    assert outcome.failure is None, outcome.message
    return outcome


# GanParts of a network


def test_any_nodes_to_any_other_are_what_the_layers_between_them_give() -> None:
    graph = drawn()
    network = build(graph, load_rows(MOONS).schema.signature())
    at = {node.name: node.id for node in graph.nodes.values()}
    z, x = torch.randn(5, 3), torch.randn(5, 2)
    layers = {name: network.module_of(name) for name in ("linear1", "linear2", "linear3")}
    first, second, third = (layers[name] for name in ("linear1", "linear2", "linear3"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert torch.equal(NetworkRoute.between(network, [at["noise1"]], at["linear1"])(z), first(z))
    assert torch.equal(NetworkRoute.between(network, [at["realorfake1"]], at["goal"])(x), third(second(x)))
    assert torch.equal(NetworkRoute.between(network, [at["linear2"]], at["goal"])(second(x)), third(second(x)))
    assert torch.equal(NetworkRoute.between(network, [at["data"]], at["goal"])(x), network(x))
    assert torch.equal(NetworkRoute.between(network, [at["data"]], at["data"])(x), x)
    with pytest.raises(BuildError, match="needs the value of noise1"):
        NetworkRoute.between(network, [at["data"]], at["linear1"])


def test_at_work_the_network_scores_the_data() -> None:
    graph = drawn(between="Tanh")
    network = build(graph, load_rows(MOONS).schema.signature())
    x = torch.randn(4, 2)
    assert torch.equal(network(x), parts_of(network).critic(x))
    assert next(iter(name for _, name in network.layers())) == "realorfake1"


# The step


def plain_step(
    graph: Graph, recipe: Recipe, kind: str, half: bool = False
) -> tuple[nn.Module, tuple[float, ...]]:
    """One step of both as one writes it by hand in torch, in 16 bit if wanted."""
    data = load_rows(recipe)
    network = build(graph, data.schema.signature(), recipe.seed)
    generator, critic, last = (network.module_of(name) for name in ("linear1", "linear2", "linear3"))
    assert generator is not None
    assert critic is not None
    assert last is not None
    preparation = Preparation.fit(data, recipe.preparation)
    loader = BatchLoader(
        data.train.inputs,
        torch.zeros(len(data.train)),
        torch.device("cpu"),
        shift=preparation.input_shift,
        scale=preparation.input_scale,
    )
    betas = (recipe.task.beta1, recipe.task.beta2)
    of_generator = torch.optim.Adam(generator.parameters(), recipe.task.generator_rate, betas)
    judging = [*critic.parameters(), *last.parameters()]
    of_critic = torch.optim.Adam(judging, recipe.task.critic_rate, betas)
    real, _ = loader.take(loader.order(recipe.seed, 0)[: recipe.batch_size])
    (z,) = noise([3], len(real), recipe.seed, TRAINING, 0)
    cast = partial(torch.autocast, "cpu", torch.bfloat16, enabled=half)
    with cast():
        made = generator(z)
    made = made.float()
    with cast():
        r, f = last(critic(real)), last(critic(made.detach()))
    r, f = r.float(), f.float()
    if kind == "non-saturating":
        ones, zeros = torch.ones_like(r), torch.zeros_like(f)
        judge = nn.BCEWithLogitsLoss()
        loss = judge(r, ones) + judge(f, zeros)
    elif kind == "hinge":
        loss = (1 - r).clamp(min=0).mean() + (1 + f).clamp(min=0).mean()
    else:
        loss = f.mean() - r.mean()
    of_critic.zero_grad()
    loss.backward()
    of_critic.step()
    with cast():
        score = last(critic(made))
    score = score.float()
    improve = nn.BCEWithLogitsLoss()(score, torch.ones_like(score)) if kind == "non-saturating" else -score.mean()
    of_generator.zero_grad()
    improve.backward()
    of_generator.step()
    return network, tuple(float(value.detach()) for value in (loss, improve, r.mean(), f.mean()))


@pytest.mark.parametrize("half", [False, True], ids=["32 bit", "16 bit"])
@pytest.mark.parametrize("kind", list(LOSSES))
def test_a_step_is_that_of_a_script_written_by_hand(kind: str, half: bool) -> None:
    graph = drawn()
    recipe = MOONS.with_settings({"task.loss": kind, "task.gradient_penalty": 0})
    expected, values = plain_step(graph, recipe, kind, half)
    learner = learner_for(graph, recipe)
    learner.progress.precision = "bfloat16" if half else "float32"
    assert step(learner) == pytest.approx(values, rel=1e-5)
    other, _ = plain_step(graph, recipe, kind, not half)
    assert any((t != other.state_dict()[name]).any() for name, t in learner.module.state_dict().items())
    for name, weight in learner.module.state_dict().items():
        torch.testing.assert_close(weight, expected.state_dict()[name], rtol=1e-5, atol=1e-6)


def test_the_losses_are_their_formulas() -> None:
    r, f = torch.randn(7, 1), torch.randn(7, 1)

    def found(kind: str) -> tuple[float, float]:
        loss = LOSSES[kind]
        return float(function(loss.critic)(r, f)), float(function(loss.generator)(f))

    log = torch.log
    sigmoid_r, sigmoid_f = torch.sigmoid(r), torch.sigmoid(f)
    assert found("non-saturating") == pytest.approx(
        (float(-log(sigmoid_r).mean() - log(1 - sigmoid_f).mean()), float(-log(sigmoid_f).mean())), rel=1e-5
    )
    assert found("wasserstein") == pytest.approx((float(f.mean() - r.mean()), float(-f.mean())), rel=1e-5)
    hinge = float(torch.relu(1 - r).mean() + torch.relu(1 + f).mean())
    assert found("hinge") == pytest.approx((hinge, float(-f.mean())), rel=1e-5)


def test_the_gradient_penalty_is_how_far_the_slope_is_from_one() -> None:
    weight = torch.tensor([[3.0, 4.0]])

    def linear(x: Tensor) -> Tensor:
        return x.flatten(1) @ weight.T

    real, made, places = torch.randn(6, 2), torch.randn(6, 2), torch.rand(6)
    assert gradient_penalty(linear, real, made, places).item() == pytest.approx((5.0 - 1.0) ** 2, rel=1e-5)

    def square(x: Tensor) -> Tensor:
        return x.square().sum(1, keepdim=True) / 2

    between = places[:, None] * real + (1 - places[:, None]) * made
    expected = float((between.norm(dim=1) - 1).square().mean())
    assert gradient_penalty(square, real, made, places).item() == pytest.approx(expected, rel=1e-5)


def test_the_penalty_counts_for_its_loss_alone() -> None:
    def loss(kind: str, penalty: float) -> float:
        return step(learner_for(drawn(), MOONS.with_settings({"task.loss": kind, "task.gradient_penalty": penalty})))[0]

    assert loss("wasserstein", 10.0) > loss("wasserstein", 0.0)
    assert loss("hinge", 10.0) == loss("hinge", 0.0)


def test_gradients_reach_only_the_part_being_trained() -> None:
    learner = learner_for(drawn())
    making, judging = learner.parts.generator.modules, learner.parts.critic.modules
    assert not {id(p) for p in making.parameters()} & {id(p) for p in judging.parameters()}
    before = {name: value.clone() for name, value in learner.module.state_dict().items()}
    learner.set("task.generator_rate", 0.0)
    step(learner)
    after = learner.module.state_dict()
    assert torch.equal(before["linear1.weight"], after["linear1.weight"])
    assert not torch.equal(before["linear2.weight"], after["linear2.weight"])
    before = {name: value.clone() for name, value in after.items()}
    learner.generator.set_learning_rate(0.01)
    for parameter in judging.parameters():
        parameter.grad = None
    learner._improve_generator(learner._generate(4, 9, for_generator=True), 9)
    after = learner.module.state_dict()
    assert not torch.equal(before["linear1.weight"], after["linear1.weight"])
    assert torch.equal(before["linear2.weight"], after["linear2.weight"])
    assert all(parameter.grad is None for parameter in judging.parameters())
    assert all(parameter.requires_grad for parameter in judging.parameters())


def test_several_critic_steps_take_several_batches() -> None:
    recipe = MOONS.with_settings({"task.critic_steps": 2})
    learner = learner_for(drawn(), recipe)
    assert learner.steps == learner.train.batches(16) // 2
    made = learner.step(lambda _loss: None)
    assert made.rows == 32
    many = learner_for(drawn(), MOONS.with_settings({"task.critic_steps": 100}))
    assert many.steps == 1
    step(many)


def test_frozen_layers_keep_their_weights() -> None:
    graph = drawn(between="BatchNorm1d")
    frozen = graph.find("norm1")
    assert frozen is not None
    learner = learner_for(graph.set(frozen.id, frozen=True))
    before = {name: value.clone() for name, value in learner.module.state_dict().items() if name.startswith("norm1")}
    step(learner)
    assert all(torch.equal(value, learner.module.state_dict()[name]) for name, value in before.items())


def test_real_and_generated_go_through_batch_norm_apart() -> None:
    learner = learner_for(drawn(between="BatchNorm1d"))
    norm = learner.module.norm2  # of the critic
    seen: list[int] = []
    norm.register_forward_hook(lambda _m, inputs, _out: seen.append(len(inputs[0])))
    step(learner)
    assert seen == [16, 16, 16]  # real, generated, and generated again for the generator


def test_the_final_rate_is_reached_on_a_straight_line() -> None:
    learner = learner_for(drawn(), MOONS.with_settings({"task.final_rate": 0.5, "epochs": 10}))
    total = 10 * learner.steps
    learner.progress.step = total // 2
    assert learner._share() == pytest.approx(0.75, abs=0.02)
    learner.progress.step = total
    assert learner._share() == pytest.approx(0.5)


# Runs


RESUMED = {
    "plain": (drawn(), {}),
    "two critic steps, batch norm": (drawn(between="BatchNorm1d"), {"task.critic_steps": 2}),
    "dropout, wasserstein": (drawn(between="Dropout"), {"task.loss": "wasserstein"}),
    "two noises, hinge, falling rates": (drawn(noises=2), {"task.loss": "hinge", "task.final_rate": 0.1}),
    "a layer on the real side": (drawn(real_side="Identity"), {}),
    "16 bit, wasserstein": (drawn(between="Dropout"), {"task.loss": "wasserstein", "precision": "bfloat16"}),
}


@pytest.mark.parametrize("name", RESUMED)
def test_stopped_after_every_step_it_ends_like_an_unbroken_run(name: str) -> None:
    graph, settings = RESUMED[name]
    recipe = MOONS.with_settings(settings)
    whole = carried_out(graph, recipe)
    state: TrainingState | None = None
    for _ in range(40):
        outcome = carried_out(graph, recipe, resume=state, control=AfterOneStep())
        if outcome.state is RunStatus.FINISHED:
            break
        assert outcome.training is not None
        position = json.loads(json.dumps(outcome.training.position, allow_nan=False))
        state = TrainingState.checked(outcome.training.tensors, position)
    assert outcome.state is RunStatus.FINISHED
    for weight, array in whole.weights.items():
        assert array.tobytes() == outcome.weights[weight].tobytes(), weight
    assert outcome.test == whole.test
    without_time = [[{**row, "seconds": 0} for row in one.history] for one in (outcome, whole)]
    assert without_time[0] == without_time[1]


class AfterOneStep(Control):
    """Asks to stop once a step was made."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False

    def take_step(self, *callbacks: Any) -> bool:
        if self._begun:
            self.stop()
        self._begun = True
        return super().take_step(*callbacks)


def test_the_history_has_a_column_for_each_channel_and_reads_back() -> None:
    outcome = carried_out(drawn(), MOONS)
    assert outcome.training is not None
    row = outcome.training.position["history"][-1]
    assert {
        "train_critic_loss",
        "train_generator_loss",
        "train_real_score",
        "train_generated_score",
    } <= row.keys()


def test_other_settings_in_the_middle_of_an_epoch_are_refused_in_words() -> None:
    learner = learner_for(drawn())
    step(learner)
    saved = learner.save()
    progress = Progress(batch=1, step=1, learner=dict(saved.values))
    other = learner_for(drawn(), MOONS.with_settings({"task.critic_steps": 2}))
    with pytest.raises(ValueError, match="number of critic steps of 1; now it is 2"):
        other.load(progress, None)  # type: ignore[arg-type]


def test_damaged_values_are_refused_in_words() -> None:
    learner = learner_for(drawn())
    for values in ({}, {**learner.save().values, "critic_steps": "two"}, {**learner.save().values, "critic_rate": -1}):
        with pytest.raises(ValueError, match=r"train again|damaged"):
            learner.load(Progress(learner=dict(values)), None)  # type: ignore[arg-type]


def test_a_rate_too_large_is_told_in_words() -> None:
    failure = learner_for(drawn()).explain(NotFinite(3, float("nan")))
    assert "a third of the generator's rate and of the critic's rate" in failure.message


# What comes of it


def test_samples_are_in_the_units_of_the_data_and_the_first_do_not_depend_on_their_number() -> None:
    outcome = carried_out(drawn(), MOONS)
    data = load_rows(MOONS)
    sampler = Sampler(drawn(), data.schema, outcome.weights, outcome.preparation)
    few, many = sampler.samples(3, 5), sampler.samples(300, 5)
    np.testing.assert_allclose(few, many[:3], rtol=1e-6)
    assert not np.array_equal(few, sampler.samples(3, 6))
    network = build(drawn(), data.schema.signature())
    assert isinstance(network, Network)
    network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in outcome.weights.items()})
    parts = parts_of(network)
    prepared = sampled(network, parts, noise(parts.sizes, 3, 5, SAMPLES)).numpy()
    assert outcome.preparation is not None
    np.testing.assert_allclose(outcome.preparation.inputs(few), prepared, rtol=1e-5, atol=1e-6)


def test_the_way_between_two_noises_begins_and_ends_at_their_samples() -> None:
    data = load_rows(MOONS)
    sampler = Sampler(drawn(), data.schema, None, None)
    way = sampler.between(5, 1, 2)
    np.testing.assert_allclose(way[[0, -1]], np.concatenate([sampler.samples(1, 1), sampler.samples(1, 2)]), rtol=1e-5)
    same = sampler.between(3, 4, 4)
    np.testing.assert_allclose(same, np.repeat(sampler.samples(1, 4), 3, axis=0), rtol=1e-5)


def test_a_sample_at_close_quarters_has_the_critics_score_and_its_nearest_training_sample() -> None:
    outcome = carried_out(drawn(), MOONS)
    data = load_rows(MOONS)
    network = LearnedNetwork(drawn(), MOONS, data.schema, outcome.weights, outcome.preparation)
    answerer = Answerer()
    found = answerer.answer(network, Interpolate(seed=3, other=4, at=0.25))
    way = Sampler(drawn(), data.schema, outcome.weights, outcome.preparation).between(5, 3, 4)
    np.testing.assert_allclose(found.sample, way[1], rtol=1e-5)
    np.testing.assert_allclose(found.ends, way[[0, -1]], rtol=1e-5)
    scores = answerer.answer(network, Predict(np.concatenate([way[[1]], data.train.inputs]))).answers.reshape(-1)
    assert found.score == pytest.approx(scores[0], rel=1e-4)
    assert found.real == pytest.approx(1 / (1 + np.exp(-scores[0])), rel=1e-4)
    assert found.above == pytest.approx((scores[1:] < scores[0]).mean())
    scaled = outcome.preparation.inputs(np.concatenate([way[[1]], data.train.inputs]))
    distances = ((scaled[1:] - scaled[0]) ** 2).sum(axis=1)
    assert np.array_equal(found.nearest, data.train.inputs[distances.argmin()])
    assert found.distance == pytest.approx(np.sqrt(distances.min()), rel=1e-4)
    apart = np.linalg.norm(scaled[1:, None] - scaled[None, 1:], axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() < found.usual < 2 * np.median(apart.min(axis=1))
    hinge = replace(network, recipe=MOONS.with_setting("task.loss", "hinge"))
    assert answerer.answer(hinge, Interpolate(seed=3)).real is None


def test_only_a_network_that_makes_samples_has_one_to_look_at() -> None:
    graph = chain([layer("Linear", out_features="answer")])
    recipe = Recipe().with_settings({"dataset": "iris", "epochs": 1})
    data = load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    with pytest.raises(TaskError, match="not make anything"):
        Answerer().answer(LearnedNetwork(graph, recipe, data.schema, outcome.weights, None), Interpolate())


def test_without_the_data_a_sample_has_no_nearest_one() -> None:
    outcome = carried_out(drawn(), MOONS)
    data = load_rows(MOONS)
    gone = MOONS.with_settings({"dataset": "own-table", "dataset_options.path": "/nowhere/at/all.csv"})
    found = Sampler(drawn(), data.schema, outcome.weights, outcome.preparation, gone).interpolate(Interpolate())
    assert found.nearest is None
    assert found.above is None
    assert found.distance is None
    assert np.isfinite(found.score)


def test_a_prediction_is_the_critics_score() -> None:
    outcome = carried_out(drawn(), MOONS)
    data = load_rows(MOONS)
    answers = Predictor(drawn(), data.schema.signature(), outcome.weights, outcome.preparation).predict(
        data.test.inputs
    )
    assert answers.shape == (len(data.test), 1)
    assert np.isfinite(answers).all()


def test_evaluating_saved_weights_gives_the_figures_of_the_run() -> None:
    outcome = carried_out(drawn(), MOONS)
    assert outcome.preparation is not None
    assert evaluate(drawn(), MOONS, load_rows(MOONS), outcome.weights, outcome.preparation) == outcome.test


def test_the_energy_distance_is_that_of_the_formula_and_zero_for_one_distribution() -> None:
    dice = torch.Generator().manual_seed(0)
    x, y = torch.randn(40, 3, generator=dice), torch.randn(50, 3, generator=dice) + 1

    def mean(pairs: list[tuple[Tensor, Tensor]]) -> float:
        return float(np.mean([float((a - b).double().norm()) for a, b in pairs]))

    between = mean([(a, b) for a in x for b in y])
    within_x = mean([(x[i], x[j]) for i in range(40) for j in range(40) if i != j])
    within_y = mean([(y[i], y[j]) for i in range(50) for j in range(50) if i != j])
    assert energy_distance(x, y) == pytest.approx(2 * between - within_x - within_y, rel=1e-6)
    pairs = [torch.randn(2, 100, 2, generator=dice) for _ in range(60)]
    same = [energy_distance(one, other) for one, other in pairs]
    assert abs(float(np.mean(same))) < 0.01


@pytest.mark.endurance
def test_the_template_for_points_covers_both_moons() -> None:
    template = templates.describe("gan-points")
    recipe = Recipe().with_settings(dict(template.recipe))
    graph = templates.build("gan-points")
    data = load_rows(recipe)
    outcome = carried_out(graph, recipe)
    made = Sampler(graph, data.schema, outcome.weights, outcome.preparation).samples(1_000, 3)
    real, moons = data.train.inputs, load_rows(recipe.with_setting("task.kind", "auto")).train.targets
    distances = np.sqrt(((made[:, None] - real[None]) ** 2).sum(-1))
    assert (distances.min(1) < 0.2).mean() > 0.9, "generated points lie among real ones"
    for moon in (0, 1):
        assert (distances[:, moons == moon].min(0) < 0.2).mean() > 0.8, "and cover both moons"
