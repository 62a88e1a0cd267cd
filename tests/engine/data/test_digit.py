"""What the pad's drawings and any picture become before a network sees them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import idx
from engine.data.digit import PEN, THICKEST, THINNEST, InkError, draw_over, prepare_picture, prepare_strokes
from engine.data.ink import centre_by_mass, draw_one

SEVEN = [[(10.0, 10.0), (60.0, 8.0), (58.0, 30.0), (40.0, 60.0), (34.0, 92.0)], [(28.0, 52.0), (62.0, 50.0)]]


def moved(strokes, scale=1.0, x=0.0, y=0.0):
    return [[(scale * a + x, scale * b + y) for a, b in stroke] for stroke in strokes]


def box(picture):
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def centre_of_mass(picture):
    weights = picture.astype(float)
    y, x = np.mgrid[:28, :28]
    return (weights * y).sum() / weights.sum(), (weights * x).sum() / weights.sum()


def thickness(picture):
    ink = np.pad(picture / 255.0, 1)
    outline = np.hypot(np.diff(ink, axis=0)[:, :-1], np.diff(ink, axis=1)[:-1]).sum()
    return 2 * ink.sum() / outline


def on_paper(picture, *, ink=30, paper=225, size=(120, 160), at=(40, 70)):
    """The picture times two, dark on bright, somewhere on a sheet."""
    sheet = np.full(size, float(paper))
    big = np.kron(picture / 255.0, np.ones((2, 2)))
    part = sheet[at[0] : at[0] + 56, at[1] : at[1] + 56]
    part += (ink - paper) * big
    return sheet


def differs(first, second):
    return float(np.abs(first.astype(float) - second.astype(float)).mean())


class TestStrokes:
    def test_ink_is_bright_and_fits_into_twenty_pixels(self):
        picture = prepare_strokes(SEVEN)
        assert picture.shape == (28, 28)
        assert picture.dtype == np.uint8
        assert picture.max() == 255
        assert max(box(picture)) == 20

    def test_centre_of_mass_lies_in_the_middle(self):
        y, x = centre_of_mass(prepare_strokes(SEVEN))
        assert abs(y - 14) <= 0.5
        assert abs(x - 14) <= 0.5

    @pytest.mark.parametrize(("scale", "x", "y"), [(1, 500, -300), (0.01, 0, 0), (37.5, 1e4, 1e4)])
    def test_place_and_size_do_not_matter(self, scale, x, y):
        assert differs(prepare_strokes(moved(SEVEN, scale, x, y)), prepare_strokes(SEVEN)) < 0.5

    def test_aspect_is_kept(self):
        height, width = box(prepare_strokes([[(0, 0), (50, 0), (50, 100), (0, 100), (0, 0)]]))
        assert height == 20
        assert width == pytest.approx(PEN + (20 - PEN) / 2, abs=1.01)

    def test_y_grows_downwards(self):
        picture = prepare_strokes([[(0, 0), (100, 0)], [(50, 0), (50, 100)]])  # T
        rows = np.flatnonzero(picture.any(axis=1))
        assert (picture[rows[1]] > 0).sum() > 3 * (picture[rows[-2]] > 0).sum()

    def test_repeated_points_change_nothing(self):
        doubled = [[point for point in stroke for _ in range(3)] for stroke in SEVEN]
        assert differs(prepare_strokes(doubled), prepare_strokes(SEVEN)) < 1.0

    def test_many_points_along_the_way_change_nothing(self):
        fine = [[(float(t), float(2 * t)) for t in np.linspace(0, 100, 3000)]]
        assert differs(prepare_strokes(fine), prepare_strokes([[(0, 0), (100, 200)]])) < 1.0

    @pytest.mark.parametrize("points", [[(3.0, 4.0)], [(3.0, 4.0)] * 5, [(1e307, -1e307)]])
    def test_a_dot_is_a_dot_in_the_middle(self, points):
        picture = prepare_strokes([points])
        assert max(box(picture)) <= 5
        assert picture.max() > 230
        assert centre_of_mass(picture) == pytest.approx((14, 14), abs=0.51)

    @pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
    def test_nothing_drawn_is_black(self, strokes):
        assert not prepare_strokes(strokes).any()
        assert prepare_strokes(strokes).shape == (28, 28)

    def test_huge_and_tiny_coordinates_are_sound(self):
        for scale in (1e-20, 1e20, 1e305):
            assert differs(prepare_strokes(moved(SEVEN, scale)), prepare_strokes(SEVEN)) < 0.5

    @pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
    def test_what_is_not_finite_is_refused_with_its_place(self, bad):
        with pytest.raises(InkError, match=r"Point 2 of stroke 2 .* finite"):
            prepare_strokes([[(0, 0), (1, 1)], [(0, 0), (bad, 1)]])

    @pytest.mark.parametrize("stroke", [[(1, 2, 3)], [1, 2], ["ab"], [(1, 2), (3,)]])
    def test_what_is_no_pair_is_refused(self, stroke):
        with pytest.raises(InkError, match="Stroke 1"):
            prepare_strokes([stroke])

    @pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
    def test_impossible_pens_are_refused(self, width):
        with pytest.raises(InkError, match="pen width"):
            prepare_strokes(SEVEN, pen_width=width)

    def test_a_broader_pen_draws_thicker_but_within_limits(self):
        widths = [thickness(prepare_strokes(SEVEN, pen_width=width)) for width in (0.1, 12.0, 15.0, 200.0)]
        assert widths == sorted(widths)
        assert widths[0] == pytest.approx(THINNEST, abs=0.4)
        assert widths[-1] == pytest.approx(THICKEST, abs=0.6)

    def test_pen_and_drawing_grow_together(self):
        small = prepare_strokes(SEVEN, pen_width=12.0)
        assert differs(prepare_strokes(moved(SEVEN, 4.0), pen_width=48.0), small) < 0.5

    def test_a_click_that_slipped_stays_a_dot(self):
        assert max(box(prepare_strokes([[(50.0, 50.0), (50.5, 50.0)]], pen_width=16.0))) <= 6

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=12),
            min_size=1,
            max_size=4,
        ),
        st.none() | st.floats(1e-3, 1e5),
    )
    def test_any_drawing_is_prepared(self, strokes, pen_width):
        picture = prepare_strokes(strokes, pen_width=pen_width)
        assert picture.shape == (28, 28)
        assert picture.any()
        assert max(box(picture)) <= 20


def test_a_lone_segment_covers_its_length_times_its_width():
    ink = draw_one(
        np.array([[4.0, 10.0]], dtype=np.float32),
        np.array([[16.0, 10.0]], dtype=np.float32),
        np.array([1.5], dtype=np.float32),
    )
    assert ink.sum() == pytest.approx(12 * 3 + np.pi * 1.5**2, rel=0.03)


def test_centring_never_loses_ink():
    corner = np.zeros((1, 20, 20), dtype=np.uint8)
    corner[0, :, 0] = 10  # a long faint line at the left, a heavy spot at the bottom right
    corner[0, 17:, 17:] = 255
    assert centre_by_mass(corner).sum() == corner.sum()


class TestPictures:
    @pytest.fixture
    def digit(self):
        return prepare_strokes(SEVEN)

    def test_a_prepared_digit_stays_as_it_is(self, digit):
        assert differs(prepare_picture(digit), digit) < 2.0

    def test_both_polarities_give_the_same(self, digit):
        assert differs(prepare_picture(255 - digit), prepare_picture(digit)) < 0.5
        sheet = on_paper(digit)
        assert differs(prepare_picture(255 - sheet), prepare_picture(sheet)) < 0.5

    def test_place_and_number_type_do_not_matter(self, digit):
        expected = prepare_picture(on_paper(digit))
        assert differs(prepare_picture(on_paper(digit, at=(2, 3))), expected) < 0.5
        sheet = on_paper(digit)
        for same in (sheet.astype(np.uint8), (sheet * 257).astype(np.uint16), (sheet / 255).astype(np.float32)):
            assert differs(prepare_picture(same), expected) < 1.0
        assert differs(prepare_picture(sheet < 128), expected) < 12.0

    def test_colour_and_transparency(self, digit):
        sheet = on_paper(digit)
        expected = prepare_picture(sheet)
        assert differs(prepare_picture(np.stack([sheet] * 3, axis=2)), expected) < 0.5
        assert differs(prepare_picture(sheet[:, :, None]), expected) < 0.5
        for ink in (0, 255):
            clear = np.zeros((*sheet.shape, 4), dtype=np.uint8)
            clear[..., :3] = ink
            clear[..., 3] = 255 * (225 - sheet) / 195
            assert differs(prepare_picture(clear), expected) < 2.0

    def test_uneven_light_grain_specks_and_a_frame(self, digit):
        rng = np.random.default_rng(5)
        clean = prepare_picture(on_paper(digit))
        sheet = on_paper(digit)
        y, x = np.mgrid[0 : sheet.shape[0], 0 : sheet.shape[1]]
        sheet = sheet * (1.0 - 0.4 * x / sheet.shape[1] - 0.15 * y / sheet.shape[0])
        sheet += rng.normal(0, 5, sheet.shape)
        sheet[5:7, 9:11] = 40
        sheet[100:102, 20:22] = 40
        sheet[:4] = 20
        sheet[:, -5:] = 25
        assert differs(prepare_picture(sheet), clean) < 12.0

    def test_result_is_centred_and_in_the_box(self, digit):
        picture = prepare_picture(on_paper(digit, at=(60, 100)))
        assert max(box(picture)) <= 20
        assert centre_of_mass(picture) == pytest.approx((14, 14), abs=0.51)

    def test_thin_lines_are_thickened(self):
        sheet = np.full((300, 300), 255, dtype=np.uint8)
        sheet[40:260, 149:151] = 0
        sheet[40:42, 60:240] = 0
        assert thickness(prepare_picture(sheet)) > 1.2

    @pytest.mark.parametrize("value", [0, 7, 255])
    def test_an_even_sheet_is_black(self, value):
        assert not prepare_picture(np.full((50, 40), value, dtype=np.uint8)).any()

    def test_grain_alone_is_black(self):
        sheet = np.random.default_rng(0).normal(200, 3, (90, 90))
        assert not prepare_picture(sheet).any()

    @pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2), (28, 28), (3, 900)])
    def test_any_size_is_taken(self, shape):
        picture = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
        assert prepare_picture(picture).shape == (28, 28)

    @pytest.mark.parametrize("shape", [(5,), (3, 4, 5), (2, 3, 4, 5), (), (0, 4), (4, 0, 3)])
    def test_what_is_no_picture_is_refused(self, shape):
        with pytest.raises(InkError, match="image"):
            prepare_picture(np.zeros(shape))

    def test_what_is_not_finite_is_refused(self):
        sheet = np.zeros((9, 9))
        sheet[3, 4] = np.nan
        with pytest.raises(InkError, match="finite"):
            prepare_picture(sheet)


@pytest.mark.real_data
def test_mnist_pictures_stay_what_they_are(real_data):
    pictures = idx.read(real_data / "mnist" / "t10k-images-idx3-ubyte.gz")[:200]
    for prepared in ([prepare_picture(picture) for picture in pictures], [prepare_picture(255 - p) for p in pictures]):
        difference = np.abs(np.stack(prepared).astype(float) - pictures).mean(axis=(1, 2))
        assert np.median(difference) < 1.0
        assert (difference < 4.0).mean() > 0.95


def test_strokes_are_drawn_onto_a_picture_where_they_lie() -> None:
    ground = np.zeros((28, 28), dtype=np.uint8)
    ground[3, 4] = 77
    drawn = draw_over(ground, [[(140.0, 140.0)], []], 280.0)
    assert ground.sum() == 77, "the image itself is left alone"
    assert drawn[3, 4] == 77
    rows, columns = np.nonzero(drawn > 128)
    assert set(rows) | set(columns) <= {4, 3, 13, 14}
    assert drawn[13:15, 13:15].min() > 128
    assert draw_over(ground, [], 280.0).tobytes() == ground.tobytes()
    with pytest.raises(InkError):
        draw_over(ground, [[(float("nan"), 1.0)]], 280.0)
