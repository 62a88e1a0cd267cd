"""The training of several targets as Python: a loss for each, times its weight, added up."""

from __future__ import annotations

from dataclasses import replace

from engine.data.dataset import Array, Dataset
from engine.graph.inference import infer
from engine.graph.output_activation import output_activations
from engine.graph.targets import SeveralTargets, TargetKind
from engine.network.script_answers import of_target
from engine.network.source import Training, inputs_of, scales_answers
from engine.tasks import supervised_script
from engine.tasks.multi_task.learner import settings_of
from engine.tasks.script import choices
from engine.tasks.script.files import row_files
from engine.tasks.script.gradient import GENERATOR, GradientScript
from engine.tasks.script.rows import prepare_answers
from engine.tasks.script.writing import ScriptSetup
from engine.training.loss_settings import resolve
from engine.training.metric_kinds import usual_metric


def training(setup: ScriptSetup) -> Training:
    """The part of a file that trains its network as the recipe says."""
    script = _SeveralScript(setup)
    schedule = choices.schedule(setup.recipe.schedule)
    files = row_files(setup)
    imports = (*files.imports, *(["import math"] if "math." in schedule else []))
    functions = [
        GENERATOR,
        schedule,
        script.losses(),
        script.evaluate(),
        script.train(),
        prepare_answers(setup.scaling) if script.scales and setup.scaling is not None else "",
        *files.functions,
    ]
    return Training(imports, tuple(script.constants()), tuple(filter(None, functions)), files.usage)


def arrays(data: Dataset) -> dict[str, Array]:
    """The rows to learn from and those to judge each epoch by, raw."""
    return supervised_script.arrays(data)


class _SeveralScript(GradientScript):
    def __init__(self, setup: ScriptSetup) -> None:
        target = setup.signature.target
        assert isinstance(target, SeveralTargets)
        self.target, self.scaling, self.signature = target, setup.scaling, setup.signature
        self.first = usual_metric(target.each[0].kind)
        super().__init__(setup, replace(self.first, title=f"{self.first.title} of the first target"))
        self.endings = output_activations(infer(setup.graph, setup.signature))
        self.scales = scales_answers(setup.scaling)

    def losses(self) -> str:
        """``loss_function``: the weighted sum, and a loss for each target."""
        settings, weights = settings_of(self.setup.graph, self.target)
        functions, terms = [], []
        for at, (one, chosen, weight) in enumerate(zip(self.target.each, settings, weights, strict=True)):
            functions.append(of_target(choices.loss(resolve(chosen, one.kind)), at + 1))
            terms.append(f"{weight!r} * loss_function_{at + 1}(each[{at}], {self._answers(at)})")
        sizes = ", ".join(str(one.outputs) for one in self.target.each)
        whole = [
            "def loss_function(outputs, answers):",
            '    """The losses of all targets, each times its weight, added up."""',
            f"    each = outputs.split(({sizes}), dim=1)",
            "    return (",
            f"        {terms[0]}",
            *(f"        + {term}" for term in terms[1:]),
            "    )",
        ]
        return "\n\n\n".join([*functions, "\n".join(whole)])

    def _answers(self, at: int) -> str:
        """The answers for one target, as its loss takes them."""
        kind = self.target.each[at].kind
        if kind is TargetKind.VALUES:
            return f"answers[:, {at}:{at + 1}]"
        return f"answers[:, {at}].long()" if kind is TargetKind.CLASSES else f"answers[:, {at}]"

    def evaluate(self) -> str:
        """``evaluate``: the loss of rows that are not learned from, and the figure of the first target."""
        kind, last = self.target.each[0].kind, self.target.output_places[0].stop
        answers = self._answers(0)
        lines = [
            "@torch.no_grad()",
            "def evaluate(network, inputs, answers):",
            f'    """The loss of prepared samples, and their {self.metric.words}."""',
            "    network.eval()",
            "    outputs = torch.cat([network(part) for part in inputs.split(256)])",
            "    loss = loss_function(outputs, answers)",
            f"    outputs, answers = outputs[:, :{last}], {answers}",
        ]
        scale = (*self.scaling.target_scale, 1.0)[0] if self.scaling is not None else 1.0
        if kind is TargetKind.VALUES and scale != 1:
            lines.append(f"    outputs, answers = outputs * {scale!r}, answers * {scale!r}  # in the units of the data")
        measured = choices.metric(self.first, kind, self.endings[0], "outputs", "answers")
        return "\n".join(
            [*lines, f"    {measured}", f"    return loss.item(), {self.first.each}.float().mean().item()"]
        )

    def opening(self) -> list[str]:
        return [
            "def train(inputs, answers, validation=None):",
            '    """A network trained on raw inputs and their answers.',
            "",
            f"    Answers are N × {len(self.target.each)}, a column for each of TARGETS: values in the units of the",
            "    data, the numbers of classes, 1 for yes and 0 for no.",
            "    ``validation`` is inputs and answers to judge each epoch by.",
            '    """',
            f"    inputs, answers = {self._taken('inputs', 'answers')}",
            "    if validation is not None:",
            "        other_inputs, other_answers = validation",
            f"        validation = {self._taken('other_inputs', 'other_answers')}",
        ]

    def _taken(self, inputs: str, answers: str) -> str:
        """Raw inputs and answers as the network and the loss take them."""
        taken = inputs_of(self.scaling, self.signature.input, inputs)
        return f"{taken}, prepare_answers({answers})" if self.scales else f"{taken}, {answers}.float()"
