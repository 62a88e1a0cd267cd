"""preview: the image of the diagram that a project file keeps, as a PNG.

File managers show it in place of an icon. A project that was never saved in the window has none.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from engine.cli.argument_types import whole
from engine.cli.failure import CommandError

NAME = "preview"
LARGEST = 2_048


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("out", metavar="FILE.png", help="the image to write")
    parser.add_argument("--size", metavar="PIXELS", type=whole, help="the most pixels along a side")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Write it."""
    from engine.cli.projects import file_of, named, need_free
    from engine.files.atomic import write_whole

    path, out = named(arguments.file), file_of(arguments.out)
    size = LARGEST if arguments.size is None else arguments.size
    if not 1 <= size <= LARGEST:
        raise CommandError(f"--size must be from 1 to {LARGEST:,} pixels, not {size:,}.")
    if not arguments.force:
        need_free(out)
    write_whole(out, _shrunk(_kept(path), path.name, size))
    return 0


def _kept(path: Path) -> bytes:
    from engine.project.container import open_parts

    kept = open_parts(path).read("preview.png")
    if not kept:
        raise CommandError(f"{path} keeps no image of its diagram: saving it in the window makes one.")
    return kept


def _shrunk(picture: bytes, name: str, size: int) -> bytes:
    """The image anew as PNG: read as warily as any, since the file may come from anywhere."""
    from PIL import Image

    from engine.data.pictures.file import read_picture_bytes

    image = Image.fromarray(read_picture_bytes(picture, f"The image in {name}", LARGEST))
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
