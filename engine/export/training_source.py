"""The training of a project as part of its Python file: the same loss, optimizer, schedule, batches and epochs.

What the recipe does not use is not written. Rows come in the same order, weights and dropout from the same dice, so
that a file that trains on the same rows ends where the program does, up to the rounding of another machine.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.dataset import Schema
from engine.export import choices_source
from engine.export.augmentation_source import augment
from engine.export.rows_source import prepare_answers, read_csv, read_npz
from engine.graph.output_activation import OutputActivation
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind
from engine.network.line_wrapping import laid_out
from engine.network.script_answers import quoted, tuple_of
from engine.network.source import Scaling, Training, inputs_of, restores, scales_answers
from engine.training.loss_settings import resolve
from engine.training.losses import is_weighted
from engine.training.metric_kinds import usual_metric
from engine.training.recipe import Recipe


def training(
    recipe: Recipe,
    schema: Schema,
    signature: Signature,
    scaling: Scaling | None,
    read_as: OutputActivation,
    called: str,
    data_file: str | None,
    multiplied: Sequence[str] = (),
    matrices: Sequence[str] = (),
) -> Training:
    """The part of a file that trains the class ``called`` as ``recipe`` says.

    ``read_as`` is what its outputs are (``engine.graph.output_activation``). ``data_file`` lies beside the
    file and holds the rows of the dataset; None where there is none. ``multiplied`` are the names of the weights that
    an L1 penalty is of, ``matrices`` of those that an optimizer of matrices trains.
    """
    text = _Text(recipe, signature, scaling, read_as, called, data_file, tuple(multiplied), tuple(matrices))
    table = signature.input.rank == 1 and not signature.input.is_tokens and bool(schema.columns)
    table = table and schema.file is None  # a table of the user's has other columns: it is written as arrays
    schedule = choices_source.schedule(recipe.schedule)
    imports = ["import numpy as np", *(["import csv"] if table else [])]
    imports += ["import math"] if "math." in schedule else []
    functions = [
        _GENERATOR,
        schedule,
        augment(recipe, signature, scaling) if recipe.augmentation.kind != "none" else "",
        choices_source.loss(text.settings),
        text.evaluate(),
        text.train(),
        read_npz(signature),
        read_csv(signature) if table else "",
        text.train_on_file(table),
    ]
    usage = "[FILE.npz or FILE.csv]" if table else "[FILE.npz]"
    usage = usage if data_file else usage.strip("[]")
    return Training(tuple(imports), tuple(text.constants()), tuple(filter(None, functions)), usage)


class _Text:
    def __init__(
        self,
        recipe: Recipe,
        signature: Signature,
        scaling: Scaling | None,
        read_as: OutputActivation,
        called: str,
        data_file: str | None,
        multiplied: tuple[str, ...],
        matrices: tuple[str, ...],
    ) -> None:
        self.recipe, self.signature, self.scaling = recipe, signature, scaling
        self.read_as, self.called, self.data_file = read_as, called, data_file
        self.multiplied, self.matrices = multiplied, matrices
        self.target = signature.target
        self.settings = resolve(recipe.loss, signature.target.kind)
        self.balanced = is_weighted(self.settings)
        self.metric = usual_metric(signature.target.kind)

    def constants(self) -> list[str]:
        recipe = self.recipe
        lines = [] if self.data_file is None else laid_out(f"DATA = Path(__file__).with_name({quoted(self.data_file)})")
        return [
            *lines,
            f"EPOCHS = {recipe.epochs}",
            f"BATCH_SIZE = {recipe.batch_size}",
            f"LEARNING_RATE = {recipe.optimizer.learning_rate!r}",
            f"SEED = {recipe.seed}",
        ]

    def evaluate(self) -> str:
        """``evaluate``: the loss and the figure of rows that are not learned from."""
        outputs = "restore(outputs)" if restores(self.scaling) else "outputs"
        answers = "restore(answers)" if scales_answers(self.scaling) else "answers"
        measured = choices_source.metric(self.metric, self.target.kind, self.read_as, outputs, answers)
        weights = ", weights" if self.balanced else ""
        return "\n".join(
            [
                "@torch.no_grad()",
                f"def evaluate(network, inputs, answers{weights}):",
                f'    """The loss of prepared samples, and their {self.metric.words}."""',
                "    network.eval()",
                "    outputs = torch.cat([network(part) for part in inputs.split(256)])",
                f"    {measured}",
                f"    loss = loss_function(outputs, answers{weights})",
                f"    return loss.item(), {self.metric.each}.float().mean().item()",
            ]
        )

    # Training

    def train(self) -> str:
        recipe = self.recipe
        watched = recipe.schedule.values if recipe.schedule.declaration.watches_loss else None
        clips = bool(recipe.gradient_clipping)
        optimizer = choices_source.optimizer(recipe.optimizer, self.matrices, needs_parameters=clips)
        lines = [
            "def train(inputs, answers, validation=None):",
            '    """A network trained on raw inputs and their answers.',
            "",
            f"    {self._answers_are()}",
            "    ``validation`` is inputs and answers to judge each epoch by.",
            '    """',
            f"    inputs, answers = {self._taken('inputs', 'answers')}",
            "    if validation is not None:",
            "        other_inputs, other_answers = validation",
            f"        validation = {self._taken('other_inputs', 'other_answers')}",
        ]
        if self.balanced:
            lines += [
                f"    counts = torch.bincount(answers.long(), minlength={max(2, self.target.size)})",
                "    weights = len(answers) / (len(counts) * counts.clamp(min=1))",
                "    weights[counts == 0] = 1",
            ]
        lines += [
            "    torch.manual_seed(SEED)",
            f"    network = {self.called}()",
            *optimizer,
            *(tuple_of("penalised", self.multiplied, 4) if recipe.l1 and self.multiplied else []),
            "    batches, rest = divmod(len(inputs), BATCH_SIZE)",
            "    batches += rest > 1 or batches == 0  # a single sample left over is left out",
            *(["    fraction, lowest, bad = 1.0, None, 0"] if watched is not None else []),
            *(["    best, best_epoch, kept = None, 0, None"] if recipe.patience else []),
            "    for epoch in range(EPOCHS):",
            "        network.train()",
            "        total, seen = 0.0, 0",
            "        order = torch.randperm(len(inputs), generator=generator(1, epoch))",
            "        for batch in range(batches):",
            "            step = epoch * batches + batch",
            "            rows = order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]",
            "            x, y = inputs[rows], answers[rows]",
            *(["            x = augment(x, generator(3, step))"] if recipe.augmentation.kind != "none" else []),
            *((f"            {line}" if line else "") for line in self._step()),
            "            total, seen = total + loss.item() * len(rows), seen + len(rows)",
            "        loss = total / seen",
            '        said = f"epoch {epoch + 1}: loss {loss:.4f}"',
            "        if validation is not None:",
            f"            loss, figure = evaluate(network, *validation{', weights' if self.balanced else ''})",
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

    def _answers_are(self) -> str:
        size = self.target.size
        return {
            TargetKind.CLASSES: f"Answers are the numbers of the classes, 0 to {size - 1}.",
            TargetKind.YES_NO: "Answers are 1 for yes and 0 for no.",
            TargetKind.VALUES: f"Answers are values, N × {size}, in the units of the data.",
        }[self.target.kind]

    def _taken(self, inputs: str, answers: str) -> str:
        """Raw inputs and answers as the network and the loss take them."""
        taken = inputs_of(self.scaling, self.signature.input, inputs)
        if self.signature.input.is_tokens:
            taken = f"{inputs}.long()"
        if self.target.kind is TargetKind.CLASSES:
            return f"{taken}, {answers}.long()"
        if self.target.kind is TargetKind.YES_NO:
            return f"{taken}, {answers}.float().flatten()"
        if scales_answers(self.scaling):
            return f"{taken}, prepare_answers({answers})"
        return f"{taken}, {answers}.float().reshape(-1, {self.target.size})"

    def _step(self) -> list[str]:
        """The lines of one change of the weights; ``x`` and ``y`` are the samples of the batch."""
        recipe = self.recipe
        shared = choices_source.is_shared(recipe.optimizer)
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
        if recipe.precision == "float32":
            inner.append("outputs = network(x)")
        else:
            inner += ['with torch.autocast("cpu", dtype=torch.bfloat16):', "    outputs = network(x)"]
            inner.append("outputs = outputs.float()")
        inner.append(f"loss = loss_function(outputs, y{', weights' if self.balanced else ''})")
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

    # Files

    def train_on_file(self, table: bool) -> str:
        inputs = "a table or arrays" if table else "arrays"
        read = "read_csv(path) if path.suffix.lower() == \".csv\" else read_npz(path)" if table else "read_npz(path)"
        if self.data_file is None:
            first = [
                "    if not words:",
                '        sys.exit("Say which file to train on.")',
                "    path = Path(words[0])",
            ]
        else:
            first = ["    path = Path(words[0]) if words else DATA"]
        lines = [
            "def train_on_file(words):",
            f'    """Train on {inputs} in a file, and save the weights beside this one."""',
            *first,
            "    if not path.is_file():",
            '        sys.exit(f"{path} is not there.")',
            *laid_out(f"network = train(*{'(' + read + ')' if table else read})", indent=4),
            "    if WEIGHTS.exists():",
            '        WEIGHTS.replace(WEIGHTS.with_suffix(".before.safetensors"))',
            "    save_file(network.state_dict(), WEIGHTS)",
            '    print(f"The weights are in {WEIGHTS.name}.")',
        ]
        text = "\n".join(lines)
        if self.target.kind is TargetKind.VALUES and self.scaling is not None and scales_answers(self.scaling):
            text = f"{prepare_answers(self.scaling)}\n\n\n{text}"
        return text


_GENERATOR = '''\
def generator(purpose, number):
    """Random numbers for one epoch (1) or step (2, 3), the same each time."""
    mask = 2**64 - 1
    value = SEED * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03 + number + 1
    value &= mask
    for _ in range(2):
        value = (value + 0x9E3779B97F4A7C15) & mask
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
        value ^= value >> 31
    return torch.Generator().manual_seed(value >> 1)'''
