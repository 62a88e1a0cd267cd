"""What libraries bring that Sketchnet never opens: left out of the bundle, so that it is a tenth smaller.

A rule looks at where a file would lie in the bundle. No file is changed: it is there whole, or not at all. Modules stay
as well, also those for tests (torch itself imports one): they are small, compiled and packed.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from pathlib import Path

RULES: dict[str, tuple[str, ...]] = {
    "torch: what C++ programs are built with": (
        "torch/include/*", "torch/share/*", "torch/lib/*.a", "torch/lib/*.lib", "torch/lib/cmake/*", "*.cmake",
        "torch/utils/model_dump/*", "torch/_inductor/codegen/aoti_runtime/*",
    ),
    "torch: programs and tests": (
        "torch/bin/*", "torch/test/*", "torch/testing/_internal/*", "torch/lib/*test*",
        "torch/_export/db/examples/*",
    ),
    "Qt: parts that no window of ours has": (
        "*Qt6Qml*", "*Qt6Quick*", "*Qt6VirtualKeyboard*", "*Qt6Pdf*", "*Qt6EglFS*", "*Qt6EglFs*", "*Qt6Designer*",
        "*Qt6Sql*", "*Qt6Test*", "*QtTest.*", "*QtQml*", "*QtQuick*", "*Qt6WaylandEglCompositor*", "*Qt6Labs*",
        "*/qml/*", "*/plugins/qmltooling/*", "*/plugins/platforminputcontexts/*virtualkeyboard*",
        "*/plugins/egldeviceintegrations/*", "*/plugins/generic/*", "*/plugins/sqldrivers/*",
        "*/plugins/platforms/*eglfs*", "*/plugins/platforms/*linuxfb*", "*/plugins/platforms/*vnc*",
        "*/plugins/platforms/*vkkhr*", "*/plugins/platforms/*minimalegl*", "*/plugins/imageformats/*pdf*",
        "*/opengl32sw.dll",
    ),
    "Qt: words in other languages": ("*/translations/*.qm",),
    "GTK, whose dialogs are not ours": (
        "*/platformthemes/*gtk3*", "libgtk-3*", "libgdk-3*", "libgdk_pixbuf*", "libcairo*", "libpango*", "libatk*",
        "libatspi*", "libepoxy*", "libharfbuzz*", "libfribidi*", "libthai*", "libdatrie*", "libgraphite2*",
        "libpixman*", "libXcomposite*", "libXdamage*", "libXinerama*", "libXcursor*", "libXrandr*", "libXft*",
        "share/themes/*", "share/icons/*", "gtk*/*", "lib/gdk-pixbuf/*", "gi_typelibs/*",
    ),
    "tests of libraries, and their sample data": (
        "*/tests/*", "sklearn/datasets/images/*", "numpy/f2py/*", "pyqtgraph/examples/*", "*/_pyinstaller/*",
        "scipy/datasets/*",
    ),
    "libraries' lists of their own files": (
        "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/direct_url.json", "*.dist-info/REQUESTED",
        "*.egg-info/SOURCES.txt",
    ),
}  # fmt: skip
"""Why, and patterns of paths with ``/`` between folders; ``*`` stands for any letters, ``/`` among them."""

KEPT = ("torch/bin/torch_shm_manager*",)
"""Needed whatever a rule says: without it ``import torch`` fails."""


def reason(path: str) -> str | None:
    """Why a file that would lie at this place in the bundle is left out; None for what is kept."""
    tidy = path.replace(os.sep, "/")
    if any(fnmatch.fnmatchcase(tidy, kept) for kept in KEPT):
        return None
    return next((why for why, patterns in RULES.items() if _fits(tidy, patterns)), None)


def _fits(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def trimmed(found: Iterable[tuple[str, str, str]], left_out: dict[str, int]) -> list[tuple[str, str, str]]:
    """The entries that are kept of a table of PyInstaller's: place in the bundle, file, kind.

    A link that would lead to nothing is not kept either. Adds the bytes of what is left out to ``left_out``, under its
    reason.
    """
    kept = []
    for place, file, kind in found:
        why = reason(place)
        if why is None:
            kept.append((place, file, kind))
        elif kind != "SYMLINK" and Path(file).is_file():
            left_out[why] = left_out.get(why, 0) + Path(file).stat().st_size
    return kept
