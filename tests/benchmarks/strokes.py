"""How well networks read real handwriting: one trained on the program's own digits alone, and the shipped example.

    SKETCHNET_DATA=… python tests/benchmarks/strokes.py [--samples 60000] [--epochs 6] [--template digit-cnn]
        [--set NAME=VALUE …] [--example resources/examples/digits.sketchnet]

Prints the accuracy on MNIST's test pictures and on two collections of pen strokes (pendigits and UJI pen characters),
drawn the way the pad draws, and how fast digits are written and drawings prepared. Needs the data folder.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine.data import catalogue, idx  # noqa: E402
from engine.data.digit import prepare_strokes  # noqa: E402
from engine.data.sources.strokes import generate  # noqa: E402
from engine.graph import templates  # noqa: E402

Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
Collection = tuple[str, NDArray[np.uint8], NDArray[np.int64]]


def collections(folder: Path) -> list[Collection]:
    """Real digits: name, pictures N×1×28×28, labels N."""
    found: list[Collection] = []
    mnist = folder / "mnist"
    pictures = idx.read(mnist / "t10k-images-idx3-ubyte.gz")
    labels = idx.read(mnist / "t10k-labels-idx1-ubyte.gz").astype(np.int64)
    found.append(("MNIST test pictures", pictures[:, None], labels))
    for name, path in (
        ("pendigits, pen strokes", "digits_pendigits_strokes/pendigits_train_strokes.jsonl.xz"),
        ("UJI digits, pen strokes", "chars_uji_strokes/uji_pen_characters_v1.jsonl.xz"),
    ):
        with lzma.open(folder / path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        rows = [row for row in rows if str(row["label"]).isdigit()]
        drawn = np.stack([prepare_strokes(row["strokes"]) for row in rows])[:, None]
        found.append((name, drawn, np.array([int(row["label"]) for row in rows])))
    return found


def report(title: str, predict: Predict, found: list[Collection]) -> None:
    """Print the accuracy on each collection, and the most frequent mistakes."""
    print(f"\n{title}")
    for name, pictures, labels in found:
        guess = predict(pictures).argmax(axis=1)
        wrong = guess != labels
        pairs, counts = np.unique(labels[wrong] * 10 + guess[wrong], return_counts=True)
        worst = sorted(zip(counts.tolist(), pairs.tolist(), strict=True), reverse=True)[:4]
        mistakes = ", ".join(f"{pair // 10} read as {pair % 10}: {count}" for count, pair in worst)
        print(f"  {name:26} {1 - wrong.mean():8.2%}  of {len(labels):5}   {mistakes}")


def speed() -> None:
    """Print how fast digits are written and drawings prepared, on one core."""
    from engine.data.sources.strokes import drawing

    generate(1_000, 0)
    start = time.perf_counter()
    generate(5_000, 1)
    print(f"digits written a second: {5_000 / (time.perf_counter() - start):,.0f}")
    rng = np.random.default_rng(0)
    drawings = [drawing(i % 10, rng) for i in range(500)]
    start = time.perf_counter()
    for strokes in drawings:
        prepare_strokes(strokes, pen_width=16.0)
    print(f"a drawing prepared in {(time.perf_counter() - start) / len(drawings) * 1e3:.2f} ms")


def trained(template: str, samples: int, epochs: int, extra: list[str]) -> Predict:
    """A network trained on the program's own digits alone, with the template's recipe."""
    from engine.tasks.predictor import Predictor
    from engine.training.recipe import Recipe
    from engine.training.run import Run

    recipe = Recipe()
    for name, value in templates.describe(template).recipe.items():
        recipe = recipe.with_setting(name, value)
    recipe = recipe.with_setting("dataset", "strokes").with_setting("epochs", epochs)
    for pair in extra:
        name, _, value = pair.partition("=")
        recipe = recipe.with_setting(name, value)
    dataset = catalogue.load("strokes", options={"samples": samples}, validation=recipe.validation)
    graph = templates.build(template)
    run = Run(graph, recipe, dataset)
    start = time.perf_counter()
    outcome = run.run()
    if outcome.state != "finished":
        raise SystemExit(f"The run ended as {outcome.state}: {outcome.message}")
    print(
        f"\n{template} on {samples:,} of the program's own digits, {epochs} epochs: "
        f"{time.perf_counter() - start:.0f} s, own test digits {outcome.test['test_accuracy']:.2%}"
    )
    return Predictor(graph, run.signature, outcome.weights, outcome.preparation).predict


def example(path: Path) -> Predict:
    """The trained network in a project file."""
    from engine.project.file import read
    from engine.tasks.predictor import Predictor

    project = read(path)
    dataset = project.trained_on or project.recipe.dataset
    return Predictor(project.graph, catalogue.signature(dataset), project.weights, project.preparation).predict


def main() -> None:
    """Read the command line, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--template", default="digit-cnn")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--example", type=Path, default=ROOT / "resources" / "examples" / "digits.sketchnet")
    parser.add_argument("--threads", type=int, default=0, help="threads for training (0: as torch chooses)")
    arguments = parser.parse_args()
    folder = os.environ.get("SKETCHNET_DATA", "").split(os.pathsep)[0]
    if not folder or not Path(folder).is_dir():
        raise SystemExit("SKETCHNET_DATA must name the folder with the real digits.")
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    speed()
    found = collections(Path(folder))
    report(
        "Trained on the program's own digits alone",
        trained(arguments.template, arguments.samples, arguments.epochs, arguments.set),
        found,
    )
    if arguments.example.is_file():
        report(f"The example {arguments.example.name}", example(arguments.example), found)
    else:
        print(f"\nThere is no {arguments.example}: the shipped example was not measured.")


if __name__ == "__main__":
    main()
