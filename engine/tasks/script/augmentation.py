"""The random changes of training pictures as part of an exported file; see ``engine.data.augmentation``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from engine.data import image_changes
from engine.graph.signature import Signature
from engine.network.source import Scaling, prepares
from engine.training.recipe import Recipe


def augment(recipe: Recipe, signature: Signature, scaling: Scaling | None) -> str:
    """``augment``: prepared pictures -> as they are learned from."""
    settings = recipe.augmentation.values
    text, prepared, channels = _AUGMENT, prepares(scaling), signature.input.sizes[0]
    lines, used = _other_changes(settings)
    if prepared:  # what comes into view from outside is a raw 0, prepared
        black = f"    black = prepare(torch.zeros(1, {channels}, 1, 1))\n"
        text = text.replace("    inputs = F.grid_sample(inputs,", f"{black}    inputs = F.grid_sample(inputs - black,")
        text += " + black"
    elif any("black" in line for line in lines):
        lines.insert(0, f"    black = torch.zeros(1, {channels}, 1, 1)")
    if any("white" in line for line in lines):
        white = f"torch.full((1, {channels}, 1, 1), 255.0)"
        lines.insert(0, f"    white = {f'prepare({white})' if prepared else white}")
    text = (
        text.replace("ROTATION", repr(settings["rotation"]))
        .replace("SCALE", repr(min(settings["scale"], 0.95)))
        .replace("SHEAR", repr(min(settings["shear"], 80.0)))
        .replace("SHIFT", repr(settings["shift"]))
    )
    functions = [inspect.getsource(function).rstrip() for function in used]
    return "\n\n\n".join([*functions, "\n".join([text, *lines, "    return inputs"])])


def _other_changes(settings: Mapping[str, Any]) -> tuple[list[str], list[Callable[..., object]]]:
    """The lines that follow once the images are moved, and the functions that they call."""
    lines: list[str] = []
    used: list[Callable[..., object]] = []

    def use(function: Callable[..., object], *given: object) -> None:
        lines.append(f"    inputs = {function.__name__}(inputs, {', '.join(map(str, given))})")
        if function not in used:
            used.append(function)

    if settings["horizontal_flip"]:
        use(image_changes.flipped, settings["horizontal_flip"], "generator")
    if settings["vertical_flip"]:
        use(image_changes.flipped, settings["vertical_flip"], "generator", 2)
    strengths = [settings[name] for name in ("brightness", "contrast", "saturation")]
    if any(strengths):
        use(image_changes.relit, *strengths, "black", "white", "generator")
    if settings["noise"]:
        use(image_changes.noisy, settings["noise"], "black", "white", "generator")
    if settings["erasing"]:
        use(image_changes.erased, settings["erasing"], "black", "generator")
    return lines, used


_AUGMENT = '''\
def augment(inputs, generator):
    """Change each image a little: move it first, then mirror and light it differently."""
    count, _, height, width = inputs.shape
    draws = torch.rand((5, count), generator=generator) * 2 - 1
    angle = torch.deg2rad(draws[0] * ROTATION)
    shrink = 1 / (1 + draws[1] * SCALE)
    slant = torch.tan(torch.deg2rad(draws[2] * SHEAR))
    right, down = draws[3] * SHIFT * 2 / width, draws[4] * SHIFT * 2 / height
    cos, sin = torch.cos(angle) * shrink, torch.sin(angle) * shrink
    stretch = height / width
    first = torch.stack((cos, (slant * cos - sin) * stretch), dim=1)
    second = torch.stack((sin / stretch, slant * sin + cos), dim=1)
    turn = torch.stack((first, second), dim=1)
    move = turn @ torch.stack((right, down), dim=1).unsqueeze(2)
    places = torch.cat((turn, move), dim=2)
    grid = F.affine_grid(places, list(inputs.shape), align_corners=False)
    inputs = F.grid_sample(inputs, grid, align_corners=False)'''
