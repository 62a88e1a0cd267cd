"""The names by which the systems know Sketchnet and its files; other files that name them are made from these."""

from __future__ import annotations

ID = "sketchnet"
"""Of the desktop entry, the icon and the window, so that a desktop knows they belong together."""
COMPONENT = "org.sketchnet.Sketchnet"
"""Of the program among all programs: AppStream's and macOS's name for it."""
NAME = "Sketchnet"
SUMMARY = "Sketch a neural network, train it and try it out"
PROJECT = "Sketchnet project"
ENDING = "sketchnet"
MIME = "application/x-sketchnet"
MIME_ICON = MIME.replace("/", "-")

MAGIC: tuple[tuple[int, bytes], ...] = (
    (0, b"PK\x03\x04"),
    (8, b"\x08\x00\x00\x00\x21\x00"),
    (30, b"project.json"),
)
"""How a project file begins, place and bytes: a zip whose first member is project.json, deflated, with the first date
that a zip can say, which sets it apart from other programs' zips that begin with a file of that name."""
