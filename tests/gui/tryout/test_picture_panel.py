"""Trying an image: a part of it is chosen with the mouse, or one is painted in colours, and one door prepares it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.examples.values import Collection, Description, ExampleKind
from engine.data.pictures.colour import as_colours
from engine.data.pictures.input import picture_input
from engine.data.sources.own_examples import own_schema
from gui import theme
from gui.tryout.picture_panel import PicturePanel
from gui.tryout.pixels import image_in

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COLOUR = own_schema(Collection(Description("Skies", ExampleKind.PICTURES, ("sky", "wood"), (3, 16, 16))))
WIDE = own_schema(Collection(Description("Wide", ExampleKind.PICTURES, ("sky", "wood"), (3, 16, 32))))
BLUE, GREEN = (90, 150, 235), (40, 110, 60)


@pytest.fixture
def panel(qtbot) -> PicturePanel:
    theme.apply(QApplication.instance(), "light")
    made = PicturePanel()
    qtbot.addWidget(made)
    made.resize(300, 420)
    made.show()
    qtbot.waitExposed(made)
    made.asked = []
    made.prediction_wanted.connect(made.asked.append)
    made.show_schema(COLOUR, None)
    return made


def landscape() -> np.ndarray:
    """Sky above a wood, wider than high."""
    image = np.empty((60, 120, 3), np.uint8)
    image[:30], image[30:] = BLUE, GREEN
    return image


def colour_of(picture: np.ndarray) -> tuple[int, ...]:
    """The mean colour of a picture 3×height×width."""
    return tuple(round(value) for value in picture.reshape(3, -1).mean(axis=1))


def near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 12


def test_the_part_of_an_image_is_dragged_and_resized(panel, qtbot) -> None:
    image = landscape()
    panel.show_image(image, picture_input(image, COLOUR))
    crop = panel.crop
    assert (crop.part.width(), crop.part.height()) == (60, 60)
    assert crop.part.left() == 30, "the middle, in the shape of the network's own"
    turn = QPoint(0, 120)
    middle = QPointF(crop.rect().center())
    for _ in range(10):
        wheel = QWheelEvent(
            middle, crop.mapToGlobal(middle), QPoint(), turn, Qt.MouseButton.NoButton, PLAIN,
            Qt.ScrollPhase.NoScrollPhase, False,
        )
        QApplication.sendEvent(crop, wheel)
    assert crop.part.width() < 30
    start = crop.rect().center()
    QTest.mousePress(crop, LEFT, PLAIN, start)
    QTest.mouseMove(crop, start + QPoint(0, 300))
    QTest.mouseRelease(crop, LEFT, PLAIN, start + QPoint(0, 300))
    assert crop.part.bottom() == 60, "it stays on the image"
    qtbot.waitUntil(lambda: near(colour_of(panel.asked[-1]), GREEN))
    QTest.keyClick(crop, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier)
    before = crop.part.top()
    for _ in range(60):
        QTest.keyClick(crop, Qt.Key.Key_Up)
    assert crop.part.top() == 0 < before
    qtbot.waitUntil(lambda: near(colour_of(panel.asked[-1]), BLUE))
    assert panel.asked[-1].shape == (3, 16, 16)


def test_an_image_is_painted_in_colours(panel, qtbot) -> None:
    qtbot.mouseClick(panel.paint_button, LEFT)
    pad = panel.paint
    assert panel.paints
    QTest.mouseClick(pad.colours[5], LEFT)
    pad.sizes.setCurrentText("Fill")
    QTest.mouseClick(pad.surface, LEFT, PLAIN, pad.surface.rect().center())
    assert near(colour_of(panel.asked[-1]), (0x2B, 0x8A, 0x3E))
    filled = panel.asked[-1].copy()
    QTest.mouseClick(pad.colours[3], LEFT)
    pad.sizes.setCurrentText("Thick")
    middle = pad.surface.rect().center()
    QTest.mousePress(pad.surface, LEFT, PLAIN, middle - QPoint(30, 0))
    QTest.mouseMove(pad.surface, middle)
    QTest.mouseRelease(pad.surface, LEFT, PLAIN, middle + QPoint(30, 0))
    assert near(tuple(panel.asked[-1][:, 8, 8].tolist()), (0xE0, 0x31, 0x31))
    QTest.keyClick(pad.surface, Qt.Key.Key_Backspace)
    np.testing.assert_array_equal(panel.asked[-1], filled)
    qtbot.mouseClick(panel.paint_button, LEFT)
    assert not panel.paints


def test_the_pad_has_the_shape_of_the_network_s_images(panel) -> None:
    panel.show_schema(WIDE, None)
    panel.paint_button.setChecked(True)
    pixels = panel.paint.surface.pixels()
    assert pixels.shape == (128, 256, 3)
    panel.paint.surface.width_of_brush = 0.0
    QTest.mouseClick(panel.paint.surface, LEFT, PLAIN, panel.paint.surface.rect().center())
    assert panel.asked[-1].shape == (3, 16, 32)


def test_what_is_dropped_or_pasted_lies_on_white() -> None:
    image = QImage(5, 3, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    image.setPixelColor(4, 0, QColor(10, 20, 30))
    data = QMimeData()
    assert image_in(data) is None
    data.setImageData(image)
    found = image_in(data)
    assert found is not None
    assert found.shape == (3, 5, 3)
    assert tuple(found[0, 4]) == (10, 20, 30)
    assert tuple(found[2, 0]) == (255, 255, 255)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4])
def test_any_image_becomes_one_in_colour(kind: type, channels: int) -> None:
    shape = (6, 9) if channels == 0 else (6, 9, channels)
    pixels = (np.arange(int(np.prod(shape))).reshape(shape) % 251).astype(kind)
    colours = as_colours(pixels)
    assert (colours.shape, colours.dtype) == ((6, 9, 3), np.uint8)
    with pytest.raises(ValueError, match="not finite"):
        as_colours(np.full((2, 2), np.nan))
