"""Characters as tokens: a vocabulary fitted on text, text -> numbers and back.

Token 0 stands for every character that is not in the vocabulary; it is written as ``�``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

UNKNOWN = "\ufffd"
MOST = 8_192
"""Tokens of a vocabulary; the rarest characters of a text that has more of them are unknown."""
_CODES = 0x110000

Tokens = NDArray[np.int16]


def fit_characters(pieces: Iterable[str]) -> str:
    """The vocabulary of a text in pieces: UNKNOWN, then its characters in the order of Unicode, at most MOST in all."""
    counts = np.zeros(_CODES, dtype=np.int64)
    for piece in pieces:
        part = np.bincount(_codes(piece))
        counts[: len(part)] += part
    counts[ord(UNKNOWN)] = 0
    found = np.flatnonzero(counts)
    if len(found) > MOST - 1:
        most = np.argsort(-counts[found], kind="stable")[: MOST - 1]
        found = np.sort(found[most])
    return UNKNOWN + "".join(map(chr, found.tolist()))


def encoded(text: str, characters: str) -> Tokens:
    """The tokens of a text, as many as it has characters."""
    return _numbers(characters)[_codes(text)]


@lru_cache(maxsize=2)
def _numbers(characters: str) -> Tokens:
    """The token of each character that there is."""
    table = np.zeros(_CODES, dtype=np.int16)
    known = _codes(characters)
    table[known[1:]] = np.arange(1, len(known), dtype=np.int16)
    return table


def decoded(tokens: NDArray[np.integer], characters: str) -> str:
    """The text that tokens stand for."""
    return "".join(characters[token] for token in tokens.tolist())


def strangers(text: str, characters: str) -> str:
    """The characters of a text that are not in the vocabulary, each once, as they come."""
    return "".join(dict.fromkeys(letter for letter in text if letter not in characters or letter == UNKNOWN))


def is_vocabulary(characters: object) -> bool:
    """Whether a value from a file is what ``fit_characters`` gives."""
    if not isinstance(characters, str) or not 1 <= len(characters) <= MOST or characters[0] != UNKNOWN:
        return False
    known = characters[1:]
    return UNKNOWN not in known and all(one < other for one, other in pairwise(known))


def _codes(text: str) -> NDArray[np.uint32]:
    # Halves of characters, which no file gives but a person's input may, are unknown like others.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
