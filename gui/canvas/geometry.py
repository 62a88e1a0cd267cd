"""Where everything on the canvas lies: sizes of nodes, positions of ports, paths of wires.

Kept apart from painting, so that it can be tested without a pixel. Distances are canvas units: device-independent
pixels at a zoom of 100 %. A node's position is its top left corner; points here are relative to that corner.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from engine.graph.layout.placement import PORT_ROOM, PORT_STEP, SIZES

GRID = 8.0
"""Nodes are placed and moved in steps of this size."""

GAP = 72.0
"""The space left between two nodes that the canvas places itself: room for the label of their wire."""

PADDING = 12.0
ICON = 20.0
ICON_LEFT = 10.0
TITLE_LEFT = ICON_LEFT + ICON + 8.0
TITLE_MIDDLE = 21.0
DETAIL_MIDDLE = 45.0
LAYER_HEIGHT = 64.0
TEXT_STEP = 16.0
"""What each further line of a title or a detail adds to the height of a node."""
BOX_TITLE, BOX_DETAIL, CHIP_TOP = 19.0, 39.0, 52.0
CHIP_HEIGHT, CHIP_GAP, CHIP_PADDING, CHIP_INSET = 20.0, 4.0, 6.0, 8.0
"""Of the chips in a node, one for each layer that is snapped onto it. The first two are also the engine's estimate."""
PORT_LEVEL = 32.0
PORT_RADIUS = 5.5
LEAST_WIDTH, MOST_WIDTH = 104.0, 176.0
# Columns of a laid-out drawing are 200 apart: the widest layer still leaves a piece of wire between two.
BADGE_RADIUS = 9.0
TURN_ROOM, ROW_ROOM = 56.0, 92.0
"""How far a wire that turns back keeps from the level of its ends, where nodes are."""
MOST_TURN = 56.0
"""How far beside its end a wire that turns back bends at most; three quarters of it are painted there."""
BEND = 60.0
"""The width a wire takes to change its level: less than the gap between two columns."""
MARGIN = 12.0
"""How far a node's ports, badge and selection ring reach beyond its body."""

DATA_LEAST_WIDTH, BLOCK_MOST_WIDTH = 128.0, 136.0
# Drawings are laid out for blocks of this size, so that a long title never grows over the next layer.
PICTURE_TOP, PICTURE_GAP, PICTURES = 36.0, 4.0, 4
GOAL_LEAST_WIDTH, GOAL_MOST_WIDTH = 104.0, 152.0
DATA_HEIGHT, GOAL_HEIGHT = SIZES["Input"][1], SIZES["Output"][1]
"""The least heights of the two blocks. Their ports lie in the middle of it, whatever is still to be known of the data:
the wires there are level before and after."""
LINE_HEIGHT = 18.0

Measure = Callable[[str, str], float]
"""(role of the font, text) -> width."""

Shorten = Callable[[str, str, float], str]
"""(role of the font, text, width) -> the text, cut with an ellipsis where it is too long."""


@dataclass(frozen=True)
class Chip:
    """What is shown of a layer in the node that it is snapped onto."""

    title: str
    sign: str = ""
    """"lock" on one whose weights are not trained, "note" on one with a note, or ""."""


@dataclass(frozen=True)
class Face:
    """What a node shows, before it is known how large that is.

    ``block`` is "data", "goal", "chip" for a layer that is snapped onto another, or "" for one that is not.
    """

    kind: str
    family: str
    title: str
    detail: str = ""
    detail_is_name: bool = False
    block: str = ""
    aside: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    pictures: int = 0
    inputs: tuple[str, ...] = ("in",)
    has_output: bool = True
    bypassed: bool = False
    frozen: bool = False
    stacked: bool = False
    """Whether it is a block: more layers lie behind it."""
    noted: bool = False
    chips: tuple[Chip, ...] = ()
    """Of the layers that are snapped onto it, in the order data run."""


