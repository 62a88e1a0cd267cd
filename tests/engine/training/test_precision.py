"""The precision of a run is the faster one of the machine, where the recipe leaves it open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.training import precision
from engine.training.precision import cast, chosen

CPU = torch.device("cpu")


class Clock:
    """Time that passes with each step, by precision."""

    def __init__(self, **seconds: float) -> None:
        self.now, self.seconds, self.steps = 0.0, seconds, list[str]()

    def __call__(self) -> float:
        return self.now

    def step(self, name: str) -> int | None:
        self.steps.append(name)
        self.now += self.seconds[name]
        return 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Clock]:
    def make(**seconds: float) -> Clock:
        made = Clock(**seconds)
        monkeypatch.setattr(precision.time, "thread_time", made)
        monkeypatch.setattr(precision.time, "perf_counter", made)
        return made

    return make


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("full", "half", "expected"),
    [(1.0, 0.5, "bfloat16"), (1.0, 0.8, "bfloat16"), (1.0, 0.9, "float32"), (1.0, 9.0, "float32")],
)
def test_the_clearly_faster_one_is_chosen(
    clock: Callable[..., Clock],
    monkeypatch: pytest.MonkeyPatch,
    full: float,
    half: float,
    expected: str,
    threads: int,
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    made = clock(float32=full, bfloat16=half)
    assert chosen("auto", made.step, CPU) == expected
    assert len(made.steps) == 4, "long steps are measured once"
    quick = clock(float32=full / 1e3, bfloat16=half / 1e3)
    assert chosen("auto", quick.step, CPU) == expected
    assert len(quick.steps) == 2 + 2 * precision.ROUNDS


def test_what_is_asked_for_by_name_is_not_measured(clock: Callable[..., Clock]) -> None:
    made = clock()
    assert [chosen(name, made.step, CPU) for name in ("float32", "bfloat16")] == ["float32", "bfloat16"]
    assert not made.steps


def test_what_cannot_be_done_in_half_precision_is_done_in_full() -> None:
    assert chosen("auto", lambda name: None if name == "bfloat16" else 1, CPU) == "float32"


def test_layers_compute_in_it_and_weights_stay_as_they_are() -> None:
    layer, rows = torch.nn.Linear(4, 3), torch.ones(2, 4)
    for name, expected in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        with cast(CPU, name):
            assert layer(rows).dtype is expected
    assert layer.weight.dtype is torch.float32
