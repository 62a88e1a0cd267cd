"""The words one reads when the pointer rests on something."""

from __future__ import annotations

from engine.counting import counted
from engine.graph.shapes import Shape
from engine.inspection.costs import FLOAT_BYTES, TOKEN_BYTES, Costs, bytes_words, cost_words
from gui.canvas.faces import detail_of
from gui.canvas.hit import Hit
from gui.document import Document
from gui.plain_text import escaped


def tip(document: Document, found: Hit, costs: Costs | None = None) -> str:
    """The tooltip for what lies under the pointer, as rich text; empty for nothing."""
    if found.wire is not None:
        return _wire(document, found)
    if found.node not in document.graph.nodes:
        return ""
    if found.what == "badge":
        return _problems(document, found.node)
    if found.what in ("input", "output"):
        return _port(document, found)
    return _node(document, found.node, costs)


def _paragraphs(*parts: str) -> str:
    kept = "".join(f"<div style='margin-bottom:4px'>{part}</div>" for part in parts if part)
    return f"<div style='max-width:320px'>{kept}</div>"


def _words(shape: Shape | None) -> str:
    if shape is None:
        return ""
    if shape.is_tokens:
        return f"{shape.words()} of whole numbers (a vocabulary of {shape.vocabulary:,})"
    return shape.words()


def _amount(shape: Shape) -> str:
    """How much flows: 6,272 numbers, 25 kB per sample in float32."""
    whole = shape.is_tokens
    size = bytes_words(shape.count * (TOKEN_BYTES if whole else FLOAT_BYTES))
    count = counted(shape.count, "number")
    return f"{count}, {size} per sample in {'int64' if whole else 'float32'}"


def _wire(document: Document, found: Hit) -> str:
    wire = found.wire
    if wire is None or wire not in document.graph.wires:
        return ""
    nodes = document.graph.nodes
    shape = document.analysis.shapes.get(wire.source)
    ends = f"{nodes[wire.source].name} → {nodes[wire.target].name}"
    if shape is None:
        said = ["The shape here is not known yet: a layer before it lacks an input or cannot take what arrives."]
    else:
        said = [_words(shape), _amount(shape)]
    return _paragraphs(f"<b>{escaped(ends)}</b>", *map(escaped, said))


def _node(document: Document, id: str, costs: Costs | None) -> str:
    node = document.graph.nodes[id]
    declaration, analysis = node.declaration, document.analysis
    weights = analysis.nodes[id].parameters
    facts = []
    if weights is not None and node.kind not in ("Input", "Output"):
        facts.append(counted(weights, "parameter"))
    arriving = " and ".join(shape.label() for shape in analysis.nodes[id].inputs)
    leaving = analysis.shapes.get(id)
    if arriving and leaving is not None and node.kind != "Output":
        facts.append(f"{arriving} → {leaving.label()}")
    states = []
    if node.bypassed:
        states.append("Bypassed: what comes in goes out unchanged.")
    if node.frozen:
        states.append("Frozen: its weights are not trained.")
    detail = detail_of(node)
    return _paragraphs(
        f"<b>{escaped(declaration.name)}</b> {escaped(node.name)}",
        escaped(declaration.summary),
        escaped(detail),
        escaped(" · ".join(facts)),
        escaped(" ".join(cost_words(costs, id))) if costs is not None else "",
        escaped(" ".join(states)),
        escaped(node.note),
    )


def _port(document: Document, found: Hit) -> str:
    node, analysis = document.graph.nodes[found.node], document.analysis
    if found.what == "output":
        said = _words(analysis.shapes.get(found.node))
        return _paragraphs(
            f"<b>Output of {escaped(node.name)}</b>",
            escaped(said),
            "Drag from here to an input of another layer.",
        )
    declared = next((p for p in node.declaration.inputs if p.name == found.port), None)
    title = declared.title if declared is not None and not node.declaration.variadic else found.port
    title = title[:1].upper() + title[1:]
    optional = " (optional)" if declared is not None and declared.optional else ""
    taken = next((w for w in document.graph.incoming(found.node) if w.input == found.port), None)
    if taken is None:
        said = "Nothing is connected yet. Drag a wire here."
    else:
        shape = _words(analysis.shapes.get(taken.source))
        said = f"From {document.graph.nodes[taken.source].name}" + (f": {shape}" if shape else "")
    return _paragraphs(f"<b>{escaped(title)} of {escaped(node.name)}</b>{optional}", escaped(said))


def _problems(document: Document, id: str) -> str:
    return _paragraphs(
        *(escaped(problem.message) for problem in document.analysis.problems if problem.node == id),
        "Click to see what can be done.",
    )
