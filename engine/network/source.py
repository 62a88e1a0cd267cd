"""The drawing as a Python file that a person could have written: it runs alone and loads the trained weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.graph.analysis import Analysis, analyse
from engine.graph.graph import Graph, Node
from engine.graph.signature import Signature
from engine.network.build import BuildError
from engine.network.initialisation import FUNCTIONS
from engine.network.names import source_of
from engine.network.printing import names_in, written


@dataclass(frozen=True)
class Scaling:
    """How raw inputs are prepared: ``(inputs - shift) / scale``, per channel or per column."""

    shift: tuple[float, ...]
    scale: tuple[float, ...]


def source(
    graph: Graph,
    signature: Signature,
    *,
    title: str = "",
    weights_file: str = "weights.safetensors",
    scaling: Scaling | None = None,
) -> str:
    """Write the network as a Python file.

    It needs torch and safetensors only, loads ``weights_file`` from its own folder, and gives the same outputs,
    bit for bit, as the network that was trained. Raises BuildError when the drawing is not ready.
    """
    analysis = analyse(graph, signature)
    for problem in analysis.problems:
        if problem.severity == "error":
            raise BuildError(problem.message, problem.node)
    made, run = _constructor(graph, analysis), _forward(graph, analysis)
    used = _names(graph, analysis)
    functional = any(name.startswith("F.") for name in used)
    own = sorted(name for name in used if name.startswith("modules."))
    parts = [
        _docstring(title, signature, analysis),
        _imports(functional),
        *(source_of(name) for name in own),
        "\n".join(["class Network(nn.Module):", *_indent(made), "", *_indent(run)]),
        _prepare(signature, scaling),
        _load(weights_file),
        _main(signature),
    ]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _layers(graph: Graph, analysis: Analysis) -> list[Node]:
    """The nodes that do something, in the order they run."""
    nodes = (graph.nodes[id] for id in analysis.order)
    return [node for node in nodes if node.kind not in ("Input", "Output") and not node.bypassed]


def _names(graph: Graph, analysis: Analysis) -> set[str]:
    names: set[str] = set()
    for node in _layers(graph, analysis):
        kind, params, shapes = node.declaration, analysis.params[node.id], analysis.inputs[node.id]
        names.update(names_in(kind.forward(params, shapes)))
        if kind.module is not None:
            names.update(names_in(kind.module(params, shapes)))
    return names


def _docstring(title: str, signature: Signature, analysis: Analysis) -> str:
    name = " ".join((title or "A network").replace("\\", "/").replace('"', "'").split())
    weights = f"{analysis.total_parameters:,} weights"
    answer = signature.answer
    what = {
        "classes": f"one score for each of {answer.size} classes",
        "yes-no": "one score: above zero means yes",
        "values": "one value" if answer.size == 1 else f"{answer.size} values",
    }[answer.kind]
    return (
        f'"""{name}: {weights}, drawn in Sketchnet.\n\n'
        f"Takes {signature.input.words()} a sample and gives {what}.\n"
        'Needs torch and safetensors; the weights lie beside this file.\n"""'
    )


def _imports(functional: bool) -> str:
    lines = ["from pathlib import Path", "", "import torch"]
    if functional:
        lines.append("import torch.nn.functional as F")
    return "\n".join([*lines, "from safetensors.torch import load_file", "from torch import nn"])


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" if line else line for line in lines]


def _constructor(graph: Graph, analysis: Analysis) -> list[str]:
    lines = []
    for node in _layers(graph, analysis):
        kind, params, shapes = node.declaration, analysis.params[node.id], analysis.inputs[node.id]
        if kind.module is None:
            continue
        lines.append(f"self.{node.name} = {written(kind.module(params, shapes))}")
        choice = params.get("initialisation", "default")
        if choice != "default":
            lines += _initialisation(node.name, choice)
        if node.frozen:
            lines.append(f"self.{node.name}.requires_grad_(False)")
    return ["def __init__(self):", "    super().__init__()", *_indent(lines)]


def _initialisation(name: str, choice: str) -> list[str]:
    weights = f"self.{name}.parameters()"
    if choice == "zeros":
        return [f"for weight in {weights}:", "    nn.init.zeros_(weight)"]
    keywords = ', nonlinearity="relu"' if choice == "kaiming" else ""
    return [
        f"for weight in {weights}:",
        "    if weight.dim() < 2:",
        "        nn.init.zeros_(weight)",
        "    else:",
        f"        {FUNCTIONS[choice]}(weight{keywords})",
    ]


def _forward(graph: Graph, analysis: Analysis) -> list[str]:
    """The forward pass. A straight chain is written with one variable, x; what is needed later has a name."""
    value_of: dict[str, str] = {}
    steps: list[tuple[Node, tuple[str, ...]]] = []
    result = ""
    for id in analysis.order:
        node = graph.nodes[id]
        sources = tuple(value_of[s] for s in graph.sources(id) if s is not None)
        if node.kind == "Output":
            result = sources[0]
        elif node.bypassed:
            value_of[id] = sources[0]
        else:
            value_of[id] = id
            if node.kind != "Input":
                steps.append((node, sources))
    last_use = {source: number for number, (_, sources) in enumerate(steps) for source in sources}
    last_use[result] = len(steps)
    variables = {graph.of_kind("Input")[0].id: "x"}
    lines = []
    for number, (node, sources) in enumerate(steps):
        kind, params, shapes = node.declaration, analysis.params[node.id], analysis.inputs[node.id]
        alive = {variables[id] for id in variables if last_use.get(id, -1) > number}
        target = node.name if "x" in alive else "x"
        names = [variables[source] for source in sources]
        text = written(kind.forward(params, shapes), f"self.{node.name}", names)
        lines.append(f"{target} = {text}  # {analysis.shapes[node.id].label()}")
        variables[node.id] = target
    return ["def forward(self, x):", *_indent([*lines, f"return {variables[result]}"])]


def _prepare(signature: Signature, scaling: Scaling | None) -> str:
    if scaling is None:
        return ""
    shape = (1, len(scaling.shift), *([1] * (signature.input.rank - 1)))
    return "\n".join(
        [
            "def prepare(inputs):",
            '    """Raw inputs, N × ' + signature.input.label() + ', as the network was trained on them."""',
            f"    shift = torch.tensor({list(scaling.shift)!r}).reshape({shape!r})",
            f"    scale = torch.tensor({list(scaling.scale)!r}).reshape({shape!r})",
            "    return (inputs.float() - shift) / scale",
        ]
    )


def _load(weights_file: str) -> str:
    return "\n".join(
        [
            f"def load(path=Path(__file__).with_name({weights_file!r})):",
            '    """The network with its trained weights, ready to answer."""',
            "    network = Network()",
            "    network.load_state_dict(load_file(path))",
            "    return network.eval()",
        ]
    )


def _main(signature: Signature) -> str:
    sizes = ", ".join(map(str, signature.input.sizes))
    if signature.input.dtype == "int":
        sample = f"torch.zeros(1, {sizes}, dtype=torch.long)"
    else:
        sample = f"torch.zeros(1, {sizes})"
    return "\n".join(['if __name__ == "__main__":', "    with torch.no_grad():", f"        print(load()({sample}))"])
