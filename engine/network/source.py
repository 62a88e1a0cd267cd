"""The drawing as a Python file that a person could have written: it runs alone and loads the trained weights."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.counting import counted
from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph
from engine.graph.losses import Link
from engine.graph.output_activation import Endings, OutputActivation, output_activations
from engine.graph.parts import GENERATOR, named_parts, parts
from engine.graph.shapes import Shape, ShapeForm
from engine.graph.signature import Signature
from engine.graph.targets import SeveralTargets, Target, TargetKind
from engine.network.build import checked
from engine.network.expression_source import written
from engine.network.line_wrapping import WIDTH, laid_out
from engine.network.names import source_of
from engine.network.plan import plan
from engine.network.script_answers import answer_function, constants, quoted, reader
from engine.network.source_classes import class_name, classes, legible, method_name, names_used, own_modules


@dataclass(frozen=True)
class Scaling:
    """How raw inputs are prepared, ``(inputs - shift) / scale``, per channel or per column; empty for tokens.

    ``target_shift`` and ``target_scale`` say the same of the values that were learned, or of inputs to be given back;
    empty where there are none.
    ``link`` makes values of the outputs, None: they are (``engine.graph.losses``).
    """

    shift: tuple[float, ...]
    scale: tuple[float, ...]
    target_shift: tuple[float, ...] = ()
    target_scale: tuple[float, ...] = ()
    link: Link | None = None
    fill: tuple[float, ...] = ()
    """What stands in for missing values (not a number), per column; empty where none may be missing."""


@dataclass(frozen=True)
class RowReader:
    """How a file reads rows that are no plain numbers: ``functions`` define ``read``, with what they need.

    ``takes`` says what stands on the command line, ``imports`` are lines such as ``import csv``.
    """

    functions: str
    takes: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Training:
    """The part of a file that trains the network: see ``engine.tasks.script``.

    ``imports`` are lines such as ``import csv``, ``constants`` lines of assignments, ``functions`` whole functions;
    there is one called ``train_on_file`` that takes the words behind ``--train``. ``usage`` says which files it takes.
    """

    imports: tuple[str, ...]
    constants: tuple[str, ...]
    functions: tuple[str, ...]
    usage: str


def source(
    graph: Graph,
    signature: Signature,
    *,
    title: str = "",
    weights_file: str | None = "weights.safetensors",
    scaling: Scaling | None = None,
    columns: Sequence[str] = (),
    file_name: str = "network.py",
    training: Training | None = None,
    trained: bool = True,
    row_reader: RowReader | None = None,
) -> str:
    """Write the network as a Python script, with a class that is called after ``title``.

    It needs torch and safetensors, and pillow to read pictures; it loads ``weights_file`` from its own folder, and
    gives the same outputs, bit for bit, as the network that was trained, and the same for its parts where they have
    names (``engine.graph.parts``): each is a method. None writes a network that is not trained,
    and needs no safetensors. Run with a picture file, or with a row of numbers (called ``columns`` where they are
    given), it prints the answer in words. With a ``scaling`` that changes anything the file has ``prepare`` for raw
    inputs and, for values, ``restore`` for what comes out. ``trained`` is whether the weights are there already: with
    a ``training``, which makes them, they need not be. A ``row_reader`` reads rows otherwise than as plain numbers.
    Raises BuildError when the drawing is not ready.
    """
    analysis = checked(graph, signature)
    planned = plan(graph, analysis)
    used = names_used(planned)
    called = class_name(title)
    about = _About(graph, signature, analysis, scaling, columns, file_name, weights_file, training, trained, row_reader)
    reading = reader(signature.input, signature.target, columns) if row_reader is None else row_reader.functions
    body = [
        *(source_of(f"modules.{name}") for name in own_modules(planned)),
        *classes(planned, called, named_parts(analysis)),
        _prepare(signature, scaling) if scaling is not None else "",
        _restore(signature, _spread(scaling, signature.target)) if scaling is not None else "",
        _new_samples(graph, signature, scaling),
        "" if weights_file is None else _load(called, training is not None),
        answer_function(signature.target, output_activations(analysis)),
        reading,
        *(training.functions if training is not None else ()),
    ]
    functional = any(name.startswith("F.") for name in used) or any(" F." in part or "(F." in part for part in body)
    parts = [
        about.docstring(title) + "\n\n" + about.head(functional),
        *body,
        _main(called, signature, scaling, about),
    ]
    return "\n\n\n".join(part for part in parts if part) + "\n"


@dataclass(frozen=True)
class _About:
    """What stands above the classes."""

    graph: Graph
    signature: Signature
    analysis: Analysis
    scaling: Scaling | None
    columns: Sequence[str]
    file_name: str
    weights_file: str | None
    training: Training | None
    trained: bool
    row_reader: RowReader | None = None

    @property
    def reads_pictures(self) -> bool:
        return self.signature.input.form is ShapeForm.PICTURE

    def docstring(self, title: str) -> str:
        name, file = legible(title) or "A network", legible(self.file_name)
        count = self.analysis.total_parameters
        link = None if self.scaling is None else self.scaling.link
        what = _what_it_gives(self.signature.target, output_activations(self.analysis), link)
        first = f'"""{name}: {counted(count, "parameter")}, drawn in Sketchnet.'
        about = textwrap.wrap(f"Takes {self.signature.input.words()} a sample and gives {what}.", WIDTH)
        plain = "TEXT" if self.signature.target.kind is TargetKind.NEXT_TOKEN else "NUMBERS..."
        takes = "IMAGE..." if self.reads_pictures else plain
        usage = [f"    python {file} {takes if self.row_reader is None else self.row_reader.takes}"]
        if self.training is not None:
            usage.append(f"    python {file} --train {self.training.usage}")
        return "\n".join([*textwrap.wrap(first, WIDTH), "", *about, "", *usage, "", *self._needs(), '"""'])

    def _needs(self) -> list[str]:
        needs = ["torch"]
        if self.weights_file is not None:
            needs.append("safetensors")
        if self.training is not None:
            needs.append("numpy")
        listed = ", ".join(needs[:-1]) + (" and " if len(needs) > 1 else "") + needs[-1]
        words = f"Needs {listed}{', and pillow for images' if self.reads_pictures else ''}."
        if self.trained and self.weights_file is not None:
            words += " The weights lie beside this file."
        else:
            words = f"Not trained yet. {words}"
        return textwrap.wrap(words, WIDTH)

    def head(self, functional: bool) -> str:
        """Imports and constants."""
        training = self.training
        standard = {"import sys"} | set(training.imports if training is not None else ())
        standard |= set(() if self.row_reader is None else self.row_reader.imports)
        others = {"import torch", "from torch import nn"}
        if functional:
            others.add("import torch.nn.functional as F")
        if self.weights_file is not None:
            standard.add("from pathlib import Path")
            names = "load_file, save_file" if training is not None else "load_file"
            others.add(f"from safetensors.torch import {names}")
        known = {line for line in standard if line.split()[1] in ("numpy",)}
        lines = [*sorted(standard - known, key=_import_order), "", *sorted(others | known, key=_import_order), ""]
        if self.weights_file is not None:
            lines += laid_out(f"WEIGHTS = Path(__file__).with_name({quoted(self.weights_file)})")
        lines += training.constants if training is not None else ()
        lines += constants(self.signature.input, self.signature.target, self.columns)
        return "\n".join(lines).rstrip("\n")  # where there are no constants


