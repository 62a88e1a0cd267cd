"""What is proposed for images of one's own leaves their classes what they are, and has a network that takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.graph.advice.analysis import analyse
from engine.tasks.proposal import proposed
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("nothing_read")


def folder(at: Path, classes: tuple[str, ...], shape: tuple[int, ...]) -> Path:
    """Four images of noise of each class."""
    chance = np.random.default_rng(0)
    for name in classes:
        (at / "images" / name).mkdir(parents=True)
        for number in range(4):
            pixels = chance.integers(0, 256, shape, dtype=np.uint8)
            Image.fromarray(pixels).save(at / "images" / name / f"{number}.png")
    return at / "images"


@pytest.mark.parametrize(
    ("classes", "mirrored"),
    [(("cat", "dog"), True), (("2", "5"), False), (("left", "right"), False), (("b", "d"), False), (("0", "8"), True)],
)
def test_images_are_mirrored_where_it_alters_no_class(
    tmp_path: Path, classes: tuple[str, ...], mirrored: bool
) -> None:
    recipe = proposed(folder(tmp_path, classes, (40, 40, 3))).recipe
    assert (recipe.augmentation.values.horizontal_flip > 0) is mirrored


@pytest.mark.parametrize("shape", [(8, 8), (11, 30, 3), (32, 32, 3), (90, 70, 3)])
def test_the_network_takes_images_of_any_size(tmp_path: Path, shape: tuple[int, ...]) -> None:
    proposal = proposed(folder(tmp_path, ("cat", "dog", "frog"), shape))
    analysis = analyse(proposal.graph, signature_of(proposal.recipe))
    assert analysis.ready, analysis.problems
    assert isinstance(proposal.recipe, Recipe)
    assert proposal.recipe.augmentation.kind == "affine"