@dataclass(frozen=True)
class NodeLayout:
    """Where the parts of one node lie, and its texts in lines that fit.

    ``x`` and ``y``: where its body begins, for a chip: it lies in the node that it is snapped onto.
    """

    width: float
    height: float
    inputs: tuple[tuple[str, QPointF], ...]
    output: QPointF | None
    title: str
    detail: str
    lines: tuple[tuple[str, str], ...] = ()
    cell: float = 0.0
    top: float = PICTURE_TOP
    """Where the pictures or lines of a block begin."""
    title_middle: float = TITLE_MIDDLE
    detail_middle: float = DETAIL_MIDDLE
    """The levels of the middle of the first line of each."""
    chips: tuple[QRectF, ...] = ()
    x: float = 0.0
    y: float = 0.0

    @property
    def body(self) -> QRectF:
        """The node itself."""
        return QRectF(self.x, self.y, self.width, self.height)

    @property
    def level(self) -> float:
        """How far below the corner the wires of the node are level with one another."""
        if self.output is not None:
            return self.output.y()
        return (self.inputs[0][1].y() + self.inputs[-1][1].y()) / 2 if self.inputs else self.height / 2

    @property
    def bounds(self) -> QRectF:
        """All that is painted of the node: ports and badge reach beyond its body."""
        return self.body.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    @property
    def badge(self) -> QPointF:
        """The middle of the problem badge."""
        return QPointF(self.x + self.width - 2.0, self.y + 2.0)

    def input(self, port: str) -> QPointF:
        """Where an input lies; a port the node does not show (yet) lies where its first one is."""
        for name, point in self.inputs:
            if name == port:
                return point
        return self.inputs[0][1] if self.inputs else QPointF(0.0, PORT_LEVEL)

    def picture_cells(self) -> list[QRectF]:
        """The squares for pictures of a data block, from left to right; none when it has no pictures."""
        if not self.cell:
            return []
        step = self.cell + PICTURE_GAP
        left = (self.width - PICTURES * self.cell - (PICTURES - 1) * PICTURE_GAP) / 2
        return [QRectF(left + step * column, self.top, self.cell, self.cell) for column in range(PICTURES)]


def snap(value: float) -> float:
    """The nearest step of the grid."""
    return round(value / GRID) * GRID


def snapped(x: float, y: float) -> tuple[float, float]:
    """The nearest point of the grid."""
    return (snap(x), snap(y))


def layout(face: Face, measure: Measure, shorten: Shorten) -> NodeLayout:
    """The size of a node and the places of its parts."""
    if face.block == "data":
        return _data_layout(face, measure, shorten)
    if face.block == "goal":
        return _goal_layout(face, measure, shorten)
    lock, note = 18.0 if face.frozen else 0.0, 18.0 if face.noted else 0.0
    detail_role = "number" if face.detail_is_name else "small"
    beside = TITLE_LEFT + PADDING + lock
    around = 2 * PADDING + note
    title = _lines("strong", face.title, MOST_WIDTH - beside, measure, shorten)
    detail = _lines(detail_role, face.detail, MOST_WIDTH - around, measure, shorten, most=3)
    chips = [2 * CHIP_PADDING + measure("small", c.title) + (14.0 if c.sign else 0.0) for c in face.chips]
    inset = CHIP_INSET if len(face.inputs) < 2 else 2 * CHIP_INSET  # beside the ports
    wanted = max(
        beside + max(measure("strong", line) for line in title),
        around + max(measure(detail_role, line) for line in detail),
        inset + CHIP_INSET + sum(chips) + CHIP_GAP * (len(chips) - 1) if chips else 0.0,
    )
    width = _fitted(wanted, LEAST_WIDTH, MOST_WIDTH)
    more = TEXT_STEP * (len(title) - 1), TEXT_STEP * (len(detail) - 1)
    cells: list[QRectF] = []
    if chips:
        cells, bottom = _chip_cells(chips, CHIP_TOP + sum(more), inset, width)
        height = bottom + CHIP_INSET
    else:
        height = LAYER_HEIGHT + sum(more)
    # The ports lie where they would without chips and further lines: those of nodes side by side are level.
    base = max(LAYER_HEIGHT, PORT_STEP * (len(face.inputs) - 1) + PORT_ROOM)
    height = max(height, base)
    return NodeLayout(
        width,
        height,
        _inputs(face.inputs, base),
        _output(face, width, base),
        "\n".join(title),
        "\n".join(detail),
        title_middle=BOX_TITLE if chips else TITLE_MIDDLE,
        detail_middle=(BOX_DETAIL if chips else DETAIL_MIDDLE) + more[0],
        chips=tuple(cells),
    )


