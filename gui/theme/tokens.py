"""The one table of colours, spacing and type that everything on screen reads, for light and for dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as value_of
from types import MappingProxyType

from gui.theme.contrast import mix

_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "data": "#0CA678",
        "convolution": "#7048E8",
        "pooling": "#1098AD",
        "dense": "#4263EB",
        "activation": "#F08C00",
        "normalisation": "#74B816",
        "regularisation": "#868E96",
        "shape": "#868E96",
        "sequence": "#D6336C",
        "attention": "#AE3EC9",
        "clustering": "#B08900",
        "merge": "#5C7CFA",
        "goal": "#E03131",
        "block": "#A5673F",
        "mine": "#A5673F",
    }
)

# The same hues, each as far from white as from black: 4.5 : 1 for the sign on a badge and for the badge on the ground.
_FAMILIES_CONTRAST: Mapping[str, str] = MappingProxyType(
    {
        "data": "#0A8561",
        "convolution": "#7F5BEA",
        "pooling": "#0E8192",
        "dense": "#4B6BEC",
        "activation": "#AC6400",
        "normalisation": "#528210",
        "regularisation": "#70767D",
        "shape": "#70767D",
        "sequence": "#D6356D",
        "attention": "#B145CB",
        "clustering": "#8C7300",
        "merge": "#516DDC",
        "goal": "#DE3030",
        "block": "#A06741",
        "mine": "#A06741",
    }
)


@dataclass(frozen=True)
class Theme:
    """Every colour of one appearance, written ``#RRGGBB``.

    ``text`` and ``quiet`` may be used for anything; ``faint`` only for what one may miss. ``good``,
    ``warning``, ``error`` and ``validation`` colour marks and curves; where a *word* takes such a colour it takes the
    ``…_text`` twin, which reaches 4.5 : 1 on every ground.
    """

    name: str
    dark: bool
    window: str
    canvas: str
    dots: str
    panel: str
    field: str
    hairline: str
    text: str
    quiet: str
    faint: str
    accent: str
    on_accent: str
    validation: str
    validation_text: str
    good: str
    good_text: str
    warning: str
    warning_text: str
    error: str
    error_text: str
    ink: str
    families: Mapping[str, str] = value_of(default_factory=lambda: _FAMILIES, repr=False, compare=False)
    strong: bool = False
    """High contrast: words reach 7 : 1, and lines are wider."""

    def stroke(self, width: float) -> float:
        """How wide to paint a line that is ``width`` pixels wide where contrast is as usual."""
        return width * 1.6 if self.strong else width

    @property
    def edge(self) -> int:
        """The width of a control's border, in pixels."""
        return 2 if self.strong else 1

    @property
    def disabled(self) -> str:
        """Words and icons of what cannot be used now. In high contrast faint words are as strong as others, and
        these are not: 3 : 1 or more, but far from the words beside them."""
        return mix(self.panel, self.text, 0.52) if self.strong else self.faint

    @property
    def disabled_edge(self) -> str:
        """Edge of what cannot be used now."""
        return self.disabled if self.strong else self.hairline

    @property
    def disabled_line(self) -> str:
        """The line around what cannot be used now: in high contrast it is not told by its colour alone."""
        return "dashed" if self.strong else "solid"

    @property
    def training(self) -> str:
        """The hue of everything that belongs to training data: the accent."""
        return self.accent

    @property
    def hover(self) -> str:
        """Background of a control under the mouse."""
        return mix(self.field, self.text, 0.045)

    @property
    def pressed(self) -> str:
        """Background of a control held down or switched on."""
        return mix(self.field, self.text, 0.10)

    @property
    def switched_on_edge(self) -> str:
        """The line around what is switched on, in high contrast, where its ground alone would hardly be seen."""
        return self.text

    @property
    def selected(self) -> str:
        """Background of a selected row: a tint of the accent."""
        if self.strong:
            return mix(self.panel, self.accent, 0.2)
        return mix(self.panel, self.accent, 0.12 if not self.dark else 0.16)

    @property
    def border(self) -> str:
        """Edge of something one can use; a little stronger than a hairline between things."""
        return mix(self.hairline, self.text, 0.12)

    @property
    def accent_hover(self) -> str:
        """The primary button under the mouse."""
        return mix(self.accent, self.text, 0.12)

    @property
    def accent_pressed(self) -> str:
        """The primary button held down."""
        return mix(self.accent, self.text, 0.22)

    @property
    def progress(self) -> str:
        """The filled part of a progress bar; words lie on it, so it stays close to the ground."""
        return mix(self.field, self.accent, 0.28 if self.dark else 0.20)

    def family_colour(self, name: str) -> str:
        """The colour of a layer family; families nobody has coloured look like ``shape``."""
        return self.families.get(name, self.families["shape"])


