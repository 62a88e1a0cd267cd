"""How good the digits of a GAN are, judged by the network of the digits example that comes with the program.

    python -m tests.benchmarks.gan [--minutes 5] [--steps N] [SETTING=VALUE ...]

Trains the template gan-digits and prints the share of 1,000 new samples that the example reads as some digit with a
probability of 0.9 or more, the digits among them, seconds and processor seconds a step. --steps N trains N steps
instead of the template's epochs.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np

from engine.data.dataset import Schema
from engine.graph import templates
from engine.project.file import read
from engine.running.run import Run
from engine.tasks.gan.samples import Sampler
from engine.tasks.predictor import Predictor
from engine.training.data_loading import dataset_schema, load_rows
from engine.training.recipe import Recipe

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "digits.sketchnet"
SURE = 0.9


def judged(pictures: np.ndarray) -> tuple[float, dict[int, int]]:
    """The share of pictures, uint8 N×1×28×28, that are read with SURE or more, and how often each digit is."""
    example = read(EXAMPLE)
    schema: Schema = dataset_schema(example.recipe)
    predictor = Predictor(example.graph, schema.signature(), example.run.weights, example.run.preparation)
    answers = predictor.predict(pictures)
    sure = answers.max(1) >= SURE
    counts = np.bincount(answers[sure].argmax(1), minlength=10)
    return float(sure.mean()), {digit: int(count) for digit, count in enumerate(counts)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--template", default="gan-digits")
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("settings", nargs="*")
    arguments = parser.parse_args()
    recipe = Recipe().with_settings(dict(templates.describe(arguments.template).recipe))
    recipe = recipe.with_settings(dict(word.split("=") for word in arguments.settings))
    data = load_rows(recipe)
    if arguments.steps:
        each = len(data.train) // recipe.batch_size // max(1, int(recipe.task.critic_steps))
        recipe = recipe.with_setting("epochs", max(1, math.ceil(arguments.steps / max(1, each))))
    graph = templates.build(arguments.template)
    run = Run(graph, recipe, data)
    wall, work = time.perf_counter(), time.process_time()
    outcome = run.run()
    wall, work = time.perf_counter() - wall, time.process_time() - work
    print(outcome.message, outcome.test)
    steps = 0 if outcome.training is None else outcome.training.position["step"]
    sampler = Sampler(graph, data.schema, outcome.weights, outcome.preparation)
    share, digits = judged(sampler.samples(1_000, 1))
    judge = judged(data.test.inputs[:1_000])
    print(f"{steps:,} steps, {1000 * wall / steps:.0f} ms a step, {1000 * work / steps:.0f} ms of processor time")
    print(f"{share:.3f} read with {SURE} or more ({judge[0]:.3f} of real ones); digits: {digits}")


if __name__ == "__main__":
    main()
