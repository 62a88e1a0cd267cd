"""The classes of an exported file: the network, and one for each block in it.

A block becomes one class however often it stands in the drawing, as long as the layers in it are the same; where
the sizes that arrive make them differ, each of its forms gets a class (ResidualBlock, ResidualBlock2, …).
"""

from __future__ import annotations

import builtins
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.graph.block import Block
from engine.graph.graph import Graph
from engine.graph.parts import Part, parts
from engine.network import modules
from engine.network.expression_source import names_in, written
from engine.network.initialisation import FUNCTIONS
from engine.network.line_wrapping import WIDTH, laid_out
from engine.network.plan import JOINED, SAMPLES, Plan, PlannedLayer, between

_TAKEN = {"F", "Path", "Network"} | {
    # Constants, whose names a title in capitals could have.
    "BATCH_SIZE", "CLASSES", "COLUMNS", "CRITIC", "CRITIC_RATE", "CRITIC_STEPS", "DATA", "EPOCHS", "GENERATOR",
    "GENERATOR_RATE", "LEARNING_RATE", "SEED", "STARTS", "TEST", "TOLERANCE", "VALIDATION", "VALUES", "WEIGHTS",
    "WINDOW",
}  # fmt: skip
"""Names of an exported file that the class of a block must not take: all others begin with a small letter."""


@dataclass(frozen=True)
class _Line:
    """A statement with the comment that follows it."""

    code: str
    comment: str = ""
    indent: int = 8


@dataclass
class _Class:
    name: str
    about: str
    shapes: str
    lines: list[_Line]

    def text(self) -> str:
        about = self.about + (f" {self.shapes}" if self.shapes else "")
        head = [f"class {self.name}(nn.Module):"]
        if about:
            wrapped = textwrap.wrap(about, WIDTH - 10) or [""]
            if len(wrapped) == 1:
                head += [f'    """{wrapped[0]}"""', ""]
            else:
                head += [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """', ""]
        body = [text for line in self.lines for text in _laid_out(line)]
        return "\n".join(head + body)


def _laid_out(line: _Line) -> list[str]:
    return laid_out(line.code, line.comment, line.indent) if line.code else [""]


def classes(planned: Plan, called: str = "Network", named: Sequence[Part] = ()) -> list[str]:
    """The text of every class the network needs, each after those it uses; the network, ``called``, is the last.

    It has a method for each of the ``named`` parts.
    """
    collected = _Collected({*own_modules(planned), called})
    network = _Class(called, "", "", collected.body(planned, named))
    return [made.text() for made in (*collected.made.values(), network)]


def names_used(planned: Plan) -> set[str]:
    """Every name of the table that the network uses, those inside blocks too."""
    names: set[str] = set()
    for step in planned.layers:
        names.update(names_in(step.forward))
        if step.module is not None:
            names.update(names_in(step.module))
        for inner in step.inside:
            names.update(names_used(inner))
        if len(step.inside) > 1 and len(step.inside[0].inputs) > 1:
            names.add("modules.Repeat")
    return names


def own_modules(planned: Plan) -> list[str]:
    """Those of our own modules that the network uses, by their names in the file."""
    return sorted(name.removeprefix("modules.") for name in names_used(planned) if name.startswith("modules."))


@dataclass
class _Collected:
    """The classes of blocks met so far, by what they say."""

    taken: set[str]
    made: dict[tuple[str, tuple[tuple[str, int], ...]], _Class] = field(default_factory=dict)

    def body(self, planned: Plan, named: Sequence[Part] = ()) -> list[_Line]:
        """Constructor and forward pass of a drawing."""
        lines = [_Line("def __init__(self):", indent=4), _Line("super().__init__()")]
        running = {step.node.id for step in planned.running}
        if named:
            running |= {step.node.id for step in planned.layers}
        for step in planned.layers:
            lines += self._made(step, step.node.id in running)
        return [*lines, _Line(""), *(_by_parts(planned, named) if named else _method(planned))]

    def _made(self, step: PlannedLayer, is_running: bool) -> Iterator[_Line]:
        """The lines of the constructor that make one layer."""
        name, module = f"self.{step.node.name}", step.module
        comment = "" if is_running else "not run: what takes it is bypassed"
        if step.node.block is not None and step.inside:
            yield _Line(f"{name} = {self._block(step.node.block, step.inside)}", comment)
        elif module is not None:
            yield _Line(f"{name} = {written(module)}", comment)
            choice = str(step.params.get("initialisation", "default"))
            if choice != "default":
                yield from _initialisation(name, choice)
        else:
            return
        if step.node.frozen:
            yield _Line(f"{name}.requires_grad_(False)")

    def _block(self, block: Block, runs: tuple[Plan, ...]) -> str:
        """What makes a block: one class, or several of them in a row."""
        made = [f"{self._class(block, run)}()" for run in runs]
        if len(made) == 1:
            return made[0]
        row = f"*[{made[0]} for _ in range({len(made)})]" if len(set(made)) == 1 else ", ".join(made)
        return f"{'nn.Sequential' if len(runs[0].inputs) == 1 else 'Repeat'}({row})"

    def _class(self, block: Block, planned: Plan) -> str:
        """The name of the class for a block; the class is made if there is none that says the same."""
        lines = self.body(planned)
        key = (block.title, tuple((line.code, line.indent) for line in lines))
        incoming = " and ".join(planned.shapes[id].label() for id in planned.inputs)
        shapes = f"{incoming} → {planned.shapes[planned.result].label()}."
        known = self.made.get(key)
        if known is None:
            about = legible(block.title) + (f": {legible(block.summary)}" if block.summary else "")
            about += "" if about.endswith(".") else "."
            known = self.made[key] = _Class(self._free_name(block.title), about, shapes, lines)
        else:
            # The comments tell shapes: where two copies differ in them, they would be wrong for one.
            pairs = zip(known.lines, lines, strict=True)
            known.lines = [a if a.comment == b.comment else replace(a, comment="") for a, b in pairs]
            known.shapes = known.shapes if known.shapes == shapes else ""
        return known.name

    def _free_name(self, title: str) -> str:
        name = _free(_in_capitals(title).rstrip("0123456789"), "Block", self.taken)
        self.taken.add(name)
        return name


def class_name(title: str) -> str:
    """The class of a network by the title of its project: Network where the title has no letters that a name may."""
    stem = _in_capitals(title)
    return "Network" if stem in ("", "Network") else _free(stem, "Network", {*dir(modules)})


def _in_capitals(title: str) -> str:
    """The words of a title as the name of a class, as ResidualBlock; accents are left out, as are other letters."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", title) if not unicodedata.combining(letter))
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", plain))[:60]


