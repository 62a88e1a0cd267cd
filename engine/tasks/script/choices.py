"""The loss, metric, optimizer and schedule of a recipe as Python: their declarations, printed."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace

import torch

from engine.graph import losses
from engine.graph.expressions import Call
from engine.graph.losses.kind import INPUTS as OF_LOSS
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import TargetKind
from engine.network.expression_source import written
from engine.network.line_wrapping import laid_out
from engine.network.script_answers import tuple_of
from engine.training.loss_settings import LossSettings
from engine.training.losses import is_weighted
from engine.training.metric_kinds import MetricKind
from engine.training.optimizer_declaration import INPUTS as OF_OPTIMIZER
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.schedule_kinds import Formula, half_cosine
from engine.training.schedule_settings import ScheduleSettings


def loss(settings: LossSettings) -> str:
    """``loss_function``: outputs and prepared answers (and the weights of classes) -> the loss. Not of "auto"."""
    weighted = is_weighted(settings)
    expression = losses.kind(settings.kind).expression(settings.values, weighted)
    return "\n".join(
        [
            f"def loss_function(outputs, answers{', weights' if weighted else ''}):",
            '    """The training loss: the mean over the samples."""',
            *laid_out(f"return {written(expression, inputs=OF_LOSS)}", indent=4),
        ]
    )


def metric(kind: MetricKind, target: TargetKind, read_as: OutputActivation, outputs: str, answers: str) -> str:
    """The line that measures each row; ``outputs`` and ``answers`` are written as they are in the units of the data."""
    return f"{kind.each} = {written(kind.of_each_row(target, read_as), inputs=(outputs, answers))}"


def schedule(settings: ScheduleSettings) -> str:
    """``schedule``: the fraction of the learning rate for a step; "" where that is no formula of the step."""
    rule = settings.declaration.formula
    if rule is None:
        return ""
    formula = rule(settings.values)
    about = '    """The part of the learning rate for a step, of so many batches an epoch."""'
    text = "\n".join(["def schedule(step, batches):", about, *_lines(formula)])
    if f"{half_cosine.__name__}(" not in text:
        return text
    return f"{inspect.getsource(half_cosine).rstrip().replace('(part: float) -> float:', '(part):')}\n\n\n{text}"


def _lines(formula: Formula) -> list[str]:
    names = formula.names
    lines = []
    for line in formula.lets:
        values = ", ".join(written(value, inputs=names) for value in line.values())
        lines.append(f"    {', '.join(line)} = {values}")
    if formula.case is not None:
        when, then = (written(part, inputs=names) for part in formula.case)
        lines += [f"    if {when}:", f"        return {then}"]
    return [*lines, f"    return {written(formula.result, inputs=names)}"]


def optimizer(settings: OptimizerSettings, matrices: Sequence[str], *, needs_parameters: bool) -> list[str]:
    """The lines that make ``optimizer``, or ``optimizers`` where two share the parameters (``is_shared``).

    ``matrices`` are the names of the weights that one of them trains; ``needs_parameters``: the list of all is used
    elsewhere too.
    """
    kind, values = settings.declaration, settings.values
    if kind.others is None:
        made = without_defaults(kind.made(values), kind.name)
        call = f"optimizer = {written(made, inputs=OF_OPTIMIZER)}"
        return ["    parameters = [p for p in network.parameters() if p.requires_grad]", *laid_out(call, indent=4)]
    some = written(kind.made(values), inputs=("chosen", OF_OPTIMIZER[1]))
    rest = written(kind.others(values), inputs=("others", OF_OPTIMIZER[1]))
    return [
        "    named = {n: p for n, p in network.named_parameters() if p.requires_grad}",
        *(["    parameters = list(named.values())"] if needs_parameters else []),
        *tuple_of("matrices", matrices, 4),
        "    chosen = [p for n, p in named.items() if n in matrices]",
        "    others = [p for n, p in named.items() if n not in matrices]",
        "    optimizers = []",
        "    if chosen:",
        *laid_out(f"optimizers.append({some})", indent=8),
        "    if others:",
        *laid_out(f"optimizers.append({rest})", indent=8),
    ]


def is_shared(settings: OptimizerSettings) -> bool:
    """Whether two of torch's optimizers share the parameters."""
    return settings.declaration.others is not None


def without_defaults(made: Call, name: str) -> Call:
    """What makes an optimizer called ``name``, without keywords that are torch's own defaults, but for its rate."""
    usual = getattr(torch.optim, name)([torch.zeros(1, requires_grad=True)]).defaults
    keywords = {key: value for key, value in made.keywords.items() if key == "lr" or value != usual.get(key)}
    return replace(made, keywords=keywords)