def chip_layout(face: Face, host: NodeLayout, number: int, measure: Measure, shorten: Shorten) -> NodeLayout:
    """A layer that is snapped onto a node, as one of the chips in it, counted from 0.

    It shares the node's corner, and the last of them its output.
    """
    cell = host.chips[number]
    last = number == len(host.chips) - 1
    sign = 14.0 if face.frozen or face.noted else 0.0
    title = shorten("small", face.title, cell.width() - 2 * CHIP_PADDING - sign)
    inputs = tuple((port, QPointF(cell.left(), cell.center().y())) for port in face.inputs)
    return NodeLayout(
        cell.width(), cell.height(), inputs, host.output if last else None, title, "", x=cell.left(), y=cell.top()
    )


def _chip_cells(widths: Sequence[float], top: float, left: float, room: float) -> tuple[list[QRectF], float]:
    """The chips side by side from ``left``, in another row where there is no room; and where the last row ends."""
    cells: list[QRectF] = []
    x = left
    for width in widths:
        width = min(width, room - CHIP_INSET - left)
        if x > left and x + width > room - CHIP_INSET + 0.5:
            x, top = left, top + CHIP_HEIGHT + CHIP_GAP
        cells.append(QRectF(x, top, width, CHIP_HEIGHT))
        x += width + CHIP_GAP
    return cells, top + CHIP_HEIGHT


_SETTINGS, _WORDS = re.compile(r"(?<= · )"), re.compile(r"(?<= )|(?<=_)|(?<=[a-z0-9])(?=[A-Z])")
"""Where a line may end: between the settings of a detail; else between words, and within names like MaxPool2d."""


def _lines(role: str, words: str, room: float, measure: Measure, shorten: Shorten, most: int = 2) -> list[str]:
    """The words in as few lines as they need, ``most`` at most; only what is too long for those is cut."""
    if measure(role, words) <= room:
        return [words]
    lines: list[str] = []
    rest = (_SETTINGS if " · " in words else _WORDS).split(words)
    while rest and len(lines) < most - 1:
        count = 1
        while count < len(rest) and measure(role, _joined(rest[: count + 1])) <= room:
            count += 1
        line, rest = _joined(rest[:count]), rest[count:]
        if measure(role, line) > room:  # one long word: it is broken where the line ends
            fits = max(1, sum(measure(role, line[:k]) <= room for k in range(1, len(line) + 1)))
            line, rest = line[:fits], [line[fits:], *rest]
        lines.append(line)
    last = _joined(rest)
    return [*lines, shorten(role, last, room)] if last else lines


def _joined(parts: Sequence[str]) -> str:
    return "".join(parts).strip(" ·")


def _data_layout(face: Face, measure: Measure, shorten: Shorten) -> NodeLayout:
    room = BLOCK_MOST_WIDTH - 2 * PADDING
    title = _lines("strong", face.title, room, measure, shorten)
    aside = measure("number", face.aside)
    widest = max(measure("strong", line) for line in title)
    texts = [measure("small", text) for _label, text in face.lines]
    beside = len(title) == 1 and widest + aside + 10.0 <= room
    wanted = 2 * PADDING + max([widest + (aside + 10.0 if beside and aside else 0.0), aside, *texts])
    width = _fitted(wanted, DATA_LEAST_WIDTH, BLOCK_MOST_WIDTH)
    inner = width - 2 * PADDING
    # The shape stands beside the title, or on a line of its own below it.
    top = PICTURE_TOP + TEXT_STEP * (len(title) - 1) + (0.0 if beside or not aside else TEXT_STEP)
    cell = math.floor((inner - (PICTURES - 1) * PICTURE_GAP) / PICTURES) if face.pictures else 0.0
    below = top + (cell + 4.0 if cell else -2.0)
    height = max(DATA_HEIGHT, below + LINE_HEIGHT * len(face.lines) + 6.0)
    lines = tuple((label, shorten("small", text, inner)) for label, text in face.lines)
    height = math.ceil(height / GRID) * GRID
    port = QPointF(width, DATA_HEIGHT / 2)
    return NodeLayout(width, height, (), port, "\n".join(title), face.aside, lines, cell, top)


