"""The training of a GAN as Python: steps of the critic and of the generator in turn, each with an Adam of its own."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from engine.data.dataset import Array, Dataset
from engine.graph.graph import Graph
from engine.graph.parts import CRITIC, GENERATOR, part
from engine.network.expression_source import written
from engine.network.line_wrapping import laid_out
from engine.network.script_answers import tuple_of
from engine.network.source import Training, inputs_of
from engine.network.source_classes import REAL, comes_as_it_is, method_name
from engine.tasks.gan.learner import adam
from engine.tasks.gan.losses import LOSSES
from engine.tasks.gan.network import parts_of
from engine.tasks.gan.noise import MIXING, TRAINING
from engine.tasks.script.choices import without_defaults
from engine.tasks.script.files import data_constant, row_files
from engine.tasks.script.gradient import GENERATOR as CHANCE
from engine.tasks.script.gradient import HALF
from engine.tasks.script.writing import ScriptSetup
from engine.training.precision_names import HALF_PRECISION


def training(setup: ScriptSetup) -> Training:
    """The part of a file that trains generator and critic as the recipe says. Raises TaskError and BuildError."""
    recipe, task, found = setup.recipe, setup.recipe.task, parts_of(setup.module)
    files = row_files(setup, answers=False)
    loss = LOSSES[task.loss]
    constants = [
        *data_constant(setup.data_file),
        f"EPOCHS = {recipe.epochs}",
        f"BATCH_SIZE = {recipe.batch_size}",
        f"CRITIC_STEPS = {task.critic_steps}",
        f"GENERATOR_RATE = {task.generator_rate!r}",
        f"CRITIC_RATE = {task.critic_rate!r}",
        f"SEED = {recipe.seed}",
        *tuple_of("GENERATOR", _layers(setup.module, found.generator.modules)),
        *tuple_of("CRITIC", _layers(setup.module, found.critic.modules)),
    ]
    functions = [
        CHANCE,
        _noise(found.sizes),
        _SLOPE.replace("MIXING", str(MIXING)) if loss.is_penalised and task.gradient_penalty else "",
        _train(setup),
        *files.functions,
    ]
    return Training(files.imports, tuple(constants), tuple(filter(None, functions)), files.usage)


def arrays(data: Dataset) -> dict[str, Array]:
    """The samples to learn from alone: nothing is judged on the way."""
    return {"inputs": data.train.inputs}


def _layers(module: nn.Module, some: nn.ModuleList) -> Sequence[str]:
    """The layers of a network that hold what is trained of ``some`` of its modules, in their order."""
    wanted = {id(parameter) for parameter in some.parameters() if parameter.requires_grad}
    holding = (name.split(".")[0] for name, parameter in module.named_parameters() if id(parameter) in wanted)
    return tuple(dict.fromkeys(holding))


def _noise(sizes: Sequence[int]) -> str:
    total = sum(sizes)
    return _NOISE.replace("TRAINING", str(TRAINING)).replace("TOTAL", str(total))


def _train(setup: ScriptSetup) -> str:
    task, graph = setup.recipe.task, setup.graph
    loss, generator, critic = LOSSES[task.loss], _method(graph, GENERATOR), _method(graph, CRITIC)
    sizes = parts_of(setup.module).sizes
    given = "noise(len(real), turn)" if len(sizes) == 1 else f"*noise(len(real), turn).split({list(sizes)}, 1)"
    falls, half = task.final_rate != 1, setup.recipe.precision == HALF_PRECISION
    of_critic = written(loss.critic, inputs=("of_real", "of_made"))
    of_generator = written(loss.generator, inputs=("of_made_now",))
    penalised = loss.is_penalised and bool(task.gradient_penalty)
    rows = "order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]"
    lines = [
        "def train(inputs, *_):",
        '    """A network whose generator and critic learned from raw inputs, in turn."""',
        f"    inputs = {inputs_of(setup.scaling, setup.signature.input, 'inputs')}",
        "    torch.manual_seed(SEED)",
        f"    network = {setup.called}()",
        "    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]",
        '    made_by = [p for n, p in named if n.split(".")[0] in GENERATOR]',
        '    judged_by = [p for n, p in named if n.split(".")[0] in CRITIC]',
        *_adam("for_generator", setup, task.generator_rate, "made_by", "GENERATOR_RATE"),
        *_adam("for_critic", setup, task.critic_rate, "judged_by", "CRITIC_RATE"),
        "    batches, rest = divmod(len(inputs), BATCH_SIZE)",
        "    batches += rest > 1 or batches == 0  # a single sample left over is left out",
        "    steps = max(1, batches // CRITIC_STEPS)",
        "    network.train()",
        "    for epoch in range(EPOCHS):",
        "        order = torch.randperm(len(inputs), generator=generator(1, epoch))",
        "        totals, seen = torch.zeros(4), 0",
        "        for step in range(epoch * steps, (epoch + 1) * steps):",
        "            losses, count = [], 0",
        *(
            [
                f"            share = 1 + ({task.final_rate!r} - 1) * step / (EPOCHS * steps)",
                '            for_generator.param_groups[0]["lr"] = GENERATOR_RATE * share',
                '            for_critic.param_groups[0]["lr"] = CRITIC_RATE * share',
            ]
            if falls
            else []
        ),
        "            for turn in range(step * CRITIC_STEPS, (step + 1) * CRITIC_STEPS):",
        "                batch = (turn - epoch * steps * CRITIC_STEPS) % batches",
        *(
            [f"                real = inputs[{rows}]"]
            if comes_as_it_is(graph)
            else [
                f"                rows = {rows}",
                "                with torch.no_grad():",
                f"                    real = network.{REAL}(inputs[rows])",
            ]
        ),
        "                torch.manual_seed(generator(2, 3 * turn).initial_seed())  # for dropout",
        *_cast(half, "made", f"network.{generator}({given})", 16),
        "                torch.manual_seed(generator(2, 3 * turn + 1).initial_seed())",
        *_cast(half, "of_real", f"network.{critic}(real)", 16),
        *_cast(half, "of_made", f"network.{critic}(made.detach())", 16),
        *laid_out(f"loss = {of_critic}", indent=16),
        *(
            [
                *_cast(half, "steepness", f"slope(network.{critic}, real, made.detach(), turn)", 16),
                f"                loss = loss + {task.gradient_penalty!r} * steepness",
            ]
            if penalised
            else []
        ),
        "                for_critic.zero_grad()",
        "                loss.backward()",
        "                for_critic.step()",
        "                losses.append(loss.detach())",
        "                count += len(real)",
        "            torch.manual_seed(generator(2, 3 * turn + 2).initial_seed())",
        *_cast(half, "of_made_now", f"network.{critic}(made)", 12),
        *laid_out(f"loss = {of_generator}", indent=12),
        "            for_generator.zero_grad()",
        "            loss.backward()",
        "            for_generator.step()",
        "            mean = torch.stack(losses).mean()",
        "            now = (mean, loss.detach(), of_real.mean(), of_made.mean())",
        "            totals += torch.stack(now).detach() * count",
        "            seen += count",
        "        means = totals / seen",
        "        if not means.isfinite().all():",
        '            sys.exit("A loss is not finite any more: lower both rates.")',
        '        said = "critic loss {:.4f}, generator loss {:.4f}, scores {:.4f} and {:.4f}"',
        '        print(f"epoch {epoch + 1}: {said.format(*means.tolist())}")',
        "    return network.eval()",
    ]
    return "\n".join(lines)


def _cast(half: bool, name: str, value: str, indent: int) -> list[str]:
    """``name = value``, computed in 16 bit where ``half`` is asked for."""
    if not half:
        return laid_out(f"{name} = {value}", indent=indent)
    margin = " " * indent
    return [margin + HALF, *laid_out(f"{name} = {value}", indent=indent + 4), f"{margin}{name} = {name}.float()"]


def _adam(name: str, setup: ScriptSetup, rate: float, parameters: str, called: str) -> list[str]:
    settings = adam(setup.recipe.task, rate)
    declared = settings.declaration
    made = written(without_defaults(declared.made(settings.values), declared.name), inputs=(parameters, called))
    return laid_out(f"{name} = {made}", indent=4)


def _method(graph: Graph, name: str) -> str:
    return method_name(graph, part(graph, name))


_NOISE = '''\
def noise(count, turn):
    """Normal noise for so many samples, the same each time for a turn."""
    whole = -(-count // 16) * 16  # torch fills sixteen at a time
    return torch.randn(whole, TOTAL, generator=generator(TRAINING, turn))[:count]'''

_SLOPE = '''\
def slope(critic, real, made, turn):
    """How far the norm of the gradient is from 1, squared (Gulrajani et al., 2017)."""
    share = torch.rand(len(real), generator=generator(MIXING, turn))
    share = share.reshape(-1, *(1,) * (real.ndim - 1))
    between = (share * real + (1 - share) * made).requires_grad_()
    scores = critic(between).sum()
    (slopes,) = torch.autograd.grad(scores, between, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()'''
