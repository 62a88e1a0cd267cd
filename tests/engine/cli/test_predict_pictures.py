"""A picture file for a network: prepared like the pictures of its dataset, whatever its shape."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import catalogue
from engine.data.pictures.file import PictureError
from engine.data.pictures.input import read_picture
from tests.damaged_pictures import EPS_BOMB

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("size", [(1, 1), (1, 9_000), (9_000, 1), (2, 3_000), (60_000, 7)])
@pytest.mark.parametrize("dataset", ["strokes", "fashion-mnist", "uci-digits"])
def test_pictures_of_any_proportions_are_fitted_or_a_sentence(
    size: tuple[int, int], dataset: str, tmp_path: Path
) -> None:
    schema = catalogue.schema(dataset)
    image = Image.new("L", size, 250)
    image.paste(3, (size[0] // 3, size[1] // 3, size[0] // 2, size[1] // 2))
    image.save(tmp_path / "x.png")
    try:
        found = read_picture(tmp_path / "x.png", schema)
    except PictureError as error:
        said = str(error)
    else:
        said = ""
        assert found.shape == schema.input.sizes
        assert found.dtype == np.uint8
    assert not said or "nothing stands out from the background" in said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_picture_does_not_keep_the_command_waiting(tmp_path: Path) -> None:
    """A program that never ends, a pipe, a device and a folder, given with a name as pictures have it."""
    (tmp_path / "program.png").write_bytes(EPS_BOMB)
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    names = ["program.png", "pipe.png", "/dev/zero", "folder.png"]
    shipped = ROOT / "resources" / "examples" / "digits.sketchnet"
    command = [sys.executable, "-m", "engine.cli", "predict", str(shipped), *(str(tmp_path / name) for name in names)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
    assert answer.returncode == 1
    assert answer.stdout == ""
    complaints = answer.stderr.splitlines()
    assert [name in line for name, line in zip(names, complaints, strict=True)] == [True] * len(names)
