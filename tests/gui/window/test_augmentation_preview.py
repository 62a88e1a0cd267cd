"""Where augmentation is set, twelve variants of an image show what it does, and words where it alters the answer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.panels.augmentation_preview import AugmentationPreview


@pytest.fixture
def shown(desk):
    """The preview of the strokes, which are digits."""
    window = desk.window
    window.document.set_recipe("Choose", window.document.recipe.with_setting("dataset", "strokes"))
    window.document.select([desk.node("Output")])
    window.document.try_setting("Augment", "augmentation.kind", "affine")
    preview = window.inspector.goal.augmentation
    desk.until(lambda: not preview.pictures_label.pixmap().isNull(), "the variants")
    return preview


def pixels(preview: AugmentationPreview) -> np.ndarray:
    image = preview.pictures_label.pixmap().toImage()
    return np.frombuffer(image.constBits(), np.uint8).copy()


def other(desk, preview: AugmentationPreview, before: np.ndarray) -> np.ndarray:
    desk.until(lambda: not np.array_equal(pixels(preview), before), "other variants")
    return pixels(preview)


def test_it_follows_settings_keys_and_buttons(desk, shown) -> None:
    document = desk.window.document
    assert shown.isVisible()
    first = pixels(shown)
    document.try_setting("Augment", "augmentation.erasing", 0.6)
    erased = other(desk, shown, first)
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_R)
    rolled = other(desk, shown, erased)
    QTest.mouseClick(shown.roll_button, Qt.MouseButton.LeftButton)
    again = other(desk, shown, rolled)
    assert shown.seed == 2
    QTest.keyClick(shown, Qt.Key.Key_N)
    another = other(desk, shown, again)
    QTest.mouseClick(shown.other_button, Qt.MouseButton.LeftButton)
    other(desk, shown, another)
    assert shown.pinned == 2
    while document.can_undo and document.recipe.augmentation.kind != "none":
        document.undo()
    assert not shown.isVisible(), "nothing is changed, and there is nothing to see"


def test_what_alters_the_answer_is_said(desk, shown) -> None:
    document = desk.window.document
    assert not shown.doubts_label.isVisible()
    document.try_setting("Augment", "augmentation.horizontal_flip", 0.5)
    assert shown.doubts_label.isVisible()
    assert "flipped left to right" in shown.doubts_label.text()
    document.try_setting("Augment", "augmentation.rotation", 120)
    assert "6 rotated that far may be 9" in shown.doubts_label.text()
    document.try_setting("Augment", "augmentation.horizontal_flip", 0)
    document.try_setting("Augment", "augmentation.rotation", 10)
    assert not shown.doubts_label.isVisible()


def test_there_is_none_for_a_table(desk, shown) -> None:
    document = desk.window.document
    document.set_recipe("Choose", document.recipe.with_setting("dataset", "iris"))
    assert document.recipe.augmentation.kind == "affine", "it can still be set to none"
    assert not shown.isVisible()
