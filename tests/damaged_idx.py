"""Sound IDX files of every number type, packed and not, and damaged ones made of them."""

from __future__ import annotations

import gzip
import random
import struct
from collections.abc import Iterator
from functools import cache

import numpy as np

from tests.damage import EXTREMES, damaged

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def encode(array: np.ndarray) -> bytes:
    """An array as an IDX file, not packed."""
    code = CODES[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@cache
def sound() -> tuple[bytes, ...]:
    """One file of each number type with one to four axes, and labels and pictures as MNIST has them."""
    rng = np.random.default_rng(5)
    shapes = ((7,), (3, 4), (2, 3, 4), (2, 1, 3, 2), (0,), (20, 28, 28))
    kinds = [np.dtype(kind) for kind in CODES]
    return tuple(encode(rng.integers(0, 100, shape).astype(kind)) for shape in shapes for kind in kinds)


def damaged_idx(seed: int, count: int) -> Iterator[bytes]:
    """``count`` files, the same for the same seed: every other one packed, before or after it was damaged."""
    chance = random.Random(seed)
    plain = sound()
    for _ in range(count):
        data = chance.choice(plain)
        way = chance.randrange(4)
        if way == 0:
            yield damaged(gzip.compress(data, compresslevel=1, mtime=0), chance, plain)
        elif way == 1:
            yield gzip.compress(_damaged_header(data, chance), compresslevel=1, mtime=0)
        elif way == 2:
            yield _damaged_header(data, chance)
        else:
            yield damaged(data, chance, plain)


def _damaged_header(data: bytes, chance: random.Random) -> bytes:
    """Another type, count of axes or size of one, which may be larger than any memory."""
    changed = bytearray(data)
    way = chance.randrange(4)
    if way == 0:
        changed[2] = chance.choice((*CODES.values(), chance.randrange(256)))
    elif way == 1:
        changed[3] = chance.randrange(10)
    else:
        for axis in range(changed[3]):
            if chance.random() < 0.6:
                struct.pack_into(">I", changed, 4 + 4 * axis, chance.choice(EXTREMES))
    return bytes(changed)
