"""What the program gets from images of one's own with what it proposes, and what augmentation costs a step.

    SKETCHNET_DATA=… python tests/benchmarks/own_data_pictures.py [--seeds 5] [--only cifar10] [--cost]

Each set lies in SKETCHNET_DATA as it was downloaded, and is trained as ``new --data`` proposes, with the seeds 0 to
4, which also divide it. Printed are the test accuracy of every seed, the mean and its spread, and the minutes of a
run. ``--cost`` prints instead how much longer a step of 64 images of 3×32×32 takes with each change, against the step
of the network that is proposed for CIFAR-10.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.data.augmentation.applying import augment, mix
from engine.data.augmentation.changes import PARAMETERS
from engine.graph.parameters import Real
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.graph.templates.photographs import staged
from engine.network.build import build
from engine.running.run import Run
from engine.tasks.proposal import proposed
from engine.training.data_loading import load_rows
from engine.training.recipe import Augmentation

WANTED = {"img_sign_language_digits": 0.90, "cifar10": 0.70}
STRENGTHS = {
    "rotation": 10.0, "crop": 0.2, "horizontal_flip": 0.5, "elastic": 2.0, "brightness": 0.2, "saturation": 0.3,
    "hue": 20.0, "blur": 1.0, "noise": 0.05, "erasing": 0.3, "mixup": 0.2, "cutmix": 1.0,
}  # fmt: skip


def accuracies(path: Path, seeds: int) -> None:
    """Train and print."""
    found = []
    for seed in range(seeds):
        proposal = proposed(path)
        recipe = proposal.recipe.with_setting("seed", seed)
        started = time.perf_counter()
        outcome = Run(proposal.graph, recipe, load_rows(recipe)).run()
        minutes = (time.perf_counter() - started) / 60
        found.append(float(outcome.test["test_accuracy"]))
        rows = outcome.test["test_rows"]
        print(f"{path.name}, seed {seed}: {found[-1]:.4f} of {rows:,}, {minutes:.1f} min", flush=True)
    spread = statistics.stdev(found) if len(found) > 1 else 0.0
    wanted = WANTED[path.name]
    print(f"{path.name}: mean {statistics.mean(found):.4f} ± {spread:.4f}, least {min(found):.4f}; wanted {wanted}")


def cost() -> None:
    """Measure and print."""
    images, targets = torch.rand(64, 3, 32, 32), torch.eye(10).repeat(7, 1)[:64]
    module = build(staged((32, 64, 128)), Signature(Shape.picture(3, 32, 32), Categories(10, tuple("0123456789"))))
    optimizer = torch.optim.AdamW(module.parameters())

    def step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(module(images), targets).backward()
        optimizer.step()

    plain = least(step, 5)
    print(f"a step in 32 bit: {1e3 * plain:.1f} ms on {torch.get_num_threads()} threads")
    off = {parameter.name: 0.0 for parameter in PARAMETERS if isinstance(parameter, Real)}
    chosen = {name: {**off, name: amount} for name, amount in STRENGTHS.items()}
    for name, values in {**chosen, "all of it": {**off, **STRENGTHS}}.items():
        settings, random = Augmentation("affine", **values), torch.Generator().manual_seed(0)

        def changed(settings: Augmentation = settings, random: torch.Generator = random) -> None:
            mix(augment(images, settings, random), targets, settings, random)

        taken = least(changed, 15)
        print(f"{name:16} {1e3 * taken:6.2f} ms, {100 * taken / plain:5.1f} % of the step")


def least(work: Callable[[], None], times: int) -> float:
    """The least seconds it took."""
    found = []
    for _ in range(times + 1):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found[1:])


def main() -> int:
    """Print what was asked for; 2 where the data is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=tuple(WANTED))
    parser.add_argument("--cost", action="store_true")
    arguments = parser.parse_args()
    if arguments.cost:
        cost()
        return 0
    folder = os.environ.get("SKETCHNET_DATA")
    if not folder:
        print("Set SKETCHNET_DATA to the folder with img_sign_language_digits and cifar10.", file=sys.stderr)
        return 2
    for name in WANTED:
        if arguments.only in (None, name):
            accuracies(Path(folder).absolute() / name, arguments.seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