def _import_order(line: str) -> tuple[bool, str]:
    """Plain imports first, then those from modules, each by name."""
    return (line.startswith("from"), line)


def _what_it_gives(target: Target, endings: Endings, link: Link | None) -> str:
    """One answer in words; ``endings`` is how the program reads it (``engine.graph.output_activation``)."""
    if isinstance(target, SeveralTargets):
        each = zip(target.names, target.each, endings, strict=True)
        told = [f"for {legible(name)} {_what_it_gives(one, (ending,), None)}" for name, one, ending in each]
        return f"side by side, in this order: {'; '.join(told)}"
    read_as = endings[0]
    if target.kind is TargetKind.CLASSES:
        measures = {
            OutputActivation.SOFTMAX: "the probability of",
            OutputActivation.LOG_SOFTMAX: "the logarithm of the probability of",
        }
        return f"{measures.get(read_as, 'one score for')} each of {target.size} classes"
    if target.kind is TargetKind.YES_NO:
        return "the probability of a yes" if read_as.is_probability else "one score: above zero means yes"
    if target.kind is TargetKind.LABELS:
        labels = f"each of {target.size} labels"
        return f"the {'probability of' if read_as.is_probability else 'score, above zero for yes, of'} {labels}"
    if target.kind is TargetKind.REAL_OR_FAKE:
        return "how real it looks; its generator makes new samples of noise"
    if target.kind is TargetKind.GROUPS:
        return "its distance from the centre of each group"
    if target.gives_back_input:
        return "the same back" if link is None else f"{link.undone} of the same"
    if target.kind is TargetKind.NEXT_TOKEN:
        return f"at each step one score for each of the {target.size} tokens that may come next"
    values = "one value" if target.size == 1 else f"{target.size} values"
    return values if link is None else f"{link.undone} of {values}"


