"""An exported file frames image files as the program does, whatever their size, mode and the rule that is chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data.kinds import PictureForm
from engine.data.pictures.file import read_picture_file
from engine.data.pictures.framing import framed
from engine.export.picture_source import picture_reader
from engine.graph.shapes import Shape

PHOTOGRAPHS = [form for form in PictureForm if form.is_photograph]


@pytest.mark.parametrize("form", PHOTOGRAPHS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK"])
@pytest.mark.parametrize("size", [(40, 25), (12, 31), (16, 16), (200, 180)])
def test_exported_code_frames_images_as_the_program_does(
    tmp_path: Path, form: PictureForm, channels: int, mode: str, size: tuple[int, int]
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*size[::-1], 4)).astype(np.uint8)
    image = Image.fromarray(noise, "RGBA")
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    (image if mode == "RGBA" else image.convert("RGB").convert(mode)).save(path)
    made: dict[str, object] = {"torch": torch}
    exec(picture_reader(Shape.picture(channels, 16, 20), form), made)
    (found,) = made["read"]([str(path)]).numpy()  # type: ignore[operator]
    wanted = framed(read_picture_file(path), channels, 16, 20, form)
    # Opacity is laid on white by other arithmetic there.
    assert np.abs(found.astype(int) - wanted.astype(int)).max() <= (2 if mode == "RGBA" else 1)


def test_deep_greys_are_spread(tmp_path: Path) -> None:
    values = np.linspace(1_000, 9_000, 256).reshape(16, 16).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    made: dict[str, object] = {"torch": torch}
    exec(picture_reader(Shape.picture(1, 16, 16), PictureForm.CROPPED), made)
    (found,) = made["read"]([str(tmp_path / "deep.png")]).numpy()  # type: ignore[operator]
    wanted = framed(read_picture_file(tmp_path / "deep.png"), 1, 16, 16, PictureForm.CROPPED)
    assert np.abs(found.astype(int) - wanted.astype(int)).max() <= 1
    assert (found.min(), found.max()) == (0, 255)
