"""The random changes of training pictures as part of an exported file.

The steps are those of the program, copied as they stand (``engine.data.augmentation.steps``).
"""

from __future__ import annotations

import inspect
from typing import Any

from engine.data.augmentation import steps
from engine.data.augmentation.applying import MOVED, active, only_affine
from engine.data.augmentation.changes import ImageChange
from engine.graph.targets import TargetKind
from engine.network.line_wrapping import laid_out
from engine.network.source import prepares
from engine.tasks.picture_changes import need_pictures
from engine.tasks.script.writing import ScriptSetup
from engine.training.recipe import Recipe


def taken(recipe: Recipe) -> list[str]:
    """The lines that change ``x``, and ``y`` where samples are mixed, by the random numbers of a ``step``."""
    if recipe.augmentation.kind == "none":
        return []
    if not _made(recipe)[1]:
        return ["x = augment(x, generator(3, step))"]
    return ["random = generator(3, step)", "x = augment(x, random)", "x, y = mix(x, y, random)"]


def functions(setup: ScriptSetup) -> list[str]:
    """``augment``: prepared pictures -> as they are learned from; ``mix``: with their answers; and what both need.

    Raises TaskError where the augmentation does not fit.
    """
    recipe = setup.recipe
    if recipe.augmentation.kind == "none":
        return []
    need_pictures(recipe, setup.schema)
    made, mixed = _made(recipe)
    mixing = [*map(_copied, _names(mixed)), _mix(setup, mixed)] if mixed else []
    if only_affine(recipe.augmentation):
        return [_copied("turned"), _affine(setup), *mixing]
    return [*map(_copied, _names(made)), _augment(setup, made), *mixing]


_Made = list[tuple[ImageChange, dict[str, Any]]]


def _made(recipe: Recipe) -> tuple[_Made, _Made]:
    """The changes of images alone, and those that mix samples."""
    every = list(active(recipe.augmentation))
    return [one for one in every if not one[0].mixes], [one for one in every if one[0].mixes]


def _names(made: _Made) -> list[str]:
    """The functions that are called for changes."""
    return [name for change, _ in made for name in (*change.needs, change.step)]


def _copied(name: str) -> str:
    return inspect.getsource(getattr(steps, name)).rstrip()


def _call(given: str, change: ImageChange, arguments: dict[str, Any]) -> str:
    """The call of a step on what is ``given``, with the random numbers that are its own."""
    named = "".join(
        f', {name}="{value}"' if isinstance(value, str) else f", {name}={value!r}" for name, value in arguments.items()
    )
    return f"{change.step}({given}, torch.Generator().manual_seed(seed + {change.number}){named})"


_SEED = "    seed = int(torch.randint(2**62, (), generator=random))"


def _augment(setup: ScriptSetup, made: _Made) -> str:
    channels, white = setup.signature.input.sizes[0], float(setup.schema.value_range[1])
    lines = ["def augment(inputs, random):", '    """Change each image a little."""']
    lines += ["    draws = torch.rand((5, len(inputs)), generator=random) * 2 - 1"] if made[0][0].step == MOVED else [
        "    torch.rand((5, len(inputs)), generator=random)  # as in the program"
    ]
    lines.append(_SEED)
    if prepares(setup.scaling):
        lines += [
            f"    black = prepare(torch.zeros(1, {channels}, 1, 1))",
            f"    span = prepare(torch.full((1, {channels}, 1, 1), {white!r})) - black",
            "    x = (inputs - black) / span",
        ]
    else:
        lines.append(f"    x = inputs / {white!r}")
    for change, arguments in made:
        given = "x, draws" if change.step == MOVED else "x"
        lines += laid_out(f"x = {_call(given, change, arguments)}", indent=4)
    lines.append("    return x * span + black" if prepares(setup.scaling) else f"    return x * {white!r}")
    return "\n".join(lines)


def _mix(setup: ScriptSetup, mixed: _Made) -> str:
    lines = ["def mix(x, y, random):", '    """Mix images with others of their batch, and their answers."""', _SEED]
    if setup.signature.target.kind is TargetKind.CLASSES:
        lines.append(f"    y = F.one_hot(y, {setup.signature.target.size}).float()")
    for change, arguments in mixed:
        lines += laid_out(f"x, y = {_call('x, y', change, arguments)}", indent=4)
    return "\n".join([*lines, "    return x, y"])


def _affine(setup: ScriptSetup) -> str:
    """What there was at first, whose runs go on as they began."""
    values = setup.recipe.augmentation.values
    amounts = ", ".join(repr(values[name]) for name in ("rotation", "scale", "shift", "shear"))
    lines = [
        "def augment(inputs, generator):",
        '    """Rotate, scale, shift and shear each image a little."""',
        "    count, _, height, width = inputs.shape",
        "    draws = torch.rand((5, count), generator=generator) * 2 - 1",
        f"    places = turned(draws, height, width, {amounts})",
        "    grid = F.affine_grid(places, list(inputs.shape), align_corners=False)",
    ]
    if not prepares(setup.scaling):
        return "\n".join([*lines, "    return F.grid_sample(inputs, grid, align_corners=False)"])
    # What comes into view from outside is a raw 0, prepared.
    return "\n".join(
        [
            *lines,
            f"    ground = prepare(torch.zeros(1, {setup.signature.input.sizes[0]}, 1, 1))",
            "    return F.grid_sample(inputs - ground, grid, align_corners=False) + ground",
        ]
    )
