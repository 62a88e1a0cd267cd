"""The size of a node and where its parts lie: texts, ports, pictures, chips.

Kept apart from painting, so that it can be tested without a pixel. Distances are canvas units: device-independent
pixels at a zoom of 100 %. A node's position is its top left corner; points here are relative to that corner.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from engine.graph.layout.placement import PORT_ROOM, PORT_STEP, SIZES
from gui.canvas.grid import GRID

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