def _goal_layout(face: Face, measure: Measure, shorten: Shorten) -> NodeLayout:
    values = [text for _label, text in face.lines]
    wanted = 2 * PADDING + max([measure("strong", face.title)] + [measure("small", text) for text in values])
    width = _fitted(wanted, GOAL_LEAST_WIDTH, GOAL_MOST_WIDTH)
    height = max(GOAL_HEIGHT, PICTURE_TOP + LINE_HEIGHT * len(values) + 6.0)
    height = math.ceil(height / GRID) * GRID
    lines = tuple((label, shorten("small", text, width - 2 * PADDING)) for label, text in face.lines)
    title = shorten("strong", face.title, width - 2 * PADDING)
    return NodeLayout(width, height, _inputs(face.inputs, GOAL_HEIGHT), None, title, "", lines)


def _fitted(wanted: float, least: float, most: float) -> float:
    return min(most, max(least, math.ceil(wanted / GRID) * GRID))


def _inputs(ports: Sequence[str], height: float) -> tuple[tuple[str, QPointF], ...]:
    first = height / 2 - PORT_STEP * (len(ports) - 1) / 2
    return tuple((port, QPointF(0.0, first + PORT_STEP * k)) for k, port in enumerate(ports))


def _output(face: Face, width: float, height: float) -> QPointF | None:
    return QPointF(width, height / 2) if face.has_output else None


# Wires


Cubic = tuple[QPointF, QPointF, QPointF, QPointF]


@dataclass(frozen=True)
class Curve:
    """A wire: it leaves an output to the right and arrives at an input from the left.

    Forward it is one cubic. Backward it turns, runs between the rows (or below both ends) and turns again. With a
    ``level`` it runs there in between, and bends right behind its start and right before its end.
    """

    start: QPointF
    end: QPointF
    level: float | None = None

    @property
    def turns(self) -> bool:
        """Whether it runs backward."""
        dx, dy = self.end.x() - self.start.x(), self.end.y() - self.start.y()
        return not (dx >= 24.0 or (dx >= 0 and abs(dy) < 48.0))

    @property
    def run(self) -> float:
        """The level between the two turns of a wire that runs backward."""
        if self.level is not None:
            return self.level
        start, dy = self.start.y(), self.end.y() - self.start.y()
        if abs(dy) >= 2 * TURN_ROOM:
            # Between the first two rows, where there is room, however far down the wire goes.
            return start + math.copysign(min(abs(dy) / 2, ROW_ROOM), dy)
        return max(start, self.end.y()) + TURN_ROOM

    @cached_property
    def pieces(self) -> tuple[Cubic, ...]:
        """The cubics it consists of, end to end."""
        start, end = self.start, self.end
        if not self.turns:
            return (_bend(start, end),) if self.level is None else self._along(self.level)
        level = self.run
        right, left = QPointF(start.x(), level), QPointF(end.x(), level)
        out, back = (
            min(MOST_TURN, 12.0 + abs(level - start.y()) * 0.3),
            min(MOST_TURN, 12.0 + abs(level - end.y()) * 0.3),
        )
        return (
            (start, start + QPointF(out, 0.0), right + QPointF(out, 0.0), right),
            _straight(right, left),
            (left, left - QPointF(back, 0.0), end - QPointF(back, 0.0), end),
        )

    def _along(self, level: float) -> tuple[Cubic, ...]:
        start, end = self.start, self.end
        bend = min(BEND, (end.x() - start.x()) / 2)
        first = QPointF(start.x() + bend, level) if level != start.y() else start
        last = QPointF(end.x() - bend, level) if level != end.y() else end
        before = (_bend(start, first),) if first != start else ()
        after = (_bend(last, end),) if last != end else ()
        return (*before, _straight(first, last), *after)

    def path(self) -> QPainterPath:
        """The wire to be drawn."""
        path = QPainterPath(self.start)
        for start, one, two, to in self.pieces:
            if _is_level((start, one, two, to)):
                path.lineTo(to)  # drawn in a part of the time
            else:
                path.cubicTo(one, two, to)
        return path

    def lines(self, steps: int = 6) -> list[QLineF]:
        """Straight lines along it: one for a level piece, ``steps`` for one that bends."""
        found: list[QLineF] = []
        for piece in self.pieces:
            start, one, two, end = piece
            if _is_level(piece):
                found.append(QLineF(start, end))
                continue
            # In plain numbers: thousands of wires are asked for theirs when a large drawing is opened.
            x0, x1, x2, x3 = start.x(), one.x(), two.x(), end.x()
            y0, y1, y2, y3 = start.y(), one.y(), two.y(), end.y()
            x, y = x0, y0
            for a, b, c, d in _shares(steps):
                to_x, to_y = x0 * a + x1 * b + x2 * c + x3 * d, y0 * a + y1 * b + y2 * c + y3 * d
                found.append(QLineF(x, y, to_x, to_y))
                x, y = to_x, to_y
            found.append(QLineF(x, y, x3, y3))
        return found

    def point(self, t: float) -> QPointF:
        """The point at share ``t`` (0 to 1) of the curve, counting every piece alike."""
        along = t * len(self.pieces)
        number = min(int(along), len(self.pieces) - 1)
        return _on(self.pieces[number], along - number)

    @property
    def middle(self) -> QPointF:
        """Where it is marked and labelled: half way along, or along the level piece if it has one."""
        if self.level is None or self.turns:
            return self.point(0.5)
        return _on(max(self.pieces, key=lambda piece: piece[3].x() - piece[0].x()), 0.5)

    def distance(self, point: QPointF, steps: int = 24) -> float:
        """How far a point is from the curve, to within a fraction of a unit for ordinary wires."""
        px, py = point.x(), point.y()
        best = math.inf
        for piece in self.pieces:
            before = piece[0]
            for k in range(1, steps + 1):
                after = _on(piece, k / steps)
                best = min(best, _segment_distance(px, py, before, after))
                before = after
        return best


