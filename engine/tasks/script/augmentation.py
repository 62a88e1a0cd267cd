"""The random changes of training pictures as part of an exported file; see ``engine.data.augmentation``."""

from __future__ import annotations

from engine.graph.signature import Signature
from engine.network.source import Scaling, prepares
from engine.training.recipe import Recipe


def augment(recipe: Recipe, signature: Signature, scaling: Scaling | None) -> str:
    """``augment``: prepared pictures -> as they are learned from."""
    settings = recipe.augmentation.values
    text = _AUGMENT
    if prepares(scaling):  # what comes into view from outside is a raw 0, prepared
        black = f"    ground = prepare(torch.zeros(1, {signature.input.sizes[0]}, 1, 1))\n"
        text = text.replace("    return F.grid_sample(inputs, ", f"{black}    return F.grid_sample(inputs - ground, ")
        text += " + ground"
    return (
        text.replace("ROTATION", repr(settings["rotation"]))
        .replace("SCALE", repr(min(settings["scale"], 0.95)))
        .replace("SHEAR", repr(min(settings["shear"], 80.0)))
        .replace("SHIFT", repr(settings["shift"]))
    )


_AUGMENT = '''\
def augment(inputs, generator):
    """Rotate, scale, shear and shift each image a little."""
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
    return F.grid_sample(inputs, grid, align_corners=False)'''