LIGHT = Theme(
    name="light",
    dark=False,
    window="#F4F5F7",
    canvas="#FAFBFC",
    dots="#E9ECF0",
    panel="#FFFFFF",
    field="#F4F5F7",
    hairline="#E1E4E9",
    text="#1C2127",
    quiet="#616B78",
    faint="#98A1AD",
    accent="#3B5BDB",
    on_accent="#FFFFFF",
    validation="#E8590C",
    validation_text="#B34300",
    good="#2B8A3E",
    good_text="#237A35",
    warning="#E67700",
    warning_text="#9A5200",
    error="#E03131",
    error_text="#C92A2A",
    ink="#1C2127",
)

DARK = Theme(
    name="dark",
    dark=True,
    window="#15181C",
    canvas="#1A1D22",
    dots="#23272E",
    panel="#20242A",
    field="#15181C",
    hairline="#31363E",
    text="#E8EAED",
    quiet="#A2ABB7",
    faint="#6C7683",
    accent="#7C96FF",
    on_accent="#15181C",
    validation="#FF9A5C",
    validation_text="#FF9A5C",
    good="#69DB7C",
    good_text="#69DB7C",
    warning="#FFC078",
    warning_text="#FFC078",
    error="#FF6B6B",
    error_text="#FF8787",
    ink="#F1F3F5",
)

LIGHT_CONTRAST = Theme(
    name="light-contrast",
    dark=False,
    window="#F2F3F5",
    canvas="#FFFFFF",
    dots="#C9CED6",
    panel="#FFFFFF",
    field="#FFFFFF",
    hairline="#5A6470",
    text="#000000",
    quiet="#272C32",
    faint="#343B43",
    accent="#1F3A9E",
    on_accent="#FFFFFF",
    validation="#8A3300",
    validation_text="#7A2E00",
    good="#14561F",
    good_text="#14561F",
    warning="#7A4300",
    warning_text="#6B3A00",
    error="#9B1C1C",
    error_text="#8A1A1A",
    ink="#000000",
    families=_FAMILIES_CONTRAST,
    strong=True,
)

DARK_CONTRAST = Theme(
    name="dark-contrast",
    dark=True,
    window="#0A0C0E",
    canvas="#000000",
    dots="#33393F",
    panel="#000000",
    field="#000000",
    hairline="#97A1AC",
    text="#FFFFFF",
    quiet="#E2E7EC",
    faint="#CDD4DB",
    accent="#B8C6FF",
    on_accent="#000000",
    validation="#FFB98C",
    validation_text="#FFB98C",
    good="#8CE99A",
    good_text="#8CE99A",
    warning="#FFD19A",
    warning_text="#FFD19A",
    error="#FF9B9B",
    error_text="#FF9B9B",
    ink="#FFFFFF",
    families=_FAMILIES_CONTRAST,
    strong=True,
)

THEMES: Mapping[str, Theme] = MappingProxyType(
    {theme.name: theme for theme in (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)}
)

# What one must be able to read, and what it may lie on. "faint" is left out: it is for what one may miss.
TEXT_TOKENS = ("text", "quiet", "accent", "validation_text", "good_text", "warning_text", "error_text")
GROUND_TOKENS = ("window", "canvas", "panel", "field")


@dataclass(frozen=True)
class Spacing:
    """Distances in device-independent pixels, in steps of 4."""

    hair: int = 1
    tiny: int = 4
    small: int = 8
    medium: int = 12
    large: int = 16
    wide: int = 24
    huge: int = 32


@dataclass(frozen=True)
class Radii:
    """Corner radii in device-independent pixels."""

    field: int = 6
    card: int = 8
    node: int = 10


@dataclass(frozen=True)
class TypeSizes:
    """Heights of type in device-independent pixels (``QFont.setPixelSize``)."""

    section: float = 9.5
    caption: float = 11
    small: float = 12
    text: float = 13
    title: float = 16
    answer: float = 40


SPACING = Spacing()
RADII = Radii()
TYPE = TypeSizes()
MOTION_MS = 150

# Classes in plots, where a sign (circle, square, …) always goes with the colour.
CLASSES = (
    "#4263EB",
    "#F08C00",
    "#0CA678",
    "#D6336C",
    "#7048E8",
    "#1098AD",
    "#74B816",
    "#E03131",
    "#AE3EC9",
    "#868E96",
)
