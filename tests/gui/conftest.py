"""What the tests of the window share: letters of one width, and a desktop without wishes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas import overview, text
from gui.theme import fonts
from tests.desktop import desktop_without_wishes, pointer_out_of_the_way, qtbot
from tests.letters import ORDINARY, face

__all__ = ["desktop_without_wishes", "letters", "pointer_out_of_the_way", "qtbot"]


@pytest.fixture
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """All words of the window are written in letters of one width, in parts of the font's size; the width.

    For tests of what finds room: those that look at other things hold with any font. The width is ORDINARY unless the
    fixture has a parameter. Ask for it before anything that makes a widget.
    """
    width = getattr(request, "param", ORDINARY)
    with face(width) as family:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fonts, "text_family", lambda: family)
            patch.setattr(fonts, "number_family", lambda: family)
            _dress_anew(qapp)
            yield width
        _dress_anew(qapp)


def _dress_anew(qapp: QApplication) -> None:
    text.forget()
    for cache in (overview.title_font, overview.fitted_title):
        cache.cache_clear()
    theme.apply(qapp, "light")
