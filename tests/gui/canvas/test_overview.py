"""From afar the diagram is painted as a whole: the picture follows every change as it does from near."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion

from engine.graph.layers import kinds
from engine.graph.note_edits import add_note, last_note
from gui.canvas import items, overview
from gui.canvas.items import WireItem
from gui.canvas.node_layout import Face
from gui.canvas.overview import Afar
from gui.canvas.painting import PLAIN, far_colours
from gui.theme import style
from gui.theme.contrast import ratio
from gui.theme.tokens import THEMES
from tests.pictures import shot

SCALE = 0.3


def picture(hand) -> QImage:
    hand.canvas.viewport().repaint()
    return shot(hand.canvas.viewport())


def colour(hand, point: QPointF) -> QColor:
    return picture(hand).pixelColor(hand.on_screen(point))


def from_afar(hand) -> None:
    hand.canvas.zoom_to(SCALE)
    hand.canvas.centerOn(hand.canvas.projection.content().center())


def test_no_item_is_painted_by_itself(hand, monkeypatch) -> None:
    painted: list[str] = []
    monkeypatch.setattr(items, "paint_node", lambda _painter, face, *_rest: painted.append(face.kind))
    from_afar(hand)
    picture(hand)
    assert painted == []
    hand.canvas.zoom_to(0.8)
    picture(hand)
    assert painted


def test_a_change_repaints_the_whole(hand, qapp) -> None:
    """Qt repaints an item only where it painted it last; from afar it painted none, and its place may be wrong."""
    from_afar(hand)
    hand.canvas.viewport().repaint()
    qapp.processEvents()
    painted = Painted(hand.canvas)
    hand.document.select({"n5"})
    qapp.processEvents()
    assert painted.region.boundingRect() == hand.canvas.viewport().rect()


class Painted(QObject):
    """Gathers which parts of a canvas are painted."""

    def __init__(self, canvas) -> None:
        super().__init__(canvas)
        self.region = QRegion()
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def test_nodes_wires_and_ground_are_there(hand, qapp) -> None:
    for name in ("light", "dark"):
        style.apply(qapp, name)
        from_afar(hand)
        ground, node = colour(hand, QPointF(560, 300)), colour(hand, hand.body("n3"))
        assert ground == QColor(style.current().canvas)
        assert node not in (ground, QColor(style.current().panel))
        middle = hand.on_screen(hand.middle("n3", "n4"))
        # As fine as the screen is: a line may be thinner than a point.
        line = hand.canvas.viewport().grab(QRect(middle.x() - 1, middle.y() - 2, 3, 5)).toImage()
        assert any(line.pixelColor(x, y) != ground for x in range(line.width()) for y in range(line.height()))
    style.apply(qapp, "light")


def test_edits_undo_and_dragging_show_at_once(hand) -> None:
    from_afar(hand)
    ground, there = QColor(style.current().canvas), QPointF(300, 420)
    before, off_title = hand.body("n5"), QPointF(0.0, 24.0)
    node = colour(hand, before + off_title)
    assert colour(hand, there) == ground
    hand.document.edit("x", hand.graph.move({"n5": (240, 390)}))
    assert colour(hand, hand.body("n5") + off_title) == node
    assert colour(hand, there) != ground
    assert colour(hand, before) == ground
    hand.document.undo()
    assert colour(hand, there) == ground
    hand.hold(hand.body("n5"), there)
    assert colour(hand, hand.body("n5")) != ground
    assert colour(hand, before) == ground
    hand.release(there)
    hand.document.edit("x", hand.graph.remove(["n5"]))
    assert colour(hand, there) == ground


def test_what_a_node_is_shown_as_is_seen_from_afar(hand) -> None:
    from_afar(hand)
    body = hand.canvas.projection.nodes["n3"].body
    edge = QPointF(body.left() + 1.0, body.center().y())
    plain = colour(hand, edge)
    hand.document.select(["n3"])
    assert colour(hand, edge) == QColor(style.current().accent)
    hand.document.select([])
    assert colour(hand, edge) == plain
    inside = colour(hand, hand.body("n4"))
    hand.canvas.emphasis.show_found(["n3"])
    assert colour(hand, hand.body("n4")) != inside
    hand.canvas.emphasis.show_found(None)
    assert colour(hand, hand.body("n4")) == inside


def test_notes_and_frames_are_seen_from_afar(hand) -> None:
    from_afar(hand)
    ground = QColor(style.current().canvas)
    graph = add_note(hand.graph, position=(560, 260), size=(200, 200))
    hand.document.edit("x", graph)
    assert colour(hand, QPointF(740, 440)) != ground
    hand.document.edit("x", hand.graph.with_notes({}))
    assert last_note(graph)
    assert colour(hand, QPointF(740, 440)) == ground


def test_a_note_that_steps_back_is_seen_to(hand) -> None:
    """Of all that is kept as one picture, only the note changes."""
    from_afar(hand)
    hand.document.edit("x", add_note(hand.graph, text="n", position=(560, 260), size=(200, 200)))
    layer = hand.canvas.projection.notes
    lit = colour(hand, QPointF(740, 440))
    layer.fade_all_but(())
    assert colour(hand, QPointF(740, 440)) != lit
    layer.fade_all_but(None)
    assert colour(hand, QPointF(740, 440)) == lit


def test_a_part_painted_anew_is_the_same_as_the_whole(hand) -> None:
    from_afar(hand)
    whole = picture(hand)
    hand.canvas.viewport().update(QRect(200, 150, 90, 80))
    hand.canvas.viewport().repaint(QRect(300, 200, 40, 40))
    assert shot(hand.canvas.viewport()) == whole


def test_moving_the_view_paints_nothing_anew_and_shows_the_same(hand, monkeypatch) -> None:
    from_afar(hand)
    picture(hand)
    hand.canvas.pan_by(QPoint(8, 4))
    picture(hand)  # the view moved over the diagram: from now on there is more of it than is seen
    collected: list[object] = []
    really = Afar._paint_all
    monkeypatch.setattr(Afar, "_paint_all", lambda self, *rest: (collected.append(self), really(self, *rest)))
    # By whole pixels of the screen, whether a point is 1, 1.25, 1.5 or 2 of them.
    for step in (QPoint(12, -4), QPoint(-32, 40), QPoint(-4, -4)):
        hand.canvas.pan_by(step)
        moved = picture(hand)
        assert collected == []
        hand.canvas.projection.sheet.version += 1
        assert picture(hand) == moved
        assert len(collected) == 1
        hand.canvas.pan_by(QPoint(4, 4))
        picture(hand)
        collected.clear()


def test_lines_of_a_wire_lead_from_end_to_end(hand) -> None:
    for item in hand.canvas.projection.wires.values():
        assert isinstance(item, WireItem)
        lines = item.curve.lines()
        assert lines[0].p1() == item.curve.start
        assert lines[-1].p2() == item.curve.end
        for one, other in pairwise(lines):
            assert one.p2() == other.p1()


def inked(hand, id: str) -> bool:
    """Whether something is written on a node: its box has more than one colour."""
    box = hand.canvas.projection.nodes[id].body
    shown = QRect(hand.on_screen(box.topLeft()), hand.on_screen(box.bottomRight())).adjusted(3, 3, -3, -3)
    image = picture(hand)
    across, down = range(shown.left(), shown.right()), range(shown.top(), shown.bottom())
    return len({image.pixel(x, y) for x in across for y in down}) > 1


@pytest.mark.usefixtures("letters")
def test_titles_are_read_from_afar_until_there_is_no_room(hand, monkeypatch) -> None:
    from_afar(hand)
    assert all(inked(hand, id) for id in hand.graph.nodes)
    hand.document.edit("Rename", hand.graph.set_params("n3", out_channels=5))
    assert inked(hand, "n3")
    hand.canvas.zoom_to(0.06)
    hand.canvas.centerOn(hand.canvas.projection.content().center())
    assert not any(inked(hand, id) for id in hand.graph.nodes)
    from_afar(hand)
    monkeypatch.setattr(overview, "MOST_TITLES", len(hand.graph.nodes) - 1)
    hand.canvas.projection.sheet.version += 1
    assert not any(inked(hand, id) for id in hand.graph.nodes), "in a large drawing it would take too long"


@pytest.mark.usefixtures("letters")
def test_a_title_is_made_smaller_broken_and_shorter_as_its_box_demands(qapp) -> None:
    assert overview.fitted_title("ReLU", 9, 200, 21) == (9, "ReLU")
    size, lines = overview.fitted_title("BatchNorm2d", 11, 60, 21)
    assert lines == "BatchNorm2d"
    assert 8 <= size < 11
    assert overview.fitted_title("BatchNorm2d", 9, 40, 21) == (8, "Batch\nNorm2d")
    assert overview.fitted_title("BatchNorm2d", 9, 45, 15) == (9, "BatchNorm")
    assert overview.fitted_title("BatchNorm2d", 9, 30, 15) == (9, "BN")
    assert overview.fitted_title("Conv2d", 9, 28, 15) == (8, "Conv2d")
    assert overview.fitted_title("Conv2d", 9, 22, 15) == (9, "Conv")
    assert overview.fitted_title("Conv2d", 9, 16, 15) == (9, "Con")
    assert overview.fitted_title("MNIST digits", 9, 45, 30) == (9, "MNIST\ndigits")
    assert "\n" not in overview.fitted_title("MNIST digits", 9, 45, 20)[1]
    assert overview.fitted_title("GlobalAvgPool", 9, 15, 20)[1] == "GAP"
    assert overview.fitted_title("GlobalAvgPool", 9, 12, 20)[1] == "GA"
    assert overview.fitted_title("GlobalAvgPool", 9, 6, 20)[1] == ""
    assert overview.fitted_title("ReLU", 9, 200, 9)[1] == ""


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_title_of_no_layer_is_cut_or_blank_at_any_zoom_at_which_two_letters_fit(qapp, kind: str) -> None:
    for tenths in range(10, 50):
        wide, high = round(104 * tenths / 100) - 3, round(52 * tenths / 100)
        _size, written = overview.fitted_title(kind, 11, wide, high)
        assert "…" not in written
        assert bool(written) == (high >= overview.LEAST_HEIGHT), (tenths, written)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_titles_stand_out_from_their_boxes(theme) -> None:
    for family in theme.families:
        fill, _edge, _width = far_colours(Face("ReLU", family, "ReLU"), PLAIN, theme)
        assert ratio(theme.text, fill) >= 4.5, family
