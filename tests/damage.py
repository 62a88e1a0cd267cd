"""Damaged files from sound ones: what transfer errors, faulty programs and people with bad intentions do to bytes.

Everything is drawn from a ``random.Random``, so that a seed names a damage.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

Mutation = Callable[[bytearray, random.Random], bytearray]

EXTREMES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x100, 0x1FFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000)
EXTREMES += (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Numbers at which sizes, counts and offsets go wrong."""
HEADER = 64
"""Bytes at the beginning of a file that are hit as often as all the others together."""


def damaged(
    data: bytes, chance: random.Random, others: Sequence[bytes] = (), further: Sequence[Mutation] = ()
) -> bytes:
    """``data`` after one to three random mutations.

    ``others`` are files of which pieces may be put into this one; ``further`` are mutations that know the format.
    """
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if further and chance.random() < 0.5:
            found = chance.choice(further)(found, chance)
        elif others and chance.random() < 0.1:
            found = spliced(found, chance, chance.choice(others))
        else:
            found = chance.choice(GENERAL)(found, chance)
    return bytes(found)


def place_in(data: bytearray, chance: random.Random) -> int:
    """Some place in the data, every other time in its header; 0 when it is empty."""
    reach = min(len(data), HEADER) if chance.random() < 0.5 else len(data)
    return chance.randrange(reach) if reach else 0


def piece_of(data: bytearray, chance: random.Random) -> tuple[int, int]:
    """Start and end of some piece, more often short than long."""
    start = place_in(data, chance)
    return start, min(len(data), start + int(2 ** chance.uniform(0, 12)))


def flip_bits(data: bytearray, chance: random.Random) -> bytearray:
    """One to sixteen bits."""
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if data:
            data[place_in(data, chance)] ^= 1 << chance.randrange(8)
    return data


def set_bytes(data: bytearray, chance: random.Random) -> bytearray:
    """A short run of one value."""
    start = place_in(data, chance)
    end = min(len(data), start + chance.choice((1, 1, 2, 4, 32)))
    data[start:end] = bytes([chance.choice((0, 0xFF, 0x80, chance.randrange(256)))]) * (end - start)
    return data


def set_number(data: bytearray, chance: random.Random) -> bytearray:
    """A number of two or four bytes becomes an extreme one, in either order of bytes."""
    start, size = place_in(data, chance), chance.choice((2, 4))
    value = chance.choice((*EXTREMES, chance.getrandbits(32), len(data))) & ((1 << 8 * size) - 1)
    packed = struct.pack(chance.choice("<>") + {2: "H", 4: "I"}[size], value)
    data[start : start + size] = packed[: max(0, len(data) - start)]
    return data


def truncate(data: bytearray, chance: random.Random) -> bytearray:
    """Cut off the end."""
    return data[: place_in(data, chance)]


def delete(data: bytearray, chance: random.Random) -> bytearray:
    """Cut out a piece."""
    start, end = piece_of(data, chance)
    del data[start:end]
    return data


def repeat(data: bytearray, chance: random.Random) -> bytearray:
    """Put a piece in again, once or many times, where it is or somewhere else."""
    start, end = piece_of(data, chance)
    times = chance.choice((1, 1, 2, 50))
    place = end if chance.random() < 0.5 else place_in(data, chance)
    data[place:place] = data[start:end] * times
    return data


def swap(data: bytearray, chance: random.Random) -> bytearray:
    """Copy one piece over another."""
    start, end = piece_of(data, chance)
    place = place_in(data, chance)
    data[place : place + end - start] = data[start:end]
    return data


def insert(data: bytearray, chance: random.Random) -> bytearray:
    """Put rubbish in."""
    place = place_in(data, chance)
    data[place:place] = chance.randbytes(int(2 ** chance.uniform(0, 10)))
    return data


def append(data: bytearray, chance: random.Random) -> bytearray:
    """Put rubbish, or the file once more, at the end."""
    return data + (data if chance.random() < 0.3 else chance.randbytes(int(2 ** chance.uniform(0, 14))))


def spliced(data: bytearray, chance: random.Random, other: bytes) -> bytearray:
    """A piece of another file put over or into this one, or its end in place of this one's."""
    start, end = piece_of(bytearray(other), chance)
    place = place_in(data, chance)
    last, stop = chance.choice(((place + end - start, end), (place, end), (len(data), len(other))))
    data[place:last] = other[start:stop]
    return data


GENERAL: tuple[Mutation, ...] = (
    flip_bits, flip_bits, set_bytes, set_number, set_number, truncate, delete, repeat, swap, insert, append,
)  # fmt: skip
