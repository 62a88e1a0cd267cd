"""How people write the ten digits: pen paths, one entry for each way of writing.

Every way is given by a few key shapes with the same points. A written digit is a blend of them, so one way already
covers what lies between its key shapes: long tails and short ones, small loops and large ones, straight stems and bent.

Notation: a line `digit name | share … | aspect …` (how often it is used among the ways of its digit, and its width over
its height), then one key shape a line. Points are `x,y` in hundredths of the digit's box, y downwards; the pen runs
through them in a smooth curve; `!` after a point is a sharp corner; `/` lifts the pen.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.sources import digit_ways_0_4, digit_ways_5_9


@dataclass(frozen=True)
class PenPath:
    """One movement of the pen: the points it runs through, and which of them are sharp corners."""

    points: tuple[tuple[float, float], ...]
    corners: tuple[int, ...]


@dataclass(frozen=True)
class Way:
    """One way of writing a digit: how often it is used, its width over its height, and its key shapes."""

    digit: int
    name: str
    share: float
    aspect: float
    shapes: tuple[tuple[PenPath, ...], ...]


def read_ways(text: str) -> tuple[Way, ...]:
    """Read ways of writing from their notation.

    Raises:
        ValueError: if the key shapes of a way do not have the same strokes, points and corners.
    """
    ways: list[Way] = []
    for block in text.strip().split("\n\n"):
        title, *lines = block.splitlines()
        name, share, aspect = (part.strip() for part in title.split("|"))
        digit, _, name = name.partition(" ")
        shapes = tuple(_shape(line) for line in lines)
        if len({tuple((len(stroke.points), stroke.corners) for stroke in shape) for shape in shapes}) != 1:
            raise ValueError(f"The key shapes of {digit} ({name}) do not have the same strokes, points and corners.")
        ways.append(
            Way(int(digit), name, float(share.removeprefix("share")), float(aspect.removeprefix("aspect")), shapes)
        )
    return tuple(ways)


def _shape(line: str) -> tuple[PenPath, ...]:
    strokes: list[PenPath] = []
    for part in line.split("/"):
        words = part.split()
        pairs = [word.rstrip("!").split(",") for word in words]
        points = tuple((float(x) / 100, float(y) / 100) for x, y in pairs)
        strokes.append(PenPath(points, tuple(i for i, word in enumerate(words) if word.endswith("!"))))
    return tuple(strokes)


WAYS: tuple[Way, ...] = read_ways(digit_ways_0_4.WAYS) + read_ways(digit_ways_5_9.WAYS)