def _bend(start: QPointF, end: QPointF) -> Cubic:
    dx, dy = end.x() - start.x(), end.y() - start.y()
    reach = max(dx * 0.5, min(36.0, abs(dy) * 0.5))
    return (start, start + QPointF(reach, 0.0), end - QPointF(reach, 0.0), end)


def _straight(start: QPointF, end: QPointF) -> Cubic:
    third = (end - start) / 3
    return (start, start + third, end - third, end)


def _is_level(piece: Cubic) -> bool:
    return bool(piece[0].y() == piece[1].y() == piece[2].y() == piece[3].y())


@lru_cache(maxsize=8)
def _shares(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """What each of a cubic's four points counts at the ends of all of so many steps but the last."""
    ways = [k / steps for k in range(1, steps)]
    return tuple(((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3) for t in ways)


def _on(piece: Cubic, t: float) -> QPointF:
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return piece[0] * a + piece[1] * b + piece[2] * c + piece[3] * d


def _segment_distance(px: float, py: float, a: QPointF, b: QPointF) -> float:
    ax, ay, dx, dy = a.x(), a.y(), b.x() - a.x(), b.y() - a.y()
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / length))
    return math.hypot(px - ax - t * dx, py - ay - t * dy)


def label_middle(curve: Curve, width: float, above: float | None = None) -> QPointF:
    """Where the middle of a wire's label lies: above the wire, or above the nodes where the gap is too narrow.

    ``above``: the top of the higher one of the two nodes; None for two small layers.
    """
    middle = curve.middle
    led = curve.level is not None and not curve.turns
    flat = led or abs(curve.end.y() - curve.start.y()) < 24.0
    gap = curve.end.x() - curve.start.x()
    if flat and 0 <= gap < width + 2 * PORT_RADIUS - 8.0:
        top = min(curve.start.y(), curve.end.y()) - PORT_LEVEL if above is None else above
        return QPointF(middle.x(), top - 9.0)
    return QPointF(middle.x(), middle.y() - (11.0 if flat else 0.0))


@lru_cache(maxsize=8)
def grid_steps(scale: float, least: float = 16.0) -> float:
    """The distance of the grid's dots at a zoom: doubled until they are ``least`` screen pixels apart."""
    step = 3 * GRID
    while step * scale < least:
        step *= 2
    return step
