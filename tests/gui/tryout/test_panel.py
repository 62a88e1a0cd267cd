"""Preview, bars and the panel that puts them round the pad."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from engine.data.digit import prepare_strokes
from engine.reports.figures import probability
from gui import theme
from gui.theme.contrast import ratio
from gui.tryout import panel as panel_module
from gui.tryout.panel import TryoutPanel
from gui.tryout.preview import Preview
from gui.tryout.probabilities import ProbabilityBars
from tests.pictures import shot

LEFT = Qt.MouseButton.LeftButton
GARMENTS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


@pytest.fixture(autouse=True)
def _still(qapp: QApplication):
    theme.apply(qapp, "light")
    theme.set_motion("reduced")
    yield
    theme.set_motion("system")


@pytest.fixture
def panel(qtbot) -> TryoutPanel:
    made = TryoutPanel()
    qtbot.addWidget(made)
    made.resize(300, 460)
    made.show()
    qtbot.waitExposed(made)
    return made


def draw_one(panel: TryoutPanel) -> None:
    square = panel.pad.square().toRect()
    top, bottom = square.center() - QPoint(0, 50), square.center() + QPoint(0, 50)
    QTest.mousePress(panel.pad, LEFT, Qt.KeyboardModifier.NoModifier, top)
    QTest.mouseMove(panel.pad, bottom)
    QTest.mouseRelease(panel.pad, LEFT, Qt.KeyboardModifier.NoModifier, bottom)


def sure_of(index: int, classes: int = 10) -> np.ndarray:
    made = np.full(classes, 0.03 / (classes - 1))
    made[index] = 0.97
    return made


# -- preview ----------------------------------------------------------------------------------------------------


def test_the_preview_shows_every_pixel_with_hard_edges(qtbot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    picture = np.zeros((28, 28), np.uint8)
    picture[10, 12] = 255
    preview.set_picture(picture)
    preview.resize(preview.sizeHint())
    image = shot(preview)
    bright = {(x, y) for x in range(6, 78) for y in range(6, 78) if image.pixelColor(x, y).lightness() > 200}
    assert bright == {(x, y) for x in range(36, 39) for y in range(30, 33)}
    between = [image.pixelColor(x, 31).lightness() for x in range(10, 80)]
    assert all(value < 40 or value > 200 for value in between)


def test_the_preview_keeps_its_own_copy(qtbot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    picture = np.zeros((28, 28), np.uint8)
    preview.set_picture(picture)
    picture[:] = 255
    shown = preview.picture()
    assert shown is not None
    assert shown.max() == 0
    preview.set_picture(None)
    assert preview.picture() is None


@pytest.mark.parametrize("name", [name for name, chosen in theme.THEMES.items() if chosen.strong])
def test_in_high_contrast_the_preview_has_an_edge(qapp, qtbot, name: str) -> None:
    theme.apply(qapp, name)
    preview = Preview()
    qtbot.addWidget(preview)
    preview.resize(preview.sizeHint())
    image = shot(preview)
    assert ratio(image.pixelColor(40, 0).name(), theme.current().panel) >= 3.0
    assert ratio(image.pixelColor(0, 40).name(), theme.current().panel) >= 3.0
    theme.apply(qapp, "light")


@pytest.mark.parametrize("name", theme.THEMES)
def test_both_lines_under_the_preview_are_as_easy_to_read(qapp, qtbot, name: str) -> None:
    theme.apply(qapp, name)
    preview = Preview(caption="MMMM", note="MMMM")
    qtbot.addWidget(preview)
    preview.resize(preview.sizeHint())
    image = shot(preview)
    ground = image.pixelColor(image.width() - 1, image.height() - 1).name()
    strongest = [
        max(ratio(image.pixelColor(x, y).name(), ground) for x in range(40) for y in range(top, top + 14))
        for top in (88, 102)
    ]
    assert strongest[1] == pytest.approx(strongest[0], rel=0.02)
    assert strongest[1] >= 4.0
    theme.apply(qapp, "light")


@pytest.mark.parametrize("wrong", [np.zeros((1, 28, 28), np.uint8), np.zeros((28, 28), np.float32)])
def test_the_preview_refuses_what_is_no_grey_picture(qtbot, wrong) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    with pytest.raises(ValueError, match="uint8"):
        preview.set_picture(wrong)


# -- bars -------------------------------------------------------------------------------------------------------


@pytest.fixture
def bars(qtbot) -> ProbabilityBars:
    made = ProbabilityBars()
    qtbot.addWidget(made)
    made.resize(280, 132)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_likeliest_class_stands_out_and_is_said_aloud(bars) -> None:
    bars.set_values(sure_of(3))
    assert bars.best() == 3
    image = shot(bars)
    top = bars.bar(3).center().toPoint()
    assert image.pixelColor(top).name().upper() == theme.LIGHT.accent
    assert bars.bar(3).height() > 10 * bars.bar(4).height()
    assert bars.accessibleDescription().startswith("3: 97 %")


def test_no_answer_is_explained(bars) -> None:
    bars.set_values(None)
    assert bars.best() is None
    assert bars.accessibleDescription() == bars.empty_text
    empty = shot(bars)
    bars.empty_text = ""
    assert shot(bars) != empty


@pytest.mark.parametrize("classes", [2, 3, 10, 26, 100])
def test_any_number_of_classes_fits(bars, classes) -> None:
    bars.set_classes([str(index) for index in range(classes)])
    bars.set_values(sure_of(classes - 1, classes))
    inside = bars.rect().adjusted(-1, -1, 1, 1).toRectF()
    assert all(inside.contains(bars.bar(index)) for index in range(classes))
    lefts = [bars.bar(index).left() for index in range(classes)]
    assert lefts == sorted(lefts)
    for index in (0, classes // 2, classes - 1):
        assert bars.class_at(QPointF(bars.bar(index).center().x(), 10)) == index
    bars.grab()


def test_long_names_lie_down_likeliest_first(bars) -> None:
    bars.set_classes(GARMENTS)
    values = np.linspace(0.01, 0.19, 10)
    bars.set_values(values)
    assert not bars.is_upright()
    assert bars.rows() == [9, 8, 7, 6, 5]
    assert bars.rest_words() == "and 5 more, 25 % together"
    assert bars.class_at(QPointF(20, 5)) == 9
    assert bars.bar(0).isEmpty()
    bars.grab()


def test_hovering_tells_name_and_value(bars, qtbot) -> None:
    bars.set_values(sure_of(3))
    QTest.mouseMove(bars, QPoint(int(bars.bar(3).center().x()), 20))
    qtbot.waitUntil(lambda: QToolTip.text() == "3: 97 %")
    QToolTip.hideText()


@pytest.mark.parametrize("wrong", [np.zeros(9), np.zeros((10, 1)), np.full(10, np.nan)])
def test_wrong_values_are_refused(bars, wrong) -> None:
    with pytest.raises(ValueError):
        bars.set_values(wrong)


@pytest.mark.parametrize("classes", [101, 300, 1_000])
def test_of_very_many_classes_the_likeliest_are_shown(bars, classes, qtbot) -> None:
    bars.resize(280, 220)
    bars.set_classes([f"{index}" for index in range(classes)])
    shares = np.full(classes, 0.1 / (classes - 2))
    shares[[77, 3]] = 0.6, 0.3
    bars.set_values(shares)
    assert not bars.is_upright()
    assert bars.rows()[:2] == [77, 3]
    assert len(bars.rows()) == 10
    assert bars.rest_words().startswith(f"and {classes - 10:,} more, ")
    assert bars.accessibleDescription().startswith("77: 60 %, 3: 30 %")
    assert all(bars.rect().toRectF().contains(bars.bar(index)) for index in bars.rows())
    QTest.mouseMove(bars, QPoint(40, 20 * 10 + 8))
    qtbot.waitUntil(lambda: QToolTip.text() == "")
    assert bars.rest_at(QPointF(40, 208))
    assert bars.rest_hover_text().startswith("11. ")
    assert bars.rest_hover_text().endswith(f"and {classes - 15:,} less likely ones")
    shot(bars)


@pytest.mark.parametrize("classes", [0, 1])
def test_too_few_classes_are_refused(bars, classes) -> None:
    with pytest.raises(ValueError, match="two or more"):
        bars.set_classes([str(index) for index in range(classes)])


@pytest.mark.parametrize("names", [tuple("0123456789"), tuple(f"a long name {number}" for number in range(10))])
def test_bars_are_as_long_as_their_numbers_in_every_frame(bars, names) -> None:
    bars.set_classes(names)
    bars.resize(300, 220)
    bars.set_values(np.eye(10)[0])
    full = bars.bar(0).height() if bars.is_upright() else bars.bar(0).width()
    theme.set_motion("full")
    rng = np.random.default_rng(0)
    for _ in range(5):  # as while a network learns: the next numbers come before anything could have glided
        shares = rng.dirichlet(np.full(10, 0.3))
        bars.set_values(shares)
        drawn = [bars.bar(number) for number in range(10)]
        lengths = np.array([bar.height() if bars.is_upright() else bar.width() for bar in drawn])
        assert np.allclose(lengths, np.maximum(shares * full, 2.0))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.973, "97 %"), (0.0999, "10.0 %"), (0.004, "0.4 %"), (0.0, "0.0 %"), (1e-6, "< 0.1 %"), (1.0, "100 %")],
)
def test_percentages_are_short(share, words) -> None:
    assert probability(share) == words


def test_what_is_not_certain_is_never_a_hundred_percent() -> None:
    assert probability(0.9999) == "> 99.9 %"
    assert probability(0.996) == "> 99 %"


# -- panel ------------------------------------------------------------------------------------------------------


def test_drawing_asks_for_a_prediction_of_the_prepared_picture(panel, qtbot) -> None:
    asked: list[np.ndarray] = []
    panel.prediction_wanted.connect(asked.append)
    draw_one(panel)
    assert asked
    assert asked[-1].shape == (28, 28)
    assert asked[-1].dtype == np.uint8
    np.testing.assert_array_equal(asked[-1], prepare_strokes(panel.pad.strokes()))
    np.testing.assert_array_equal(asked[-1], panel.preview.picture())
    assert asked[-1].max() > 200


def test_an_answer_is_shown_with_its_note(panel) -> None:
    draw_one(panel)
    panel.show_prediction(sure_of(1), "Still training: this is the network after 320 steps.")
    assert (panel.answer.text(), panel.answer.share()) == ("1", "97 %")
    assert panel.bars.best() == 1
    assert panel.status.text() == "Still training: this is the network after 320 steps."
    panel.show_prediction(sure_of(7), "")
    assert panel.answer.text() == "7"
    assert panel.status.text().startswith("Wrong?")


def test_an_empty_pad_and_a_missing_network_say_what_to_do(panel) -> None:
    assert panel.status.text().startswith("Draw")
    draw_one(panel)
    assert panel.status.text() == "Loading the network…"
    panel.show_prediction(None, "The network changed: press Train to teach it again.")
    assert panel.answer.text() == ""
    assert panel.status.text() == "The network changed: press Train to teach it again."


def test_clearing_wipes_the_answer_and_a_late_one_is_not_shown(panel) -> None:
    draw_one(panel)
    panel.show_prediction(sure_of(1), "")
    QTest.mouseClick(panel.clear_button, LEFT)
    assert panel.pad.is_empty()
    assert panel.preview.picture() is None
    assert panel.answer.text() == ""
    panel.show_prediction(sure_of(1), "")
    assert panel.bars.values() is None
    assert panel.answer.text() == ""


def test_the_buttons_are_usable_only_when_they_do_something(panel) -> None:
    assert not panel.undo_button.isEnabled()
    assert not panel.clear_button.isEnabled()
    draw_one(panel)
    assert panel.undo_button.isEnabled()
    assert panel.clear_button.isEnabled()
    QTest.mouseClick(panel.undo_button, LEFT)
    assert panel.pad.is_empty()
    assert not panel.undo_button.isEnabled()


def test_asking_again_sends_the_same_picture_and_nothing_for_an_empty_pad(panel) -> None:
    asked: list[np.ndarray] = []
    panel.prediction_wanted.connect(asked.append)
    panel.request_prediction()
    assert asked == []
    draw_one(panel)
    count = len(asked)
    panel.request_prediction()
    assert len(asked) == count + 1
    np.testing.assert_array_equal(asked[-1], asked[-2])


def test_an_answer_that_is_not_a_number_is_explained(panel) -> None:
    draw_one(panel)
    panel.show_prediction(np.full(10, np.nan), "")
    assert panel.bars.values() is None
    assert "not finite" in panel.status.text()


def test_long_class_names_fit_the_answer(panel) -> None:
    panel.set_classes(GARMENTS, title="Draw a garment")
    draw_one(panel)
    panel.show_prediction(sure_of(9), "")
    assert panel.answer.text() == "Ankle boot"
    (word,) = [label for label in panel.answer.findChildren(QLabel) if label.text() == "Ankle boot"]
    assert word.sizeHint().width() <= panel.answer.width()
    assert panel.title.text() == "Draw a garment"


def test_the_lines_under_the_preview_are_whole(panel) -> None:
    letters = QFontMetrics(theme.font("caption"))
    for line in ("network input", "28×28, centred"):
        assert panel.preview.width() >= letters.horizontalAdvance(line)


# -- unlike everything learned ------------------------------------------------------------------------------------

UNLIKE = "This looks like none of the digits the network has learned."


def test_what_is_unlike_everything_is_said_once_the_pen_has_rested(panel: TryoutPanel, qtbot) -> None:
    draw_one(panel)
    panel.show_prediction(sure_of(8), "", unlike=UNLIKE)
    assert panel.answer.text() == "8"
    qtbot.waitUntil(lambda: panel.answer.text() == "no digit")
    assert panel.answer.share() == ""
    assert UNLIKE in panel.status.text()
    assert panel.bars.best() == 8
    panel.show_prediction(sure_of(8), "", unlike=UNLIKE)
    assert panel.answer.text() == "no digit"
    panel.show_prediction(sure_of(8), "")
    assert panel.answer.text() == "8"
    assert UNLIKE not in panel.status.text()


def test_while_a_line_is_drawn_it_is_not_said(panel: TryoutPanel, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(panel_module, "REST_MS", 0)
    square = panel.pad.square().toRect()
    QTest.mousePress(panel.pad, LEFT, Qt.KeyboardModifier.NoModifier, square.center())
    panel.show_prediction(sure_of(8), "", unlike=UNLIKE)
    for _ in range(3):
        QApplication.processEvents()
    assert panel.answer.text() == "8"
    QTest.mouseRelease(panel.pad, LEFT, Qt.KeyboardModifier.NoModifier, square.center())
    qtbot.waitUntil(lambda: panel.answer.text() == "no digit")
    panel.pad.clear()
    assert panel.answer.text() == ""
    assert UNLIKE not in panel.status.text()


def test_other_classes_are_unknown(panel: TryoutPanel, qtbot) -> None:
    panel.set_classes(GARMENTS)
    draw_one(panel)
    panel.show_prediction(sure_of(3), "", unlike="This is unlike everything the network was trained on.")
    qtbot.waitUntil(lambda: panel.answer.text() == "unknown")
    assert panel.status.property("role") == "warning"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_words_of_doubt_can_be_read(panel: TryoutPanel, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    assert ratio(theme.current().warning_text, theme.current().panel) >= 4.5


def test_the_right_bar_and_its_key_name_what_is_drawn(panel, qtbot) -> None:
    named: list[tuple[np.ndarray, int]] = []
    panel.named.connect(lambda picture, index: named.append((picture, index)))
    QTest.mouseClick(panel.bars, LEFT, pos=panel.bars.rect().center())
    QTest.keyClick(panel.pad, Qt.Key.Key_7)
    assert named == []  # nothing is drawn
    draw_one(panel)
    panel.show_prediction(sure_of(1))
    QTest.keyClick(panel.pad, Qt.Key.Key_7)
    slot = panel.bars.width() / 10
    QTest.mouseClick(panel.bars, LEFT, pos=QPoint(round(4.5 * slot), panel.bars.height() // 2))
    assert [index for _, index in named] == [7, 4]
    np.testing.assert_array_equal(named[0][0], panel.preview.picture())


def test_of_hundreds_of_classes_the_right_one_is_found_by_its_name(panel, qtbot) -> None:
    panel.set_classes([f"sign {index:03d}" for index in range(300)], title="Draw a sign")
    named: list[int] = []
    panel.named.connect(lambda _picture, index: named.append(index))
    draw_one(panel)
    panel.show_prediction(sure_of(1, 300))
    assert panel.bars.rows()[0] == 1
    assert 250 not in panel.bars.rows()
    below = QPoint(30, 20 * len(panel.bars.rows()) + 8)
    QTest.mouseClick(panel.bars, LEFT, pos=below)
    finder = panel.finder
    assert finder.isVisible()
    QTest.keyClicks(finder.field, "25")
    assert finder.note.text() == "13 found"
    QTest.keyClicks(finder.field, "0")
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert named == [250]
    assert not finder.isVisible()


def test_what_one_can_do_with_drawings_of_ones_own_is_there_while_the_pad_is_empty(panel) -> None:
    assert panel.own.isHidden()
    panel.say_of_own("MNIST 99.6 % · you 91 % (64 drawings)", can_teach=True)
    assert not panel.own.isHidden()
    assert panel.status.text() == "MNIST 99.6 % · you 91 % (64 drawings)"
    draw_one(panel)
    assert panel.own.isHidden()
    panel.pad.clear()
    panel.say_of_own("", can_teach=False)
    assert panel.own.isHidden()
    assert panel.status.text().startswith("Draw")
