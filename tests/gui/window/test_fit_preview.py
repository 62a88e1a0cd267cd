"""How images of other proportions are framed is chosen by looking at what each rule makes of one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.sources import own_picture_fits, own_pictures

pytestmark = pytest.mark.usefixtures("nothing_read")


def folder_of(path: Path, size: tuple[int, int]) -> Path:
    """Images, ``size`` wide and high, red in one corner and blue at the right."""
    for number in range(12):
        place = path / "set" / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = np.zeros((size[1], size[0], 3), np.uint8)
        pixels[: size[1] // 2, : size[0] // 4, 0], pixels[:, size[0] // 2 :, 2] = 200 + number, 200 + number
        Image.fromarray(pixels).save(place / f"{number}.png")
    return path / "set"


def test_each_rule_frames_the_image_as_the_dataset_would(tmp_path: Path) -> None:
    path = folder_of(tmp_path, (80, 20))
    (path / "a" / "0.png").write_bytes(b"none")  # the first one cannot be read
    for fit in own_pictures.FORMS:
        options = {"path": str(path), "fit": fit, "size": 16}
        found = own_picture_fits.example(options)
        assert found is not None
        assert (found.width, found.height) == (80, 20)
        assert found.name != "a/0.png"
        data = own_pictures.pictures(options).stored.arrays["inputs"]
        assert any(np.array_equal(found.fits[fit], one) for one in data), fit
        assert len({one.tobytes() for one in found.fits.values()}) == 3, "they differ"


def test_images_that_have_the_shape_of_the_frame_need_no_rule(tmp_path: Path) -> None:
    assert own_picture_fits.example({"path": str(folder_of(tmp_path, (64, 64)))}) is None


def test_a_rule_is_chosen_by_a_click_and_is_one_step_of_undo(desk, tmp_path: Path) -> None:
    path = folder_of(tmp_path, (80, 30))
    desk.use("points-2d", dataset=own_pictures.NAME, dataset_options={"path": str(path), "size": 16})
    desk.window.document.select([desk.node("Input")])
    preview, document = desk.window.inspector.data.fit, desk.window.document
    desk.until(preview.isVisible, "the rules")
    assert preview.buttons["crop"].isChecked()
    assert "80×30 pixels" in preview.name_label.text()
    depth = document.depth
    desk.click(preview.buttons["stretch"])
    assert document.recipe.dataset_options["fit"] == "stretch"
    assert document.depth == depth + 1
    desk.until(lambda: document.whole_signature is not None and preview.buttons["stretch"].isChecked(), "the rule")
    document.undo()
    desk.until(preview.buttons["crop"].isChecked, "the rule there was")
    desk.use("points-2d")
    document.select([desk.node("Input")])
    assert not preview.isVisible()
