"""The table itself: the colours agreed on, and contrast by computation."""

from __future__ import annotations

import dataclasses

import pytest

from gui.theme import DARK, LIGHT, RADII, SPACING, THEMES
from gui.theme.contrast import mix, ratio
from gui.theme.tokens import GROUND_TOKENS, TEXT_TOKENS

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def test_the_contrast_formula_gives_the_values_of_its_definition() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert ratio("#FFFFFF", "#777777") == ratio("#777777", "#FFFFFF")


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="#RRGGBB"):
        ratio("red", "#FFFFFF")


@BOTH
@pytest.mark.parametrize("ground", GROUND_TOKENS)
@pytest.mark.parametrize("text", TEXT_TOKENS)
def test_whatever_must_be_read_can_be_read(theme, text: str, ground: str) -> None:
    assert ratio(getattr(theme, text), getattr(theme, ground)) >= (7.0 if theme.strong else 4.5)


STRONG = pytest.mark.parametrize("theme", [t for t in THEMES.values() if t.strong], ids=lambda t: t.name)


@STRONG
@pytest.mark.parametrize("ground", [*GROUND_TOKENS, "hover", "pressed", "selected", "progress"])
@pytest.mark.parametrize("text", ["text", "quiet", "faint"])
def test_high_contrast_keeps_its_promise_on_every_ground_and_for_faint_words(theme, text: str, ground: str) -> None:
    assert ratio(getattr(theme, text), getattr(theme, ground)) >= 7.0


@STRONG
@pytest.mark.parametrize("ground", ["accent", "accent_hover", "accent_pressed"])
def test_high_contrast_on_the_primary_button(theme, ground: str) -> None:
    assert ratio(theme.on_accent, getattr(theme, ground)) >= 7.0


@STRONG
def test_lines_and_marks_stand_out_in_high_contrast(theme) -> None:
    for line in ("hairline", "border", "switched_on_edge", "accent", "validation", "good", "warning", "error"):
        for ground in GROUND_TOKENS:
            assert ratio(getattr(theme, line), getattr(theme, ground)) >= 4.5, (line, ground)
    assert ratio(theme.switched_on_edge, theme.pressed) >= 4.5
    assert ratio(theme.accent, theme.progress) >= 3.0, "the line where a progress bar is filled up to"
    wire = mix(theme.canvas, theme.quiet, 0.72)
    assert ratio(wire, theme.canvas) >= 4.5
    assert ratio(theme.selected, theme.panel) >= 1.4
    for family, colour in theme.families.items():
        assert ratio(colour, theme.canvas) >= 4.5, family
        assert ratio(colour, "#FFFFFF") >= 4.5, f"the sign on the badge of {family}"
    usual = THEMES[theme.name.removesuffix("-contrast")]
    assert theme.stroke(2.0) > usual.stroke(2.0) == 2.0
    assert theme.edge > usual.edge


@STRONG
@pytest.mark.parametrize("ground", [*GROUND_TOKENS, "hover", "pressed"])
def test_in_high_contrast_what_cannot_be_used_is_seen_and_told_from_what_can(theme, ground: str) -> None:
    for colour in (theme.disabled, theme.disabled_edge):
        assert ratio(colour, getattr(theme, ground)) >= 3.0
        assert ratio(colour, theme.text) >= 3.0
    assert theme.disabled_line == "dashed"


@BOTH
@pytest.mark.parametrize("ground", ["hover", "selected", "field", "panel"])
@pytest.mark.parametrize("text", ["text", "quiet"])
def test_words_on_rows_under_the_mouse_can_be_read(theme, text: str, ground: str) -> None:
    assert ratio(getattr(theme, text), getattr(theme, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["accent", "accent_hover", "accent_pressed"])
def test_words_on_the_primary_button_can_be_read(theme, ground: str) -> None:
    assert ratio(theme.on_accent, getattr(theme, ground)) >= 4.5


@BOTH
def test_words_on_a_progress_bar_can_be_read_on_both_parts(theme) -> None:
    assert ratio(theme.text, theme.progress) >= 4.5
    assert ratio(theme.text, theme.field) >= 4.5


@BOTH
@pytest.mark.parametrize("mark", ["training", "validation", "error", "ink"])
def test_curves_and_ink_stand_out_from_the_panel(theme, mark: str) -> None:
    assert ratio(getattr(theme, mark), theme.panel) >= 3.0


def test_faint_is_the_only_text_below_the_promise() -> None:
    assert ratio(LIGHT.faint, LIGHT.panel) < 4.5
    assert "faint" not in TEXT_TOKENS


def test_the_table_is_the_agreed_one() -> None:
    assert (LIGHT.window, LIGHT.canvas, LIGHT.dots, LIGHT.panel) == ("#F4F5F7", "#FAFBFC", "#E9ECF0", "#FFFFFF")
    assert (DARK.window, DARK.canvas, DARK.dots, DARK.panel) == ("#15181C", "#1A1D22", "#23272E", "#20242A")
    assert (LIGHT.accent, DARK.accent) == ("#3B5BDB", "#7C96FF")
    assert (LIGHT.training, DARK.training) == (LIGHT.accent, DARK.accent)
    assert (LIGHT.validation, DARK.validation) == ("#E8590C", "#FF9A5C")
    assert LIGHT.families == DARK.families
    assert LIGHT.family_colour("convolution") == "#7048E8"
    assert LIGHT.family_colour("goal") == "#E03131"
    assert LIGHT.family_colour("a family of tomorrow") == LIGHT.family_colour("shape")


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        LIGHT.text = "#000000"  # type: ignore[misc]
    with pytest.raises(TypeError):
        LIGHT.families["data"] = "#000000"  # type: ignore[index]


def test_distances_come_in_steps_of_four() -> None:
    steps = dataclasses.asdict(SPACING)
    assert steps.pop("hair") == 1
    assert all(step % 4 == 0 for step in steps.values())
    assert (RADII.field, RADII.card, RADII.node) == (6, 8, 10)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert mix("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert mix("#000000", "#FF8000", 0.5) == "#804000"
