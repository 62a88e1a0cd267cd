"""The training of what learns from samples with targets as Python: rows and answers, augmentation, loss and figure."""

from __future__ import annotations

from engine.data.dataset import Array, Dataset
from engine.graph.targets import TargetKind
from engine.network.source import Training, inputs_of, restores, scales_answers
from engine.tasks.script import augmentation, choices
from engine.tasks.script.files import row_files
from engine.tasks.script.gradient import GENERATOR, GradientScript
from engine.tasks.script.rows import prepare_answers
from engine.tasks.script.writing import ScriptSetup
from engine.tasks.supervised_targets import task_for
from engine.training.loss_settings import resolve
from engine.training.losses import is_weighted
from engine.training.metric_kinds import usual_metric


def training(setup: ScriptSetup) -> Training:
    """The part of a file that trains its network as the recipe says. Raises TaskError."""
    recipe, signature = setup.recipe, setup.signature
    task_for(signature.target, recipe)  # which looks whether the loss is one for these answers
    script = _SupervisedScript(setup)
    schedule = choices.schedule(recipe.schedule)
    files = row_files(setup)
    imports = (*files.imports, *(["import math"] if "math." in schedule else []))
    functions = [
        GENERATOR,
        schedule,
        *augmentation.functions(setup),
        choices.loss(script.settings),
        script.evaluate(),
        script.train(),
        prepare_answers(setup.scaling) if script.scales and setup.scaling is not None else "",
        *files.functions,
    ]
    return Training(imports, tuple(script.constants()), tuple(filter(None, functions)), files.usage)


def arrays(data: Dataset) -> dict[str, Array]:
    """The rows to learn from and those to judge each epoch by, raw."""
    found: dict[str, Array] = {"inputs": data.train.inputs, "answers": data.train.targets}
    if len(data.validation):
        found |= {"validation_inputs": data.validation.inputs, "validation_answers": data.validation.targets}
    return found


class _SupervisedScript(GradientScript):
    def __init__(self, setup: ScriptSetup) -> None:
        target = setup.signature.target
        super().__init__(setup, usual_metric(target.kind))
        self.signature, self.scaling, self.target, self.read_as = setup.signature, setup.scaling, target, setup.read_as
        self.settings = resolve(setup.recipe.loss, target.kind)
        self.scales = target.kind is TargetKind.VALUES and scales_answers(setup.scaling)
        self.balanced = is_weighted(self.settings)
        if self.balanced:
            self.loss = "loss_function(outputs, y, weights)"
            self.judged = "evaluate(network, *validation, weights)"

    def evaluate(self) -> str:
        """``evaluate``: the loss and the figure of rows that are not learned from."""
        outputs = "restore(outputs)" if restores(self.scaling) else "outputs"
        answers = "restore(answers)" if scales_answers(self.scaling) else "answers"
        measured = choices.metric(self.metric, self.target.kind, self.read_as, outputs, answers)
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

    def opening(self) -> list[str]:
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
        return lines

    def _answers_are(self) -> str:
        size = self.target.size
        return {
            TargetKind.CLASSES: f"Answers are the numbers of the classes, 0 to {size - 1}.",
            TargetKind.YES_NO: "Answers are 1 for yes and 0 for no.",
            TargetKind.LABELS: f"Answers are N × {size}, 1 for each of LABELS that a sample has and 0 for the others.",
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
