"""How fast the training loop is, against a plain and careful PyTorch script on the same network and rows.

    python tests/benchmarks/training.py [--rounds 5] [--threads 1]

Both train the same module on the same rows with the same optimizer, count the training loss and accuracy of every
step and validate after every epoch. They take turns, so that what else the machine does falls on both. Printed is
the median of the ratios ours ÷ plain over the rounds (below 1 is faster), and rows a second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.graph.targets import Categories
from engine.tasks.supervised_targets import task_for
from engine.training import machine, runner
from engine.training.batches import BatchLoader
from engine.training.gradient_learner import GradientLearner
from engine.training.recipe import Recipe

ROWS, VALIDATION, BATCH = 8192, 1024, 64
ANSWER = Categories(10, tuple("0123456789"))


def mlp() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 49, 10),
    )


def plain(module: nn.Module, data: tuple[Tensor, ...], epochs: int) -> float:
    """The script one would write with care: rows in memory, batches by index, nothing read back within an epoch."""
    inputs, answers, held_inputs, held_answers = data
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.001, fused=True)
    started = time.perf_counter()
    for _ in range(epochs):
        module.train()
        loss_sum, right = torch.zeros(()), torch.zeros((), dtype=torch.long)
        for rows in torch.randperm(len(inputs)).split(BATCH):
            batch, wanted = inputs[rows], answers[rows]
            outputs = module(batch)
            loss = functional.cross_entropy(outputs, wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(rows)
            right += (outputs.detach().argmax(1) == wanted).sum()
        module.eval()
        with torch.no_grad():
            outputs = torch.cat([module(part) for part in held_inputs.split(256)])
            functional.cross_entropy(outputs, held_answers).item()
            (outputs.argmax(1) == held_answers).float().mean().item()
        _ = loss_sum.item() / len(inputs), right.item() / len(inputs)
    return time.perf_counter() - started


def ours(module: nn.Module, raw: tuple[np.ndarray, ...], epochs: int) -> float:
    """The seconds of the epochs themselves, as the history has them: without getting ready and the final test."""
    recipe = Recipe(batch_size=BATCH, epochs=epochs, device="cpu")
    task = task_for(ANSWER, recipe)
    inputs, answers, held_inputs, held_answers = raw
    feeds = [
        BatchLoader(rows, task.target_tensor(right), torch.device("cpu"), shift=(33.0,), scale=(78.0,))
        for rows, right in ((inputs, answers), (held_inputs, held_answers))
    ]
    trainer = runner.Runner(GradientLearner(module, task, recipe, *feeds), epochs)
    started = time.perf_counter()
    outcome = trainer.run()
    whole = time.perf_counter() - started
    epochs_only = sum(row["seconds"] for row in outcome.history)
    assert outcome.state == "finished"
    assert epochs_only <= whole
    return epochs_only


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="for both; the loop's own choice is switched off")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    runner.choose_threads = lambda work: options.threads
    random = np.random.default_rng(0)
    raw = tuple(
        array
        for rows in (ROWS, VALIDATION)
        for array in (
            random.integers(0, 256, (rows, 1, 28, 28)).astype(np.uint8),
            random.integers(0, 10, rows).astype(np.int64),
        )
    )
    prepared = tuple(
        (torch.from_numpy(array).float() - 33.0) / 78.0 if array.ndim > 1 else torch.from_numpy(array) for array in raw
    )
    # The C library keeps memory, and filters lie in memory, the same for both: this measures the loop.
    machine.keep_memory()
    for name, make, epochs in (("MLP", mlp, 4), ("CNN", cnn, 1)):
        ratios, paces = [], []
        for turn in range(options.rounds + 1):
            torch.set_flush_denormal(True)
            theirs = plain(make().to(memory_format=torch.channels_last), prepared, epochs)
            torch.set_flush_denormal(False)
            own = ours(make(), raw, epochs)
            if turn:  # the first warms up
                ratios.append(own / theirs)
                paces.append(ROWS * epochs / own)
        print(
            f"{name}: ours ÷ plain {statistics.median(ratios):.3f} "
            f"({min(ratios):.3f} to {max(ratios):.3f}), {statistics.median(paces):,.0f} samples per second"
        )


if __name__ == "__main__":
    main()
