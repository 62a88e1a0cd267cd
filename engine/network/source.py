"""The drawing as a Python file that a person could have written: it runs alone and loads the trained weights."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.graph.analysis import Analysis
from engine.graph.ending import LOG_SOFTMAX, SIGMOID, SOFTMAX, ending
from engine.graph.graph import Graph
from engine.graph.signature import Answer, Signature
from engine.network.build import checked
from engine.network.classes import classes, legible, names_used, own_modules
from engine.network.layout import WIDTH, laid_out
from engine.network.names import source_of
from engine.network.plan import plan
from engine.text import printable


@dataclass(frozen=True)
class Scaling:
    """How raw inputs are prepared, ``(inputs - shift) / scale``, per channel or per column; empty for tokens.

    ``answer_shift`` and ``answer_scale`` say the same of the values that were learned; empty where there are none.
    """

    shift: tuple[float, ...]
    scale: tuple[float, ...]
    answer_shift: tuple[float, ...] = ()
    answer_scale: tuple[float, ...] = ()


def source(
    graph: Graph,
    signature: Signature,
    *,
    title: str = "",
    weights_file: str | None = "weights.safetensors",
    scaling: Scaling | None = None,
) -> str:
    """Write the network as a Python file.

    It needs torch and safetensors only, loads ``weights_file`` from its own folder, and gives the same outputs,
    bit for bit, as the network that was trained. None writes a network that is not trained, and needs torch alone.
    With a ``scaling`` the file has ``prepare`` for raw inputs and, for values, ``restore`` for what comes out.
    Raises BuildError when the drawing is not ready.
    """
    analysis = checked(graph, signature)
    planned = plan(graph, analysis)
    used = names_used(planned)
    heading = _docstring(title, signature, analysis, weights_file)
    parts = [
        heading + "\n\n" + _imports(any(name.startswith("F.") for name in used), weights_file),
        *(source_of(f"modules.{name}") for name in own_modules(planned)),
        *classes(planned),
        _prepare(signature, scaling) if scaling is not None and scaling.shift else "",
        _restore(scaling) if scaling is not None and scaling.answer_shift else "",
        "" if weights_file is None else _LOAD,
        _main(signature, scaling, weights_file is not None),
    ]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _docstring(title: str, signature: Signature, analysis: Analysis, weights_file: str | None) -> str:
    name = legible(title) or "A network"
    count = analysis.total_parameters
    what = _what_it_gives(signature.answer, ending(analysis))
    first = f'"""{name}: {count:,} weight{"" if count == 1 else "s"}, drawn in Sketchnet.'
    needs = "Not trained yet. Needs torch."
    if weights_file is not None:
        needs = "Needs torch and safetensors; the weights lie beside this file."
    about = textwrap.wrap(f"Takes {signature.input.words()} a sample and gives {what}.", WIDTH)
    return "\n".join([*textwrap.wrap(first, WIDTH), "", *about, needs, '"""'])


def quoted(text: str) -> str:
    """The text as it is written in Python source."""
    return printable(json.dumps(text, ensure_ascii=False))  # its escapes mean in Python what they show


def _what_it_gives(answer: Answer, read_as: str) -> str:
    """One answer in words; ``read_as`` is how the program reads it (``engine.graph.ending``)."""
    if answer.kind == "classes":
        measures = {SOFTMAX: "the probability of", LOG_SOFTMAX: "the logarithm of the probability of"}
        return f"{measures.get(read_as, 'one score for')} each of {answer.size} classes"
    if answer.kind == "yes-no":
        is_probability = read_as in (SOFTMAX, SIGMOID)
        return "the probability of a yes" if is_probability else "one score: above zero means yes"
    return "one value" if answer.size == 1 else f"{answer.size} values"


def _imports(functional: bool, weights_file: str | None) -> str:
    lines = ["from pathlib import Path", ""] if weights_file is not None else []
    lines.append("import torch")
    if functional:
        lines.append("import torch.nn.functional as F")
    if weights_file is not None:
        lines.append("from safetensors.torch import load_file")
    lines.append("from torch import nn")
    if weights_file is not None:
        lines += ["", *laid_out(f"WEIGHTS = Path(__file__).with_name({quoted(weights_file)})")]
    return "\n".join(lines)


def _prepare(signature: Signature, scaling: Scaling) -> str:
    rank = signature.input.rank
    return "\n".join(
        [
            "def prepare(inputs):",
            f'    """Raw inputs, N × {signature.input.label()}, as the network was trained on them."""',
            *_tensor("shift", scaling.shift, rank),
            *_tensor("scale", scaling.scale, rank),
            "    return (inputs.float() - shift) / scale",
        ]
    )


def _restore(scaling: Scaling) -> str:
    return "\n".join(
        [
            "def restore(outputs):",
            '    """The outputs of the network in the units of the data."""',
            *_tensor("shift", scaling.answer_shift, 1),
            *_tensor("scale", scaling.answer_scale, 1),
            "    return outputs * scale + shift",
        ]
    )


def _tensor(name: str, values: Sequence[float], rank: int) -> list[str]:
    """Numbers that line up with the first axis of samples of that many axes."""
    line = f"{name} = torch.tensor([{', '.join(map(_number, values))}])"
    return laid_out(line + (f".reshape(-1{', 1' * (rank - 1)})" if rank > 1 else ""), indent=4)


def _number(value: float) -> str:
    """As few digits as float32 needs to come out the same."""
    short = str(np.float32(value))
    return repr(float(short)) if np.float32(float(short)) == np.float32(value) else repr(value)


_LOAD = """\
def load(path=WEIGHTS):
    \"\"\"The network with its trained weights, ready to answer.\"\"\"
    network = Network()
    network.load_state_dict(load_file(path))
    return network.eval()"""


def _main(signature: Signature, scaling: Scaling | None, trained: bool) -> str:
    sizes = ", ".join(map(str, signature.input.sizes))
    kind = ", dtype=torch.long" if signature.input.dtype == "int" else ""
    outputs = "network(prepare(sample))" if scaling is not None and scaling.shift else "network(sample)"
    if scaling is not None and scaling.answer_shift:
        outputs = f"restore({outputs})"
    return "\n".join(
        [
            'if __name__ == "__main__":',
            f"    network = {'load()' if trained else 'Network().eval()'}",
            f"    sample = torch.zeros(1, {sizes}{kind})",
            "    with torch.no_grad():",
            f"        print({outputs})",
        ]
    )
