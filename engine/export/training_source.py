"""The training of a project as part of its Python file: the same loss, optimizer, schedule, batches and epochs.

What the recipe does not use is not written. Rows come in the same order, weights and dropout from the same dice, so
that a file that trains on the same rows ends where the program does, up to the rounding of another machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from engine.data.dataset import Schema
from engine.graph.output_activation import OutputActivation
from engine.graph.signature import Signature, TargetKind
from engine.network.line_wrapping import laid_out
from engine.network.script_answers import quoted, tuple_of
from engine.network.source import Scaling, Training, inputs_of, prepares, restores, tensor
from engine.training.losses import resolve
from engine.training.optimizer_settings import OptimizerSettings
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
    an L1 penalty is of, ``matrices`` of those that Muon trains.
    """
    text = _Text(recipe, signature, scaling, read_as, called, data_file, tuple(multiplied), tuple(matrices))
    table = signature.input.rank == 1 and not signature.input.is_tokens and bool(schema.columns)
    imports = ["import numpy as np"] + (["import csv"] if table else []) + (["import math"] if text.needs_math else [])
    functions = [
        _GENERATOR,
        text.rate(),
        _augment(recipe, signature, scaling) if recipe.augmentation.kind != "none" else "",
        text.loss(),
        text.evaluate(),
        text.train(),
        _read_npz(signature),
        _read_csv(signature) if table else "",
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
        self.balanced = self.settings.values.get("class_weights") == "balanced"

    @property
    def needs_math(self) -> bool:
        schedule = self.recipe.schedule
        return schedule.kind in ("cosine", "one-cycle") or (
            schedule.kind == "warm-up" and schedule.values["then"] == "cosine"
        )

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

    # The learning rate

    def rate(self) -> str:
        """``schedule``: the fraction of the learning rate for a step; see ``engine.training.schedules``."""
        schedule = self.recipe.schedule
        p = {name: repr(value) for name, value in schedule.values.items()}
        match schedule.kind:
            case "step":
                body = [f"    return {p['gamma']} ** (step // batches // {p['step_size']})"]
            case "exponential":
                body = [f"    return {p['gamma']} ** (step // batches)"]
            case "cosine":
                fall = "half_cosine(step / (EPOCHS * batches))"
                floor = schedule.values["floor"]
                body = [f"    return {floor!r} + {1 - floor!r} * {fall}" if floor else f"    return {fall}"]
            case "one-cycle":
                start = 1.0 / schedule.values["div_factor"]
                body = [
                    f"    start, last = {start!r}, EPOCHS * batches - 1",
                    f"    end, peak = start / {p['final_div_factor']}, {p['pct_start']} * EPOCHS * batches - 1",
                    "    if step <= peak and peak > 0:",
                    "        return 1 + (start - 1) * half_cosine(step / peak)",
                    "    return end + (1 - end) * half_cosine((step - peak) / (last - peak))",
                ]
            case "warm-up":
                body = [
                    f"    rising = round({p['warm_up']} * batches)",
                    "    if step < rising:",
                    "        return (step + 1) / rising",
                ]
                rest = "half_cosine((step - rising) / max(1, EPOCHS * batches - rising))"
                body.append(f"    return {rest if schedule.values['then'] == 'cosine' else '1'}")
            case _:
                return ""
        about = '    """The part of the learning rate for a step, of so many batches an epoch."""'
        text = "\n".join(["def schedule(step, batches):", about, *body])
        return f"{_HALF_COSINE}\n\n\n{text}" if "half_cosine(" in text else text

    # Loss

    def loss(self) -> str:
        """``loss_function``: outputs and prepared answers -> the loss."""
        weights = "weights" if self.balanced else ""
        values = self.settings.values
        match self.settings.kind:
            case "cross_entropy":
                smoothing = float(values["label_smoothing"])
                more = (", weights" if weights else "") + (f", label_smoothing={smoothing!r}" if smoothing else "")
                call = f"F.cross_entropy(outputs, answers{more})"
            case "binary_cross_entropy":
                call = "F.binary_cross_entropy_with_logits(outputs[:, 0], answers)"
                if weights:
                    call = (
                        "F.binary_cross_entropy_with_logits(outputs[:, 0], answers, "
                        "weights[0] + (weights[1] - weights[0]) * answers)"
                    )
            case "mse":
                call = "F.mse_loss(outputs, answers)"
            case "mae":
                call = "F.l1_loss(outputs, answers)"
            case _:
                call = f"F.huber_loss(outputs, answers, delta={float(values['delta'])!r})"
        inside = f"outputs, answers{', weights' if weights else ''}"
        return "\n".join(
            [
                f"def loss_function({inside}):",
                '    """What training makes small: the mean over the samples."""',
                *laid_out(f"return {call}", indent=4),
            ]
        )

    def evaluate(self) -> str:
        """``evaluate``: the loss and the figure of rows that are not learned from."""
        middle = "0.5" if self.read_as.is_probability else "0"
        figure = {
            TargetKind.CLASSES: "right = outputs.argmax(1) == answers",
            TargetKind.YES_NO: f"right = (outputs[:, 0] > {middle}) == (answers > 0.5)",
            TargetKind.VALUES: "off = (outputs - answers).abs()",
        }[self.target.kind]
        if self.target.kind is TargetKind.VALUES and restores(self.scaling):
            figure = "off = (restore(outputs) - restore(answers)).abs()"
        weights = ", weights" if self.balanced else ""
        return "\n".join(
            [
                "@torch.no_grad()",
                f"def evaluate(network, inputs, answers{weights}):",
                f'    """The loss of prepared samples, and their {self._figure()}."""',
                "    network.eval()",
                "    outputs = torch.cat([network(part) for part in inputs.split(256)])",
                f"    {figure}",
                f"    loss = loss_function(outputs, answers{weights})",
                f"    return loss.item(), {figure.split()[0]}.float().mean().item()",
            ]
        )

    # Training

    def train(self) -> str:
        recipe = self.recipe
        plateau = recipe.schedule.values if recipe.schedule.kind == "plateau" else None
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
            *self._optimizer(),
            *(tuple_of("penalised", self.multiplied, 4) if recipe.l1 and self.multiplied else []),
            "    batches, rest = divmod(len(inputs), BATCH_SIZE)",
            "    batches += rest > 1 or batches == 0  # a single sample left over is left out",
            *(["    fraction, lowest, bad = 1.0, None, 0"] if plateau is not None else []),
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
            f'            said += f", validation loss {{loss:.4f}}, {self._figure()} {{figure:.4f}}"',
            "        print(said)",
        ]
        if plateau is not None:
            lines += [
                "        if lowest is None or loss < lowest * (1 - 1e-4):",
                "            lowest, bad = loss, 0",
                "        else:",
                "            bad += 1",
                f"        if bad > {plateau['patience']}:",
                f"            fraction, bad = max(fraction * {plateau['factor']!r}, {plateau['floor']!r}, 1e-300), 0",
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

    def _figure(self) -> str:
        return "mean absolute error" if self.target.kind is TargetKind.VALUES else "accuracy"

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
        if restores(self.scaling):
            return f"{taken}, prepare_answers({answers})"
        return f"{taken}, {answers}.float().reshape(-1, {self.target.size})"

    def _optimizer(self) -> list[str]:
        settings = self.recipe.optimizer
        parameters = "[p for p in network.parameters() if p.requires_grad]"
        if settings.kind == "Muon":
            return self._muon()
        call = f"optimizer = torch.optim.{settings.kind}(parameters, {', '.join(_keywords(settings))})"
        return [f"    parameters = {parameters}", *laid_out(call, indent=4)]

    def _muon(self) -> list[str]:
        settings = self.recipe.optimizer
        common = f"lr=LEARNING_RATE, weight_decay={settings.weight_decay!r}"
        muon = (
            f"torch.optim.Muon(chosen, momentum={settings.momentum!r}, nesterov={settings.nesterov!r}, "
            f'ns_steps={settings.ns_steps!r}, adjust_lr_fn="match_rms_adamw", {common})'
        )
        return [
            "    named = {n: p for n, p in network.named_parameters() if p.requires_grad}",
            *(["    parameters = list(named.values())"] if self.recipe.gradient_clipping else []),
            *tuple_of("matrices", self.matrices, 4),
            "    chosen = [p for n, p in named.items() if n in matrices]",
            "    others = [p for n, p in named.items() if n not in matrices]",
            "    optimizers = []",
            "    if chosen:",
            *laid_out(f"optimizers.append({muon})", indent=8),
            "    if others:",
            *laid_out(f"optimizers.append(torch.optim.AdamW(others, {common}))", indent=8),
        ]

    def _step(self) -> list[str]:
        """The lines of one change of the weights; ``x`` and ``y`` are the samples of the batch."""
        recipe = self.recipe
        muon, several = recipe.optimizer.kind == "Muon", recipe.optimizer.kind == "LBFGS"
        lines: list[str] = []
        rate = "LEARNING_RATE"
        if recipe.schedule.kind == "plateau":
            rate += " * fraction"
        elif recipe.schedule.kind != "constant":
            rate += " * schedule(step, batches)"
        if rate != "LEARNING_RATE":
            groups = "[g for o in optimizers for g in o.param_groups]" if muon else "optimizer.param_groups"
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
        zero = ["for optimizer in optimizers:", "    optimizer.zero_grad()"] if muon else ["optimizer.zero_grad()"]
        inner += [*zero, f"{whole}.backward()"]
        if recipe.gradient_clipping:
            inner.append(f"nn.utils.clip_grad_norm_(parameters, {recipe.gradient_clipping!r})")
        if several:
            return [
                *lines,
                "",
                "def closure(step=step, x=x, y=y):",
                *(f"    {line}" for line in inner),
                f"    return {whole}",
                "",
                "loss = optimizer.step(closure)",
            ]
        stepped = ["for optimizer in optimizers:", "    optimizer.step()"] if muon else ["optimizer.step()"]
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
        if self.target.kind is TargetKind.VALUES and self.scaling is not None and restores(self.scaling):
            text = f"{_prepare_answers(self.scaling)}\n\n\n{text}"
        return text


def _keywords(settings: OptimizerSettings) -> list[str]:
    """The arguments of torch's optimizer that differ from its own, the learning rate always."""
    values: dict[str, Any] = dict(settings.values)
    given: dict[str, Any] = {"weight_decay": values.get("weight_decay", 0)}
    others = {"learning_rate_decay": "lr_decay"}
    named = (
        "momentum",
        "nesterov",
        "amsgrad",
        "momentum_decay",
        "alpha",
        "centered",
        "eps",
        "learning_rate_decay",
        "rho",
        "max_iter",
        "history_size",
    )
    given |= {others.get(name, name): values[name] for name in named if name in values}
    if "beta1" in values:
        given["betas"] = (values["beta1"], values["beta2"])
    if "line_search_fn" in values:
        given["line_search_fn"] = None if values["line_search_fn"] == "none" else values["line_search_fn"]
        del given["weight_decay"]
    usual = getattr(torch.optim, settings.kind)([torch.zeros(1, requires_grad=True)]).defaults
    chosen = [f"{name}={_written(value)}" for name, value in given.items() if value != usual.get(name)]
    return ["lr=LEARNING_RATE", *chosen]


def _written(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)


def _prepare_answers(scaling: Scaling) -> str:
    shift, scale = scaling.target_shift, scaling.target_scale
    words = f"answers.float().reshape(-1, {len(shift)})"
    lines = ["def prepare_answers(answers):", '    """Values in the units of the data, as the network learns them."""']
    if any(shift):
        lines += tensor("shift", shift, 1)
        words += " - shift"
    if any(value != 1 for value in scale):
        lines += tensor("scale", scale, 1)
        words = f"({words}) / scale" if any(shift) else f"{words} / scale"
    return "\n".join([*lines, f"    return {words}"])


def _read_npz(signature: Signature) -> str:
    sizes = ", ".join(map(str, signature.input.sizes))
    return _NPZ.replace("SIZES", sizes if signature.input.rank > 1 else f"{sizes},")


def _read_csv(signature: Signature) -> str:
    if signature.target.kind is TargetKind.VALUES:
        answers = "[[float(row[name]) for name in VALUES] for row in rows]"
        return _CSV.replace("WANTED", "(*COLUMNS, *VALUES)").replace("TARGET", answers)
    answers = "[class_of(row[names[-1]]) for row in rows]"
    return f"{_CLASS_OF}\n\n\n{_CSV.replace('WANTED', 'COLUMNS').replace('TARGET', answers)}"


def _augment(recipe: Recipe, signature: Signature, scaling: Scaling | None) -> str:
    """The random changes of pictures; see ``engine.data.augmentation``."""
    settings = recipe.augmentation.values
    text = _AUGMENT
    if prepares(scaling):  # what comes into view from outside is a raw 0, prepared
        black = f"    ground = prepare(torch.zeros(1, {signature.input.sizes[0]}, 1, 1))\n"
        text = text.replace("    return F.grid_sample(inputs, ", f"{black}    return F.grid_sample(inputs - ground, ")
        text += " + ground"
    return (
        text.replace("ROTATION", repr(settings["rotation"]))
        .replace("SCALE", repr(min(settings["scale"], 0.95)))
        .replace("SHEAR", repr(min(settings["shear"], 80.0)))
        .replace("SHIFT", repr(settings["shift"]))
    )


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

_HALF_COSINE = '''\
def half_cosine(part):
    """Half a cosine, from 1 at 0 to 0 at 1."""
    return (1 + math.cos(math.pi * min(1, max(0, part)))) / 2'''

_AUGMENT = '''\
def augment(inputs, generator):
    """Rotate, scale, shear and shift each picture a little."""
    count, _, height, width = inputs.shape
    draws = torch.rand((5, count), generator=generator) * 2 - 1
    angle = torch.deg2rad(draws[0] * ROTATION)
    shrink = 1 / (1 + draws[1] * SCALE)
    slant = torch.tan(torch.deg2rad(draws[2] * SHEAR))
    right, down = draws[3] * SHIFT * 2 / width, draws[4] * SHIFT * 2 / height
    cos, sin = torch.cos(angle) * shrink, torch.sin(angle) * shrink
    stretch = height / width
    first = torch.stack((cos, (slant * cos - sin) * stretch), dim=1)
    second = torch.stack((sin / stretch, slant * sin + cos), dim=1)
    turn = torch.stack((first, second), dim=1)
    move = turn @ torch.stack((right, down), dim=1).unsqueeze(2)
    places = torch.cat((turn, move), dim=2)
    grid = F.affine_grid(places, list(inputs.shape), align_corners=False)
    return F.grid_sample(inputs, grid, align_corners=False)'''

_NPZ = '''\
def read_npz(path):
    """Arrays called inputs and answers, and the same of validation where they are."""
    with np.load(path) as file:
        arrays = {name: torch.from_numpy(file[name]) for name in file.files}
    if not {"inputs", "answers"} <= arrays.keys():
        sys.exit(f"{path} must hold the arrays inputs and answers.")
    if arrays["inputs"].shape[1:] != (SIZES):
        sys.exit(f"The inputs in {path} must be N × (SIZES).")
    validation = arrays.get("validation_inputs"), arrays.get("validation_answers")
    learned = arrays["inputs"], arrays["answers"]
    return *learned, None if None in validation else validation'''

_CLASS_OF = '''\
def class_of(word):
    """The number of a class that is written as its name."""
    if word not in CLASSES:
        sys.exit(f"{word} is none of {', '.join(CLASSES)}.")
    return CLASSES.index(word)'''

_CSV = '''\
def read_csv(path):
    """The columns of a table whose first line says what they are called."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), reader.fieldnames or []
    missing = [name for name in WANTED if name not in names]
    if missing or not rows:
        sys.exit(f"{path} lacks rows, or the columns: {', '.join(missing)}.")
    try:
        inputs = [[float(row[name]) for name in COLUMNS] for row in rows]
        answers = TARGET
    except (TypeError, ValueError) as error:
        sys.exit(f"{path}: {error}.")
    return torch.tensor(inputs), torch.tensor(answers)'''