def _changed(inputs: str, scaling: tuple[Sequence[float], Sequence[float]]) -> tuple[str, list[str]]:
    """``(inputs - shift) / scale`` without what changes nothing, and the names that it uses."""
    shift, scale = scaling
    used = []
    if any(shift):
        inputs, used = f"{inputs} - shift", ["shift"]
    if any(value != 1 for value in scale):
        inputs = f"({inputs}) / scale" if used else f"{inputs} / scale"
        used.append("scale")
    return inputs, used


def prepares(scaling: Scaling | None) -> bool:
    """Whether the preparation of inputs changes anything but their type."""
    return scaling is not None and (bool(scaling.fill) or bool(_changed("", (scaling.shift, scaling.scale))[1]))


def scales_answers(scaling: Scaling | None) -> bool:
    """Whether the preparation of answers changes anything."""
    return scaling is not None and bool(_changed("", (scaling.target_shift, scaling.target_scale))[1])


def restores(scaling: Scaling | None) -> bool:
    """Whether outputs are anything else than the values in the units of the data."""
    return scaling is not None and (scaling.link is not None or scales_answers(scaling))


def _prepare(signature: Signature, scaling: Scaling) -> str:
    if not prepares(scaling):
        return ""
    rank = signature.input.rank
    words, used = _changed("inputs" if scaling.fill else "inputs.float()", (scaling.shift, scaling.scale))
    values = {"shift": scaling.shift, "scale": scaling.scale}
    filling = ["    # what stands in for missing values", *tensor("fill", scaling.fill, rank)] if scaling.fill else []
    filling += ["    inputs = torch.where(inputs.isnan(), fill, inputs.float())"] if scaling.fill else []
    return "\n".join(
        [
            "def prepare(inputs):",
            f'    """Raw inputs, N × {signature.input.label()}, as the network was trained on them."""',
            *filling,
            *(line for name in used for line in tensor(name, values[name], rank)),
            f"    return {words}",
        ]
    )


def _spread(scaling: Scaling, target: Target) -> Scaling:
    """The scaling of answers for each output of the network, where several targets have their own."""
    if not isinstance(target, SeveralTargets) or not scaling.target_shift:
        return scaling
    shift, scale = (
        tuple(value for value, one in zip(values, target.each, strict=True) for _output in range(one.outputs))
        for values in (scaling.target_shift, scaling.target_scale)
    )
    return replace(scaling, target_shift=shift, target_scale=scale)


def _restore(signature: Signature, scaling: Scaling) -> str:
    if not restores(scaling):
        return ""
    _, used = _changed("", (scaling.target_shift, scaling.target_scale))
    rank = signature.input.rank if signature.target.gives_back_input else 1
    values = {"shift": scaling.target_shift, "scale": scaling.target_scale}
    words = "outputs" if scaling.link is None else written(scaling.link.expression, inputs=("outputs",))
    words += (" * scale" if "scale" in used else "") + (" + shift" if "shift" in used else "")
    return "\n".join(
        [
            "def restore(outputs):",
            '    """The outputs of the network in the units of the data."""',
            *(line for name in used for line in tensor(name, values[name], rank)),
            f"    return {words}",
        ]
    )


