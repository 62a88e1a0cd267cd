"""Sizes and ports of nodes, without a pixel."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from gui.canvas.node_layout import BLOCK_MOST_WIDTH, MOST_WIDTH, PICTURES, Chip, Face, chip_layout, layout


def measure(_role: str, text: str) -> float:
    return 7.0 * len(text)


def shorten(_role: str, text: str, room: float) -> str:
    return text if measure("", text) <= room else text[: max(0, int(room / 7) - 1)] + "…"


@given(title=st.text(max_size=80), detail=st.text(max_size=200), inputs=st.integers(0, 64), frozen=st.booleans())
def test_a_layer_has_room_for_its_texts_and_ports(title: str, detail: str, inputs: int, frozen: bool) -> None:
    ports = tuple(f"in{k}" for k in range(1, inputs + 1))
    place = layout(Face("X", "dense", title, detail, inputs=ports, frozen=frozen), measure, shorten)
    assert place.width <= MOST_WIDTH
    for line in (*place.title.split("\n"), *place.detail.split("\n")):
        assert measure("", line) <= place.width
    assert len(place.inputs) == inputs
    levels = [point.y() for _name, point in place.inputs]
    assert all(0 < y < place.height for y in levels)
    assert all(b - a >= 12 for a, b in itertools.pairwise(levels))
    assert place.bounds.contains(place.badge)
    assert place.output == QPointF(place.width, place.level)
    assert 0 < place.level < place.height


def test_the_usual_layer_has_its_ports_on_one_level() -> None:
    one = layout(Face("ReLU", "activation", "ReLU"), measure, shorten)
    two = layout(Face("Conv2d", "convolution", "Conv2d", "32 filters · 3×3"), measure, shorten)
    assert one.height == two.height
    assert one.inputs[0][1].y() == two.output.y()


def test_further_lines_and_rows_of_chips_leave_the_ports_where_they_are() -> None:
    chip = Chip("BatchNorm")
    for chips in ((), (chip,), (chip, chip, chip, chip, chip)):
        for title in ("Conv2d", "TransformerEncoderLayer"):
            for detail in ("", "32 filters · 3×3 · stride 2 · padding 1 · 4 groups"):
                place = layout(Face("X", "dense", title, detail, chips=chips), measure, shorten)
                assert (place.output.y(), place.inputs[0][1].y()) == (32.0, 32.0)
                assert all(place.body.contains(cell) for cell in place.chips)
                assert "…" not in place.title + place.detail
                words = place.detail.replace("\n", " · ")
                assert words == detail
                assert place.title.replace("\n", "") == title


def test_the_block_of_the_data_has_its_port_where_it_is_whatever_is_known_of_the_data() -> None:
    def block(title: str, pictures: int, lines: int) -> Face:
        told = tuple(("", f"line {k}") for k in range(lines))
        return Face("Input", "data", title, block="data", pictures=pictures, lines=told, inputs=())

    faces = [block(title, p, n) for title in ("D", "A rather long title") for p in (0, 1) for n in range(6)]
    assert {layout(face, measure, shorten).output.y() for face in faces} == {52.0}


@given(
    titles=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=9),
    inputs=st.integers(1, 5),
    sign=st.sampled_from(["", "lock", "note"]),
)
def test_chips_lie_in_their_node_and_share_its_output(titles: list[str], inputs: int, sign: str) -> None:
    ports = tuple(f"in{k}" for k in range(1, inputs + 1))
    chips = tuple(Chip(title, sign) for title in titles)
    host = layout(Face("X", "dense", "X", "x", inputs=ports, chips=chips), measure, shorten)
    faces = [Face("ReLU", "activation", title, block="chip", frozen=sign == "lock") for title in titles]
    places = [chip_layout(face, host, number, measure, shorten) for number, face in enumerate(faces)]
    assert all(host.body.contains(place.body) for place in places)
    assert not any(a.body.intersects(b.body) for a, b in itertools.combinations(places, 2))
    assert [place.output for place in places] == [None] * (len(places) - 1) + [host.output]
    for _port, point in host.inputs:
        assert not any(place.body.adjusted(-6, -6, 6, 6).contains(point) for place in places)


@pytest.mark.parametrize("pictures", [0, 1])
@pytest.mark.parametrize("lines", [0, 3])
def test_the_data_block_holds_pictures_and_lines(pictures: int, lines: int) -> None:
    face = Face(
        "Input",
        "data",
        "A dataset with a very long title",
        block="data",
        aside="1×28×28",
        pictures=pictures,
        lines=tuple(("", f"line {k}") for k in range(lines)),
        inputs=(),
    )
    place = layout(face, measure, shorten)
    assert place.width <= BLOCK_MOST_WIDTH
    cells = place.picture_cells()
    assert len(cells) == (PICTURES if pictures else 0)
    assert all(place.body.contains(cell) for cell in cells)
    assert not any(a.intersects(b) for k, a in enumerate(cells) for b in cells[k + 1 :])
    bare = layout(Face("Input", "data", "D", block="data", inputs=()), measure, shorten)
    assert place.height >= bare.height
    assert place.inputs == ()


def test_the_goal_block_grows_with_its_lines() -> None:
    heights = [
        layout(Face("Output", "goal", "Goal", block="goal", lines=(("loss", "x"),) * k), measure, shorten).height
        for k in range(5)
    ]
    assert heights == sorted(heights)
    assert heights[4] > heights[1]
