"""Learning to make new samples: what generator and critic are, and a step of each against torch."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor, nn

from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.network.build import BuildError, build
from engine.network.evaluate import function
from engine.network.route import NetworkRoute
from engine.tasks.gan.learner import gradient_penalty
from engine.tasks.gan.losses import LOSSES
from engine.tasks.gan.network import parts_of
from engine.tasks.gan.noise import TRAINING, noise
from engine.training.batches import BatchLoader
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from tests.engine.tasks.gan_diagrams import MOONS, gan_diagram, gan_learner, step


def test_any_nodes_to_any_other_are_what_the_layers_between_them_give() -> None:
    graph = gan_diagram()
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
    graph = gan_diagram(between="Tanh")
    network = build(graph, load_rows(MOONS).schema.signature())
    x = torch.randn(4, 2)
    assert torch.equal(network(x), parts_of(network).critic(x))
    assert next(iter(name for _, name in network.layers())) == "realorfake1"


# A step


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
    graph = gan_diagram()
    recipe = MOONS.with_settings({"task.loss": kind, "task.gradient_penalty": 0})
    expected, values = plain_step(graph, recipe, kind, half)
    learner = gan_learner(graph, recipe)
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
        recipe = MOONS.with_settings({"task.loss": kind, "task.gradient_penalty": penalty})
        return step(gan_learner(gan_diagram(), recipe))[0]

    assert loss("wasserstein", 10.0) > loss("wasserstein", 0.0)
    assert loss("hinge", 10.0) == loss("hinge", 0.0)


def test_gradients_reach_only_the_part_being_trained() -> None:
    learner = gan_learner(gan_diagram())
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
    learner = gan_learner(gan_diagram(), recipe)
    assert learner.steps == learner.train.batches(16) // 2
    made = learner.step(lambda _loss: None)
    assert made.rows == 32
    many = gan_learner(gan_diagram(), MOONS.with_settings({"task.critic_steps": 100}))
    assert many.steps == 1
    step(many)


def test_frozen_layers_keep_their_weights() -> None:
    graph = gan_diagram(between="BatchNorm1d")
    frozen = graph.find("norm1")
    assert frozen is not None
    learner = gan_learner(graph.set(frozen.id, frozen=True))
    before = {name: value.clone() for name, value in learner.module.state_dict().items() if name.startswith("norm1")}
    step(learner)
    assert all(torch.equal(value, learner.module.state_dict()[name]) for name, value in before.items())


def test_real_and_generated_go_through_batch_norm_apart() -> None:
    learner = gan_learner(gan_diagram(between="BatchNorm1d"))
    norm = learner.module.norm2  # of the critic
    seen: list[int] = []
    norm.register_forward_hook(lambda _m, inputs, _out: seen.append(len(inputs[0])))
    step(learner)
    assert seen == [16, 16, 16]  # real, generated, and generated again for the generator


def test_the_final_rate_is_reached_on_a_straight_line() -> None:
    learner = gan_learner(gan_diagram(), MOONS.with_settings({"task.final_rate": 0.5, "epochs": 10}))
    total = 10 * learner.steps
    learner.progress.step = total // 2
    assert learner._share() == pytest.approx(0.75, abs=0.02)
    learner.progress.step = total
    assert learner._share() == pytest.approx(0.5)
