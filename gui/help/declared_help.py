"""What is said of the things with a declaration of their own: settings, kinds of layers, layers, actions."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QAction, QKeySequence

from engine.graph.layers import FAMILIES, LayerKind
from engine.graph.parameters import Choice, Flag, Parameter
from gui import manual
from gui.document import Document
from gui.help.explanation import Explanation, rich
from gui.panels.fields import Field
from gui.plain_text import escaped

_ACTIONS = {
    "train": "epoch",
    "again": "undo-training",
    "step": "step",
    "stop": "checkpoint",
    "test": "split",
    "other_weights": "checkpoint",
    "measure": "layer",
    "dataset": "dataset",
    "source": "exporting",
    "source_training": "exporting",
    "undo": "undo-training",
    "redo": "undo-training",
    "canvas.bypass": "bypass",
    "canvas.freeze": "freeze",
    "explain": "help",
    "manual": "help",
    "tour": "help",
}
"""Name of an action -> entry of the manual."""


def of_setting(field: Field, place: QRect) -> Explanation:
    """A setting: what it is, which values it takes, and its name in code."""
    parameter = field.parameter
    facts = [("Allowed", allowed(parameter)), ("Default", _shown(parameter)), ("In code", _code(field))]
    words = [parameter.help, field.problem]
    return Explanation(parameter.title, rich(words, facts), place, manual.of_setting(field.path))


def allowed(parameter: Parameter) -> str:
    """The values that a setting takes, in words."""
    if isinstance(parameter, Choice):
        return ", ".join(parameter.label(option) for option in parameter.options)
    return "on or off" if isinstance(parameter, Flag) else parameter.expected


def _shown(parameter: Parameter) -> str:
    if isinstance(parameter, Flag):
        return "on" if parameter.default else "off"
    if isinstance(parameter, Choice):
        return parameter.label(parameter.default)
    return parameter.show(parameter.default)


def _code(field: Field) -> str:
    """The path of a recipe's setting; of a layer's the name alone."""
    section, dot, _name = field.path.partition(".")
    return field.path if dot and section not in (*FAMILIES, "block", "mine", "made") else field.parameter.name


def of_kind(kind: LayerKind, place: QRect) -> Explanation:
    """A kind of layer: what it does and what one uses it for."""
    return Explanation(
        kind.name, rich([kind.summary, kind.why], [("In PyTorch", kind.torch_class)]), place, manual.of_layer(kind)
    )


def of_layer(document: Document, id: str, place: QRect) -> Explanation:
    """A layer of the drawing: its kind, and what is known of it."""
    node, analysis = document.graph.nodes[id], document.analysis
    kind = node.declaration
    count, shape = analysis.nodes[id].parameters, analysis.shapes.get(id)
    arriving = " and ".join(shape.words() for shape in analysis.nodes[id].inputs)
    inner = kind.name not in ("Input", "Output")
    facts = [
        ("Takes", arriving),
        ("Gives", shape.words() if shape is not None and kind.has_output else ""),
        ("Parameters", f"{count:,}" if count is not None and inner else ""),
        ("In PyTorch", kind.torch_class),
        ("Problem", "; ".join(problem.message for problem in analysis.of(id))),
    ]
    title = kind.name if node.name.casefold() == kind.name.casefold() else f"{kind.name} · {node.name}"
    return Explanation(title, rich([kind.summary, kind.why], facts), place, manual.of_layer(kind))


def action_words(action: QAction) -> str:
    """What a menu entry does and its keys, as rich text."""
    found = of_action(action, QRect())
    return f"<b>{escaped(found.title)}</b>{found.body}"


def of_action(action: QAction, place: QRect) -> Explanation:
    """What a button or a menu entry does, and its keys."""
    keys = " or ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
    title = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…")
    words = action.statusTip() or action.toolTip()
    words = "" if words == title else words
    facts = [("Key", keys), ("Now", "" if action.isEnabled() else "Not available at the moment.")]
    return Explanation(title, rich([words], facts), place, _ACTIONS.get(action.objectName(), ""))
