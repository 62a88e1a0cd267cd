"""Finding a layer by what one types: its name, what it is also called, torch's name, or a word of its summary."""

from __future__ import annotations

from collections.abc import Iterable

from engine.graph.blocks.shelf import shelf
from engine.graph.layers import LayerKind, kinds

_ALSO = {
    "smaller": "shrink",
    "downscale": "shrink",
    "reduce": "shrink",
    "bigger": "larger",
    "enlarge": "larger",
    "upscale": "larger",
    "grow": "larger",
    "overfit": "overfitting",
    "regularize": "regularise",
    "normalize": "normalise",
    "join": "concatenate",
    "skip": "shortcut",
    "residual": "shortcut",
    "picture": "image",
    "pictures": "image",
    "images": "image",
    "photo": "image",
}
"""What people also say for a word that layers are described with."""

_FILLERS = frozenset(
    ["a", "an", "the", "to", "of", "my", "for", "against", "with", "and", "make", "makes", "made", "get", "it"]
)
"""Words of a sentence that say nothing about a layer; one that is typed alone is searched for all the same."""


def offered() -> list[LayerKind]:
    """Every kind one can add, in the order of the palette: all layers, then the blocks."""
    return [*kinds().values(), *shelf()]


def rank(kind: LayerKind, words: str) -> int | None:
    """How well a kind answers to the words: -1, its name, is best, None not at all. Every word must be found."""
    total = 0
    if words.casefold().strip() == kind.name.casefold():
        return -1
    typed = words.casefold().split()
    for word in [word for word in typed if word not in _FILLERS] or typed:
        places = [_rank_word(kind, said) for said in (word, _ALSO.get(word, "")) if said]
        found = min((place for place in places if place is not None), default=None)
        if found is None:
            return None
        total += found
    return total


def _rank_word(kind: LayerKind, word: str) -> int | None:
    name, torch_name = kind.name.casefold(), kind.torch_class.casefold()
    if name == word:
        return 0
    if name.startswith(word):
        return 1
    aliases = [alias.casefold() for alias in kind.keywords]
    if any(alias.startswith(word) for alias in aliases):
        return 2
    if word in name:
        return 3
    if word in torch_name or any(word in alias for alias in aliases):
        return 4
    if word in kind.family or (len(word) > 2 and word in kind.summary.casefold()):
        return 6
    return 5 if len(word) > 1 and _in_order(word, name) else None


def _in_order(word: str, name: str) -> bool:
    """Whether the letters of the word appear in the name in this order ("mxp" for MaxPool)."""
    letters = iter(name)
    return all(letter in letters for letter in word)


def search(words: str, among: Iterable[LayerKind] | None = None) -> list[LayerKind]:
    """The kinds that answer to the words, best first; all of them for no words."""
    found = [(rank(kind, words), kind) for kind in (offered() if among is None else among)]
    # sorted() keeps the palette's order among equals.
    return [kind for _place, kind in sorted(((p, k) for p, k in found if p is not None), key=lambda pair: pair[0])]