def tensor(name: str, values: Sequence[float], rank: int) -> list[str]:
    """Numbers that line up with the first axis of samples of that many axes."""
    line = f"{name} = torch.tensor([{', '.join(map(_number, values))}])"
    return laid_out(line + (f".reshape(-1{', 1' * (rank - 1)})" if rank > 1 else ""), indent=4)


def _number(value: float) -> str:
    """As few digits as float32 needs to come out the same."""
    short = str(np.float32(value))
    return repr(float(short)) if np.float32(float(short)) == np.float32(value) else repr(value)


def _new_samples(graph: Graph, signature: Signature, scaling: Scaling | None) -> str:
    """``new_samples``: what the generator makes, in the units of the data; nothing for a network without one."""
    generator = next((part for part in parts(graph) if part.name == GENERATOR), None)
    if generator is None:
        return ""
    sizes = [int(graph.nodes[id].params["size"]) for id in generator.given]
    given = "noise" if len(sizes) == 1 else f"*noise.split({sizes}, 1)"
    rank, words = signature.input.rank, "samples"
    lines = []
    if scaling is not None and prepares(scaling):
        words += " * scale" if any(value != 1 for value in scaling.scale) else ""
        words += " + shift" if any(scaling.shift) else ""
        values = {"shift": scaling.shift, "scale": scaling.scale}
        lines = [line for name in ("shift", "scale") if name in words for line in tensor(name, values[name], rank)]
    return "\n".join(
        [
            "def new_samples(network, count=1, seed=0):",
            f'    """New samples from the generator, N × {signature.input.label()}, in the units of the data."""',
            *lines,
            "    chance = torch.Generator().manual_seed(seed)",
            f"    noise = torch.randn(count, {sum(sizes)}, generator=chance)",
            "    with torch.no_grad():",
            f"        samples = network.{method_name(graph, generator)}({given})",
            f"    return {words}",
        ]
    )


def _load(called: str, trains: bool) -> str:
    advice = "train it with --train first" if trains else "it belongs beside this file"
    return f'''\
def load(path=WEIGHTS):
    """The network with its trained weights, ready to answer."""
    if not path.exists():
        sys.exit(f"{{path.name}} is not there: {advice}.")
    network = {called}()
    network.load_state_dict(load_file(path))
    return network.eval()'''


def inputs_of(scaling: Scaling | None, entering: Shape, words: str) -> str:
    """Raw samples called ``words`` as the network takes them."""
    if prepares(scaling):
        return f"prepare({words})"
    return words if entering.is_tokens else f"{words}.float()"


def _main(called: str, signature: Signature, scaling: Scaling | None, about: _About) -> str:
    taken = inputs_of(scaling, signature.input, "read(words)")
    outputs = f"network({taken})"
    if restores(scaling):
        outputs = f"restore({outputs})"
    if about.reads_pictures:
        show = [
            "    for word, said in zip(words, answer(outputs)):",
            '        print(f"{word}: {said}")',
        ]
    else:
        lines = "" if about.row_reader is None else ', sep="\\n"'
        show = [f"    print(*answer(outputs){lines})"]
    train = [
        '    if words[0] == "--train":',
        "        return train_on_file(words[1:])",
    ]
    return "\n".join(
        [
            "def main(words):",
            '    """Answer for what stands on the command line."""',
            '    if not words or words[0] in ("-h", "--help"):',
            "        return print(__doc__)",
            *(train if about.training is not None else []),
            f"    network = {'load()' if about.weights_file is not None else f'{called}().eval()'}",
            "    with torch.no_grad():",
            f"        outputs = {outputs}",
            *show,
            "",
            "",
            'if __name__ == "__main__":',
            "    main(sys.argv[1:])",
        ]
    )
