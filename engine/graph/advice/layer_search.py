"""Finding layers in a drawing by what one remembers of them: a name, a kind, a shape, the value of a setting.

What is typed is a few words, and a layer is found when every word says something about it::

    conv                a name, a kind, a class of torch, a family, or a word that stands on the layer
    32×14×14 · 14x14    the shape it gives, or the end of it
    64 channels · 64    the size of one axis of what it gives
    kernel 3 · p=0.5    a setting and its value
    frozen · bypassed   a state

A note or frame is found when every word stands on it, or says which of the two it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph, Node
from engine.graph.layers import kind as kind_called
from engine.graph.parameters import BadParameter, Choice, Flag, Parameter, Real, Size, Sizes
from engine.graph.shapes import Shape

_SHAPE = re.compile(r"\d+(?:[×x*]\d+)+")
_WHOLE = re.compile(r"\d{1,9}")
_UNITS = {"high": "height", "wide": "width", "long": "length", "steps": "time", "step": "time", "tokens": "time"}
_YES, _NO = frozenset({"yes", "on", "true"}), frozenset({"no", "off", "false"})
_MOST_WORDS = 3
"""A setting is named by at most so many words ("along last axis")."""


def find(graph: Graph, analysis: Analysis, words: str) -> tuple[str, ...]:
    """The ids of the nodes that every word says something about, in the order one reads the diagram; then of notes.

    That is the order in which data runs, and then the nodes that do not feed the goal, from left to right. No words
    find nothing.
    """
    return LayerSearch(graph, analysis).find(words)


class LayerSearch:
    """Finds nodes and notes of one drawing, again and again: what can be said about them is worked out once."""

    def __init__(self, graph: Graph, analysis: Analysis) -> None:
        rank = {id: number for number, id in enumerate(analysis.order)}
        last = len(rank)
        nodes = sorted(graph.nodes.values(), key=lambda node: (rank.get(node.id, last), node.position))
        self._told = [_Told(node, analysis) for node in nodes]
        self._notes = [(note.id, _crossed(f"{note.kind} {note.text}".casefold())) for note in graph.notes.values()]

    def find(self, words: str) -> tuple[str, ...]:
        """The ids of the nodes and notes that every word says something about; see ``find``."""
        wanted = split(words)
        if not wanted:
            return ()
        nodes = (told.node.id for told in self._told if _says(told, wanted))
        return *nodes, *(id for id, text in self._notes if all(word in text for word in wanted))


def split(words: str) -> tuple[str, ...]:
    """The words of a query: ``p = 0.5, 32 x 14 x 14`` gives p, 0.5 and 32×14×14."""
    text = _crossed(words.casefold().replace("=", " ").replace(":", " "))
    text = re.sub(r"(?<=\d)\s+%", "%", text)
    parts = re.split(r"[\s;]+|,(?!\d)|,$", text)
    return tuple(part for part in parts if part and part != "·")


def _crossed(text: str) -> str:
    """The text with every product of numbers written alike: 32 x 14 is 32×14."""
    return re.sub(r"(?<=\d)\s*[×x*]\s*(?=\d)", "×", text)


class _Told:
    """What can be said about one node; worked out when asked, since most words are answered by its name."""

    def __init__(self, node: Node, analysis: Analysis) -> None:
        self.node = node
        self.shape: Shape | None = analysis.shapes.get(node.id)
        self.params: Mapping[str, Any] = analysis.nodes[node.id].params

    @cached_property
    def text(self) -> str:
        node = self.node
        states = ("bypassed skipped " if node.bypassed else "") + ("frozen" if node.frozen else "")
        return f"{node.name} {node.note} {states} ".casefold() + _words_of(node)

    @cached_property
    def detail(self) -> str:
        """The line under the title of the node."""
        write = self.node.declaration.detail
        return write(self.node.params).casefold() if write else ""


def _words_of(node: Node) -> str:
    """What a node is; of a block also what is in it, so that one finds where a layer went."""
    if node.block is None:
        return _kind_words(node.kind)
    inside = " ".join(f"{inner.name} {_words_of(inner)}" for inner in node.block.contents)
    return f"{node.block.title} block nn.module {node.block.summary} {inside}".casefold()


@lru_cache(maxsize=256)
def _kind_words(name: str) -> str:
    kind = kind_called(name)
    return " ".join((kind.name, kind.torch_class, kind.family, *kind.keywords)).casefold()


def _says(told: _Told, words: Sequence[str]) -> bool:
    """Whether the words can be cut into pieces that all say something about the node."""
    if not words:
        return True
    for length in range(min(len(words), _MOST_WORDS + 1), 1, -1):
        piece, rest = words[:length], words[length:]
        if (_axis(told, piece) or _setting(told, piece)) and _says(told, rest):
            return True
    return _word(told, words[0]) and _says(told, words[1:])


def _word(told: _Told, word: str) -> bool:
    if _SHAPE.fullmatch(word):
        sizes = tuple(int(size) for size in re.split("[×x*]", word))
        if told.shape is not None and told.shape.sizes[-len(sizes) :] == sizes:
            return True
        return word.replace("x", "×") in told.detail
    if word in told.text:
        return True
    if word.rstrip("%").replace(".", "", 1).isdigit():
        # A number is found where it stands on the layer or in the shape it gives, but 3 does not find 32.
        if told.shape is not None and _WHOLE.fullmatch(word) and int(word) in told.shape.sizes:
            return True
        return re.search(rf"(?<![\d.]){re.escape(word)}(?![\d.])", told.detail) is not None
    return word in told.detail


def _axis(told: _Told, piece: Sequence[str]) -> bool:
    """``64 channels``, ``channels 64``, ``14 high``."""
    if len(piece) != 2 or told.shape is None:
        return False
    number, name = piece if _WHOLE.fullmatch(piece[0]) else (piece[1], piece[0])
    if not _WHOLE.fullmatch(number):
        return False
    name = _UNITS.get(name, name)
    axes = [axis for axis in told.shape.names if axis == name or axis.removesuffix("s") == name]
    return any(told.shape.size(axis) == int(number) for axis in axes)


def _setting(told: _Told, piece: Sequence[str]) -> bool:
    """``kernel 3``, ``share dropped 50%``, ``bias off``; the value may also stand first, ``128 units``."""
    ways = [(piece[:-1], piece[-1])] + ([(piece[1:], piece[0])] if _is_number(piece[0]) else [])
    return any(
        _has_value(told, parameter, value)
        for names, value in ways
        for parameter in _called(told.node.kind, tuple(names))
    )


def _is_number(word: str) -> bool:
    return word[0].isdigit()


@lru_cache(maxsize=1024)
def _called(kind: str, names: tuple[str, ...]) -> tuple[Parameter, ...]:
    """The settings of a kind of layer that the words may mean."""
    return tuple(parameter for parameter in kind_called(kind).parameters if _named(parameter, names))


def _named(parameter: Parameter, names: Sequence[str]) -> bool:
    """Whether the words begin words of the setting's name or title, in any order; a letter must be all of it."""
    if len(names) == 1 and names[0] in parameter.names:
        return True
    own = {word for name in parameter.names for word in name.split("_")} | {*parameter.title.casefold().split()}
    return all(any(word.startswith(name) for word in own) if len(name) > 1 else name in own for name in names)


def _has_value(told: _Told, parameter: Parameter, text: str) -> bool:
    own = {told.node.params[parameter.name], told.params.get(parameter.name)} - {None}
    if isinstance(parameter, Choice):
        return any(
            str(value).casefold().startswith(text) or parameter.label(value).casefold().startswith(text)
            for value in own
        )
    if isinstance(parameter, Flag):
        return (True in own and text in _YES) or (False in own and text in _NO)
    try:
        wanted = parameter.parse(text)
    except BadParameter:
        return False
    if isinstance(parameter, Real):
        return any(math.isclose(value, wanted, rel_tol=1e-9) for value in own)
    if isinstance(parameter, Size | Sizes) and isinstance(wanted, tuple):
        return any(isinstance(value, tuple) and value == wanted for value in own)
    return wanted in own
