"""The training of an autoencoder as Python: inputs that are their own targets, the noise, loss and figure."""

from __future__ import annotations

from engine.data.dataset import Array, Dataset
from engine.graph import losses
from engine.network.expression_source import written
from engine.network.source import Training, inputs_of
from engine.tasks.autoencoder.rows import HELD_OUT, NOISE, Corruption
from engine.tasks.script import augmentation, choices
from engine.tasks.script.files import row_files
from engine.tasks.script.gradient import GENERATOR, GradientScript
from engine.tasks.script.writing import ScriptSetup
from engine.tasks.setup import TaskError
from engine.training.evaluation import ROWS
from engine.training.loss_settings import resolve
from engine.training.metric_kinds import usual_metric


def training(setup: ScriptSetup) -> Training:
    """The part of a file that trains its network as the recipe says. Raises TaskError."""
    recipe = setup.recipe
    script = _AutoencoderScript(setup)
    schedule = choices.schedule(recipe.schedule)
    files = row_files(setup, answers=False)
    imports = (*files.imports, *(["import math"] if "math." in schedule else []))
    functions = [
        GENERATOR,
        schedule,
        *augmentation.functions(setup),
        script.corrupted(),
        choices.loss(script.settings),
        script.evaluate(),
        script.train(),
        *files.functions,
    ]
    return Training(imports, tuple(script.constants()), tuple(filter(None, functions)), files.usage)


def arrays(data: Dataset) -> dict[str, Array]:
    """The samples alone, to learn from and to judge each epoch by, raw."""
    return {"inputs": data.train.inputs} | (
        {"validation_inputs": data.validation.inputs} if len(data.validation) else {}
    )


class _AutoencoderScript(GradientScript):
    judged = "evaluate(network, validation)"

    def __init__(self, setup: ScriptSetup) -> None:
        super().__init__(setup, usual_metric(setup.signature.target.kind))
        try:
            self.settings = resolve(setup.recipe.loss, setup.signature.target.kind)
        except ValueError as error:
            raise TaskError(str(error)) from None
        self.corruption = Corruption(setup.recipe.task.noise, setup.recipe.task.masking)

    def taken(self) -> list[str]:
        changed = augmentation.taken(self.recipe)
        if self.corruption.changes:
            return ["x = inputs[rows]", *changed, "y = x", f"x = corrupted(x, generator({NOISE}, step))"]
        return ["x = inputs[rows]", *changed, "y = x"] if changed else ["x = y = inputs[rows]"]

    def corrupted(self) -> str:
        """``corrupted``: prepared inputs -> what the network is given; "" without noise."""
        made = self.corruption
        if not made.changes:
            return ""
        noise = [
            "    noise = torch.randn(inputs.shape, generator=generator)",
            f"    inputs = inputs + {made.noise!r} * noise",
        ]
        masking = [
            f"    kept = torch.rand(inputs.shape, generator=generator) >= {made.masking!r}",
            "    inputs = inputs * kept",
        ]
        return "\n".join(
            [
                "def corrupted(inputs, generator):",
                '    """Inputs with noise, which the network is to take away."""',
                *(noise if made.noise > 0 else []),
                *(masking if made.masking > 0 else []),
                "    return inputs",
            ]
        )

    def evaluate(self) -> str:
        """``evaluate``: the loss and the figure of rows that are not learned from."""
        given = f"corrupted(part, generator({HELD_OUT}, number))" if self.corruption.changes else "part"
        link = losses.kind(self.settings.kind).link
        found = "outputs" if link is None else written(link.expression, inputs=("outputs",))
        measured = choices.metric(self.metric, self.setup.signature.target.kind, self.setup.read_as, found, "part")
        parts = "number, part in enumerate(inputs.split({}))" if self.corruption.changes else "part in inputs.split({})"
        return "\n".join(
            [
                "@torch.no_grad()",
                "def evaluate(network, inputs):",
                f'    """The loss of prepared samples, and their {self.metric.words}."""',
                "    network.eval()",
                "    loss, error = 0.0, 0.0",
                f"    for {parts.format(ROWS)}:",
                f"        outputs = network({given})",
                "        loss += loss_function(outputs, part).item() * len(part)",
                f"        {measured}",
                f"        error += {self.metric.each}.mean().item() * len(part)",
                "    return loss / len(inputs), error / len(inputs)",
            ]
        )

    def opening(self) -> list[str]:
        signature, scaling = self.setup.signature, self.setup.scaling
        return [
            "def train(inputs, validation=None):",
            '    """A network trained to give back raw inputs.',
            "",
            "    ``validation`` are inputs to judge each epoch by.",
            '    """',
            f"    inputs = {inputs_of(scaling, signature.input, 'inputs')}",
            "    if validation is not None:",
            f"        validation = {inputs_of(scaling, signature.input, 'validation')}",
        ]
