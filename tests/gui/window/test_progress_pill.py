"""The bar that says how far a run is: its words at every width, and its edges in high contrast."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.progress_pill import ProgressPill
from gui.theme.contrast import ratio
from tests.pictures import shot

STRONG = pytest.mark.parametrize("name", [name for name, chosen in theme.THEMES.items() if chosen.strong])


def is_whole(pill: ProgressPill) -> bool:
    """Whether all words that are painted have room, and none of them is cut."""
    left, right = pill.fitting
    letters = QFontMetrics(theme.font("small"))
    needed = letters.horizontalAdvance(left) + letters.horizontalAdvance(right)
    return "…" not in left and needed <= pill.width() - 24


@pytest.mark.usefixtures("letters")
def test_a_narrow_bar_takes_shorter_words_and_the_tooltip_has_all(desk) -> None:
    pill = desk.window.toolbar.progress
    desk.window.resize(960, 700)
    QApplication.processEvents()
    assert pill.fitting == ("not trained", "")
    assert is_whole(pill)
    assert pill.toolTip() == "not trained yet"
    desk.do("step")
    desk.until(lambda: pill.words[0].startswith("paused"), "the pause after one step")
    assert pill.fitting[0] == "paused 1/3"
    assert is_whole(pill)
    assert pill.toolTip().startswith("paused · epoch 1 of 3")
    assert "paused · epoch 1 of 3" in pill.accessibleDescription()
    desk.window.resize(1900, 700)
    QApplication.processEvents()
    assert pill.fitting[0] == "paused · epoch 1 of 3"
    assert is_whole(pill)
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end")


@pytest.mark.usefixtures("letters")
def test_words_without_a_shorter_form_end_with_an_ellipsis(qtbot) -> None:
    pill = ProgressPill()
    qtbot.addWidget(pill)
    pill.resize(96, 24)
    pill.show_words("words for which there is no room", "nor for these")
    left, right = pill.fitting
    assert left.startswith("words")
    assert left.endswith("…")
    assert not right
    assert pill.toolTip() == "words for which there is no room · nor for these"


@STRONG
def test_in_high_contrast_lines_tell_its_bounds_and_how_far_it_is_filled(qapp, qtbot, name: str) -> None:
    theme.apply(qapp, name)
    colours = theme.current()
    pill = ProgressPill()
    qtbot.addWidget(pill)
    pill.resize(200, 24)
    pill.show_words("epoch", share=0.5)
    image = shot(pill)
    along = [image.pixelColor(x, 12).name() for x in range(200)]
    assert QColor(colours.accent).name() in along[98:101], "where it is filled up to"
    assert along[103] == QColor(colours.field).name()
    assert along[95] == QColor(colours.progress).name()
    assert ratio(image.pixelColor(100, 0).name(), colours.panel) >= 3.0, "its outline"
    theme.apply(qapp, "light")
