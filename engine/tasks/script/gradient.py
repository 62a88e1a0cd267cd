"""The loop of a training by gradients as Python: the same optimizer, schedule, batches and epochs.

What the recipe does not use is not written. Rows come in the same order, weights and dropout from the same dice, so
that a file that trains on the same rows ends where the program does, up to the rounding of another machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from engine.network.script_answers import tuple_of
from engine.tasks.script import augmentation, choices
from engine.tasks.script.files import data_constant
from engine.tasks.script.writing import ScriptSetup
from engine.training.metric_kinds import MetricKind
from engine.training.precision_names import HALF_PRECISION
from engine.training.weights import multiplied


class GradientScript(ABC):
    """Writes ``train``; a kind says what is learned from and how a batch of it is taken.

    ``count``, ``order``, ``batch``, ``loss`` and ``judged`` are Python: how many rows there are, their order in an
    ``epoch``, the inputs and targets of ``rows``, the loss of ``outputs`` and ``y``, and the loss and figure of
    ``validation``.
    """

    count = "len(inputs)"
    order = "torch.randperm(len(inputs), generator=generator(1, epoch))"
    batch = "inputs[rows], answers[rows]"
    loss = "loss_function(outputs, y)"
    judged = "evaluate(network, *validation)"

    def __init__(self, setup: ScriptSetup, metric: MetricKind) -> None:
        self.setup, self.recipe, self.called, self.metric = setup, setup.recipe, setup.called, metric
        module = setup.module
        names = {id(parameter): name for name, parameter in module.named_parameters()}
        self.multiplied = tuple(names[id(p)] for p in multiplied(module))
        self.matrices = tuple(names[id(p)] for p in multiplied(module, embeddings=False) if p.ndim == 2)

    @abstractmethod
    def opening(self) -> list[str]:
        """The first lines of ``train``: what it takes, and how that is made ready."""

    def taken(self) -> list[str]:
        """The lines that make ``x`` and ``y`` of the ``rows`` of a batch."""
        return [f"x, y = {self.batch}", *augmentation.taken(self.recipe)]

    def constants(self) -> list[str]:
        """The lines with the settings of the recipe."""
        recipe = self.recipe
        return [
            *data_constant(self.setup.data_file),
            f"EPOCHS = {recipe.epochs}",
            f"BATCH_SIZE = {recipe.batch_size}",
            f"LEARNING_RATE = {recipe.optimizer.learning_rate!r}",
            f"SEED = {recipe.seed}",
        ]

    def train(self) -> str:
        """``train``: what is learned from -> a trained network."""
        recipe = self.recipe
        watched = recipe.schedule.values if recipe.schedule.declaration.watches_loss else None
        clips = bool(recipe.gradient_clipping)
        optimizer = choices.optimizer(recipe.optimizer, self.matrices, needs_parameters=clips)
        lines = [
            *self.opening(),
            "    torch.manual_seed(SEED)",
            f"    network = {self.called}()",
            *optimizer,
            *(tuple_of("penalised", self.multiplied, 4) if recipe.l1 and self.multiplied else []),
            f"    batches, rest = divmod({self.count}, BATCH_SIZE)",
            "    batches += rest > 1 or batches == 0  # a single sample left over is left out",
            *(["    fraction, lowest, bad = 1.0, None, 0"] if watched is not None else []),
            *(["    best, best_epoch, kept = None, 0, None"] if recipe.patience else []),
            "    for epoch in range(EPOCHS):",
            "        network.train()",
            "        total, seen = 0.0, 0",
            f"        order = {self.order}",
            "        for batch in range(batches):",
            "            step = epoch * batches + batch",
            "            rows = order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]",
            *(f"            {line}" for line in self.taken()),
            *((f"            {line}" if line else "") for line in self._step()),
            "            total, seen = total + loss.item() * len(rows), seen + len(rows)",
            "        loss = total / seen",
            '        said = f"epoch {epoch + 1}: loss {loss:.4f}"',
            "        if validation is not None:",
            f"            loss, figure = {self.judged}",
            f'            said += f", validation loss {{loss:.4f}}, {self.metric.words} {{figure:.4f}}"',
            "        print(said)",
        ]
        if watched is not None:
            lines += [
                "        if lowest is None or loss < lowest * (1 - 1e-4):",
                "            lowest, bad = loss, 0",
                "        else:",
                "            bad += 1",
                f"        if bad > {watched['patience']}:",
                f"            fraction, bad = max(fraction * {watched['factor']!r}, {watched['floor']!r}, 1e-300), 0",
            ]
        if recipe.patience:
            lines += [
                "        if best is None or loss < best:",
                "            best, best_epoch = loss, epoch",
                "            kept = {name: t.clone() for name, t in network.state_dict().items()}",
                f"        elif epoch - best_epoch >= {recipe.patience}:",
                "            break",
                "    network.load_state_dict(kept)",
            ]
        return "\n".join([*lines, "    return network.eval()"])

    def _step(self) -> list[str]:
        """The lines of one change of the weights; ``x`` and ``y`` are the samples of the batch."""
        recipe = self.recipe
        shared = choices.is_shared(recipe.optimizer)
        lines: list[str] = []
        rate = "LEARNING_RATE"
        if recipe.schedule.declaration.watches_loss:
            rate += " * fraction"
        elif recipe.schedule.declaration.formula is not None:
            rate += " * schedule(step, batches)"
        if rate != "LEARNING_RATE":
            groups = "[g for o in optimizers for g in o.param_groups]" if shared else "optimizer.param_groups"
            lines += [f"for group in {groups}:", f'    group["lr"] = {rate}']
        inner = ["torch.manual_seed(generator(2, step).initial_seed())  # for dropout"]
        if recipe.precision == HALF_PRECISION:
            inner += [HALF, "    outputs = network(x)"]
            inner.append("outputs = outputs.float()")
        else:
            inner.append("outputs = network(x)")
        inner.append(f"loss = {self.loss}")
        whole = "loss"
        if recipe.l1 and self.multiplied:
            whole = "whole"
            inner.append("sizes = [network.get_parameter(name).abs().sum() for name in penalised]")
            inner.append(f"whole = loss + {recipe.l1!r} * torch.stack(sizes).sum()")
        zero = ["for optimizer in optimizers:", "    optimizer.zero_grad()"] if shared else ["optimizer.zero_grad()"]
        inner += [*zero, f"{whole}.backward()"]
        if recipe.gradient_clipping:
            inner.append(f"nn.utils.clip_grad_norm_(parameters, {recipe.gradient_clipping!r})")
        if recipe.optimizer.declaration.needs_closure:
            return [
                *lines,
                "",
                "def closure(step=step, x=x, y=y):",
                *(f"    {line}" for line in inner),
                f"    return {whole}",
                "",
                "loss = optimizer.step(closure)",
            ]
        stepped = ["for optimizer in optimizers:", "    optimizer.step()"] if shared else ["optimizer.step()"]
        return [*lines, *inner, *stepped]


HALF = 'with torch.autocast("cpu", dtype=torch.bfloat16):'
"""What stands around the layers of a training in 16 bit; what comes out of them is made ``.float()`` again."""

GENERATOR = '''\
def generator(purpose, number):
    """Random numbers for one use, as an epoch (1) or a step (2), the same each time."""
    mask = 2**64 - 1
    value = SEED * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03 + number + 1
    value &= mask
    for _ in range(2):
        value = (value + 0x9E3779B97F4A7C15) & mask
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
        value ^= value >> 31
    return torch.Generator().manual_seed(value >> 1)'''
