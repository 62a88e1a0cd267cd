"""How well networks read real handwriting: the shipped example, and one trained on the program's own digits alone.

    SKETCHNET_DATA=… python tests/benchmarks/strokes.py [--samples 60000] [--epochs 6] [--template digit-cnn]
        [--set NAME=VALUE …] [--example resources/examples/digits.sketchnet] [--only example]

Prints the accuracy on MNIST's test pictures and on two collections of pen strokes (pendigits and UJI pen characters),
drawn the way the pad draws, with what each network is wrong about most; the four figures that are aimed at, beside
their aims; and how fast digits are written and drawings prepared. Needs the data folder.

Of pendigits' thirty writers, every second one is kept apart: whoever adds ways of writing should look at the mistakes
made with the others only, so that the figure for those kept apart says how writers are read whom nobody has looked at.
The ways that were there when this rule was made may owe something to all thirty.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
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

AIMS = {
    "MNIST test pictures": 0.9955,
    "pendigits, pen strokes": 0.985,
    "UJI digits, pen strokes": 0.99,
    "pendigits, writers apart": 0.985,
}
ALONE = ("MNIST test pictures", 0.98)


@dataclass(frozen=True)
class Collection:
    """Real digits: pictures uint8 N×1×28×28, labels N, and who wrote them (N names, or none where it is not known)."""

    name: str
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    writers: tuple[str, ...] = ()

    def of(self, name: str, writers: set[str]) -> Collection:
        """The digits of some of the writers."""
        mask = np.array([writer in writers for writer in self.writers])
        kept = tuple(writer for writer in self.writers if writer in writers)
        return Collection(name, self.pictures[mask], self.labels[mask], kept)


def collections(folder: Path) -> list[Collection]:
    """MNIST's test pictures, pendigits (whole, and the writers kept apart), UJI's digits."""
    mnist = folder / "mnist"
    pictures = idx.read(mnist / "t10k-images-idx3-ubyte.gz")
    labels = idx.read(mnist / "t10k-labels-idx1-ubyte.gz").astype(np.int64)
    pendigits = strokes_in(
        "pendigits, pen strokes", folder / "digits_pendigits_strokes" / "pendigits_train_strokes.jsonl.xz"
    )
    return [
        Collection("MNIST test pictures", pictures[:, None], labels),
        pendigits,
        pendigits.of("pendigits, writers apart", set(sorted(set(pendigits.writers))[1::2])),
        strokes_in("UJI digits, pen strokes", folder / "chars_uji_strokes" / "uji_pen_characters_v1.jsonl.xz"),
    ]


def strokes_in(name: str, path: Path) -> Collection:
    """The digits of a collection of pen strokes, drawn as the pad draws."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if str(row["label"]).isdigit()]
    drawn = np.stack([prepare_strokes(row["strokes"]) for row in rows])[:, None]
    writers = tuple(str(row["writer"]) for row in rows)
    return Collection(name, drawn, np.array([int(row["label"]) for row in rows]), writers)


def report(title: str, predict: Predict, found: list[Collection]) -> dict[str, float]:
    """Print the accuracy on each collection with the most frequent mistakes; returns them, 0 to 1, by name."""
    print(f"\n{title}")
    accuracies: dict[str, float] = {}
    for each in found:
        guess = predict(each.pictures).argmax(axis=1)
        wrong = guess != each.labels
        accuracies[each.name] = float(1 - wrong.mean())
        pairs = Counter(zip(each.labels[wrong].tolist(), guess[wrong].tolist(), strict=True))
        mistakes = ", ".join(f"{truth} read as {said}: {count}" for (truth, said), count in pairs.most_common(5))
        print(f"  {each.name:26} {accuracies[each.name]:8.2%}  of {len(wrong):5}   {mistakes}")
        if each.writers:
            share = {writer: wrong[np.array(each.writers) == writer].mean() for writer in set(each.writers)}
            worst = sorted(share, key=lambda writer: (-share[writer], writer))[:3]
            print(f"  {'':26} {'':8}  read worst: {', '.join(f'{w} {1 - share[w]:.1%}' for w in worst)}")
    return accuracies


def against_the_aims(example: dict[str, float], alone: dict[str, float]) -> None:
    """Print what was measured beside what is aimed at."""
    print("\nThe figures, and what is aimed at")
    rows = [("the example", name, example.get(name), aim) for name, aim in AIMS.items()]
    rows.append(("pen digits alone", ALONE[0], alone.get(ALONE[0]), ALONE[1]))
    for network, name, value, aim in rows:
        if value is not None:
            print(f"  {network:18} {name:26} {value:8.2%}  {'reached' if value >= aim else 'below'} {aim:.2%}")


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
    from engine.running.run import Run
    from engine.tasks.predictor import Predictor
    from engine.training.recipe import Recipe

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
    return Predictor(project.graph, catalogue.signature(dataset), project.run.weights, project.run.preparation).predict


def main() -> None:
    """Read the command line, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--template", default="digit-cnn")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--example", type=Path, default=ROOT / "resources" / "examples" / "digits.sketchnet")
    parser.add_argument("--threads", type=int, default=0, help="threads for training (0: as torch chooses)")
    parser.add_argument("--only", choices=("example", "alone"), help="measure one of the two networks")
    arguments = parser.parse_args()
    folder = os.environ.get("SKETCHNET_DATA", "").split(os.pathsep)[0]
    if not folder or not Path(folder).is_dir():
        raise SystemExit("SKETCHNET_DATA must name the folder with the real digits.")
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    speed()
    found = collections(Path(folder))
    of_example: dict[str, float] = {}
    alone: dict[str, float] = {}
    if arguments.only != "alone":
        if arguments.example.is_file():
            of_example = report(f"The example {arguments.example.name}", example(arguments.example), found)
        else:
            print(f"\nThere is no {arguments.example}: the shipped example was not measured.")
    if arguments.only != "example":
        network = trained(arguments.template, arguments.samples, arguments.epochs, arguments.set)
        alone = report("Trained on the program's own digits alone", network, found)
    against_the_aims(of_example, alone)


if __name__ == "__main__":
    main()
