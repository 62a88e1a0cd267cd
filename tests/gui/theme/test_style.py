"""Dressing the application: the palette, the style sheet, following the system, and the icons."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from gui import theme
from gui.theme import controls, fonts, icons, motion, style
from gui.theme.contrast import ratio
from gui.theme.resources import ICONS
from gui.theme.stylesheet import stylesheet
from tests.pictures import shot

BOTH = pytest.mark.parametrize("chosen", theme.THEMES.values(), ids=theme.THEMES)


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication):
    yield
    theme.apply(qapp, "light")


@BOTH
def test_applying_a_theme_dresses_everything(qapp, qtbot, chosen) -> None:
    other = theme.DARK if chosen is theme.LIGHT else theme.LIGHT
    theme.apply(qapp, other)
    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply(qapp, chosen.name)
    assert theme.current() is chosen
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(chosen.window)
    assert qapp.palette().color(QPalette.ColorRole.Highlight) == QColor(chosen.accent)
    assert qapp.styleSheet() == stylesheet(chosen)
    assert theme.family_colour("data") == chosen.families["data"]


@BOTH
def test_the_primary_button_really_is_painted_in_the_accent(qapp, qtbot, chosen) -> None:
    theme.apply(qapp, chosen)
    button = QPushButton("Train")
    qtbot.addWidget(button)
    theme.set_role(button, "primary")
    button.resize(80, 32)
    image = shot(button)
    assert image.pixelColor(8, 16).name().upper() == chosen.accent


@pytest.mark.parametrize("role", ["", "plain"])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
@pytest.mark.parametrize("chosen", [each for each in theme.THEMES.values() if each.strong], ids=lambda each: each.name)
def test_what_is_switched_on_has_a_thicker_edge_in_high_contrast(qapp, qtbot, chosen, kind, role: str) -> None:
    theme.apply(qapp, chosen)
    ground = QWidget()
    qtbot.addWidget(ground)
    theme.set_role(ground, "panel")
    ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    ground.resize(32, 32)
    button = kind(ground)
    theme.set_role(button, role)
    button.setCheckable(True)
    button.setFixedSize(32, 32)
    edges = []
    for on in (False, True):
        button.setChecked(on)
        image = shot(ground)
        line = [ratio(image.pixelColor(x, 16).name(), chosen.panel) for x in range(16)]
        edges.append(next(x for x in range(1, 16) if line[x] < 3.0))
    off, on = edges
    assert on == 2 * chosen.edge > off


@BOTH
def test_every_file_that_the_style_sheet_names_exists(chosen) -> None:
    named = re.findall(r'url\("icons:(.+?)"\)', stylesheet(chosen))
    assert named
    assert [name for name in named if not (ICONS / name).is_file()] == []


def test_the_signs_in_controls_match_the_table_and_their_icons() -> None:
    stored = {path.relative_to(ICONS / "controls").as_posix() for path in (ICONS / "controls").rglob("*.svg")}
    expected = controls.files()
    assert stored == set(expected)
    for path, contents in expected.items():
        assert (ICONS / "controls" / path).read_bytes() == contents, "run python -m gui.theme.controls"


def test_an_unknown_theme_is_refused_and_changes_nothing(qapp) -> None:
    theme.apply(qapp, "dark")
    with pytest.raises(ValueError, match="light, dark, light-contrast, dark-contrast or system"):
        theme.apply(qapp, "sepia")
    assert theme.current() is theme.DARK


def test_the_system_is_followed_until_a_theme_is_chosen(qapp, qtbot, monkeypatch) -> None:
    # The offscreen platform has no colour scheme of its own, so the answer is stood in for; the signal is Qt's.
    answer = [theme.LIGHT]
    monkeypatch.setattr(style, "system_theme", lambda: answer[0])
    theme.apply(qapp, "system")
    answer[0] = theme.DARK
    with qtbot.waitSignal(theme.notifier().changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK
    theme.apply(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.LIGHT


def test_high_contrast_is_respected_when_the_system_asks_for_it(qapp, qtbot, monkeypatch) -> None:
    # Offscreen no system has wishes, so the answer is stood in for; the signal that brings it is Qt's.
    wish = [False]
    monkeypatch.setattr(style.ThemeNotifier, "wants_contrast", lambda _self: wish[0])
    told = qapp.styleHints().accessibility().contrastPreferenceChanged
    for name, strong in (("system", theme.LIGHT_CONTRAST), ("dark", theme.DARK_CONTRAST)):
        wish[0] = False
        usual = theme.apply(qapp, name)
        assert not usual.strong
        wish[0] = True
        with qtbot.waitSignal(theme.notifier().changed):
            told.emit(Qt.ContrastPreference.HighContrast)
        assert theme.current() is strong
        wish[0] = False
        told.emit(Qt.ContrastPreference.NoPreference)
        assert theme.current() is usual
    assert theme.apply(qapp, "light-contrast") is theme.LIGHT_CONTRAST
    told.emit(Qt.ContrastPreference.NoPreference)
    assert theme.current() is theme.LIGHT_CONTRAST, "chosen by the user, whatever the system asks"


def test_there_is_one_notifier(qapp) -> None:
    assert theme.notifier() is theme.notifier()


def test_every_family_has_a_badge_and_every_icon_can_be_drawn(qapp) -> None:
    for family in theme.LIGHT.families:
        assert f"family-{family}" in icons.names()
        assert not theme.family_icon(family).isNull()
    for name in icons.names():
        drawn = theme.pixmap(name, 24, "#FF0000").toImage()
        inked = [drawn.pixelColor(x, y) for x in range(24) for y in range(24) if drawn.pixelColor(x, y).alpha() > 250]
        assert inked, name
        assert {colour.name() for colour in inked} == {"#ff0000"}, name


def test_icons_are_sharp_on_a_fine_screen(qapp) -> None:
    fine = theme.icon("stop").pixmap(QSize(16, 16), 2.0)
    assert fine.size() == QSize(32, 32)
    edge = [fine.toImage().pixelColor(x, 16).alpha() for x in range(32)]
    # A drawing enlarged from 16 px would blur each edge over several pixels.
    assert sum(0 < alpha < 255 for alpha in edge) <= 2
    assert max(edge) == 255


def test_a_disabled_icon_is_faint(qapp) -> None:
    theme.apply(qapp, "light")
    disabled = theme.icon("stop").pixmap(QSize(24, 24), 1.0, theme.icon("stop").Mode.Disabled).toImage()
    assert disabled.pixelColor(12, 12).name().upper() == theme.LIGHT.faint


def test_icons_follow_the_theme(qapp) -> None:
    for chosen in theme.THEMES.values():
        theme.apply(qapp, chosen)
        assert theme.icon("stop").pixmap(QSize(24, 24), 1.0).toImage().pixelColor(12, 12).name().upper() == chosen.text


def test_a_badge_shows_its_familys_colour(qapp) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    theme.paint_family(painter, "goal", QRectF(0, 0, 40, 40))
    painter.end()
    assert image.pixelColor(20, 2).name().upper() == theme.family_colour("goal")
    assert image.pixelColor(0, 0).alpha() == 0


def test_an_unknown_icon_is_refused_by_name(qapp) -> None:
    with pytest.raises(KeyError, match="unicorn"):
        theme.icon("unicorn")


def test_fonts_have_the_sizes_of_the_table(qapp) -> None:
    assert theme.font("text").pixelSize() == 13
    assert theme.font("title").pixelSize() == 16
    assert theme.font("number").family() == fonts.number_family()
    with pytest.raises(KeyError):
        theme.font("enormous")


def test_motion_is_off_when_the_system_or_the_user_asks(monkeypatch) -> None:
    try:
        monkeypatch.setattr(motion, "system_asks_for_less", lambda: True)
        theme.set_motion("system")
        assert theme.duration(150) == 0
        theme.set_motion("full")
        assert theme.duration(150) == 150
        monkeypatch.setattr(motion, "system_asks_for_less", lambda: False)
        theme.set_motion("reduced")
        assert theme.duration() == 0
        with pytest.raises(ValueError, match="reduced"):
            theme.set_motion("wild")
    finally:
        theme.set_motion("system")
