"""Writes the signs inside check boxes, combo boxes and menus as files: a style sheet can only name files.

``python -m gui.theme.controls`` after changing the table or an icon; a test says when that was forgotten.
"""

from __future__ import annotations

from gui.theme.icons import svg
from gui.theme.resources import ICONS
from gui.theme.stylesheet import CONTROLS
from gui.theme.tokens import THEMES


def files() -> dict[str, bytes]:
    """What the folder ``icons/controls`` should hold: path inside it -> contents."""
    made = {}
    for theme in THEMES.values():
        for name, (icon, token) in CONTROLS.items():
            made[f"{theme.name}/{name}.svg"] = svg(icon, getattr(theme, token))
    return made


def write() -> None:
    """Bring ``icons/controls`` up to date."""
    for path, contents in files().items():
        target = ICONS / "controls" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents)


if __name__ == "__main__":
    write()