def _free(stem: str, before: str, taken: set[str]) -> str:
    """A name that stands for nothing else in the file."""
    if not stem or not stem[0].isalpha():
        stem = f"{before}{stem}"
    name, number = stem, 2
    barred = _TAKEN | taken | set(dir(builtins)) | set(keyword.kwlist)
    while name in barred:
        name, number = f"{stem}{number}", number + 1
    return name


def legible(text: str) -> str:
    """The text on one line that nothing in it can end, for a docstring or a comment."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.replace("\\", "/").replace('"', "'").split())


def _initialisation(name: str, choice: str) -> list[_Line]:
    loop = _Line(f"for weight in {name}.parameters():")
    if choice == "zeros":
        return [loop, _Line("nn.init.zeros_(weight)", indent=12)]
    keywords = ', nonlinearity="relu"' if choice == "kaiming" else ""
    return [
        loop,
        _Line("if weight.dim() < 2:", indent=12),
        _Line("nn.init.zeros_(weight)", indent=16),
        _Line("else:", indent=12),
        _Line(f"{FUNCTIONS[choice]}(weight{keywords})", indent=16),
    ]


def _by_parts(planned: Plan, named: Sequence[Part]) -> Iterator[_Line]:
    """A method for each part of the network, and the forward pass: the last part, of what comes to it."""
    for part in named:
        yield from _method(_between(planned, part.given, part.result), method_name(planned.graph, part))
        yield _Line("")
    first, last = named[0], named[-1]
    if last.given == (first.result,):
        begins = _between(planned, planned.inputs, planned.inputs[0])
        ends = f"self.{method_name(planned.graph, last)}(self.{method_name(planned.graph, first)}(VALUE))"
        yield from _method(begins, ends=ends)
        return
    arriving = _arriving(planned.graph, last)
    before = _between(planned, planned.inputs, arriving)
    value = "VALUE"
    if not comes_as_it_is(planned.graph):
        yield from _method(before, REAL)
        yield _Line("")
        before, value = replace(before, running=(), result=planned.inputs[0]), f"self.{REAL}(VALUE)"
    yield from _method(before, ends=f"self.{method_name(planned.graph, last)}({value})")


REAL = "as_real"
"""What the method is called that makes of a sample what meets generated ones; layers have no names of this kind."""


def comes_as_it_is(graph: Graph) -> bool:
    """Whether samples meet generated ones as they come, with no layers before."""
    return all(_arriving(graph, last) == graph.inputs[0].id for last in parts(graph)[-1:])


def _arriving(graph: Graph, last: Part) -> str:
    """The node whose value comes to the last part from the data."""
    (switch,) = last.given
    return graph.sources(switch)[0] or switch


def method_name(graph: Graph, part: Part) -> str:
    """What the method of a part is called: as the part, unless a layer is called so."""
    name = part.name
    while graph.find(name) is not None:
        name = f"run_{name}"
    return name


def _between(planned: Plan, given: tuple[str, ...], result: str) -> Plan:
    """The plan of what lies between some nodes and another."""
    value = result if result in given else planned.values[result]
    return replace(planned, inputs=given, running=between(planned.layers, set(given), value), result=value)


def _method(planned: Plan, name: str = "forward", ends: str = "VALUE") -> Iterator[_Line]:
    """The forward pass, or that of a part. A value that only the next line needs is called x, any other by the name
    of its layer; VALUE in ``ends`` is the one that comes out."""
    variables = _variables(planned)
    yield _Line(f"def {name}(self, {', '.join(variables[id] for id in planned.inputs)}):", indent=4)
    for step in planned.running:
        names = [variables[source] for source in step.sources]
        text = written(step.forward, f"self.{step.node.name}", names)
        yield _Line(f"{variables[step.node.id]} = {text}", planned.shapes[step.node.id].label())
    yield _Line(f"return {ends.replace('VALUE', variables[planned.result])}")


def _variables(planned: Plan) -> Mapping[str, str]:
    """Node id -> the variable that holds its value."""
    made = dict.fromkeys(planned.inputs, -1) | {step.node.id: number for number, step in enumerate(planned.running)}
    last = dict(made)
    for number, step in enumerate(planned.running):
        last |= dict.fromkeys(step.sources, number)
    last[planned.result] = len(planned.running)
    brief = {id for id in made if last[id] <= made[id] + 1}
    if len(planned.inputs) > 1:
        brief -= set(planned.inputs)
    return {id: "x" if id in brief else _name(planned.graph, id) for id in made}


def _name(graph: Graph, id: str) -> str:
    """The name of a layer; of whole samples that no layer gives one that is free."""
    if id not in (SAMPLES, JOINED):
        return graph.nodes[id].name
    return id if graph.find(id) is None else graph.free_name(id)
