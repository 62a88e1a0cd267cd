"""Losses, optimizers, schedules and metrics are declared once: nothing else asks which one it is by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.data import catalogue
from engine.graph import losses
from engine.graph.targets import TargetKind
from engine.network.expression_source import names_in
from engine.network.names import resolve
from engine.tasks.supervised_targets import task_for
from engine.training.metric_kinds import METRICS, usual_metric
from engine.training.optimizer_kinds import OPTIMIZERS
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.optimizers import OptimizerError, make
from engine.training.recipe import LossSettings, Recipe, ScheduleSettings
from engine.training.schedule_kinds import SCHEDULES
from engine.training.schedules import Plateau, Schedule

ROOT = Path(__file__).resolve().parents[3]
NAMES = {*losses.kinds(), *OPTIMIZERS, *SCHEDULES, *METRICS}


def compared(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that something is compared with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            parts = [node.value]
        for part in parts:
            for one in ast.walk(part):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield node.lineno, one.value


def test_no_code_compares_with_the_name_of_one() -> None:
    """But for the settings of a declaration itself, as what follows a warm-up."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} compares with {text!r}"
        for room in ("engine", "gui")
        for path in sorted((ROOT / room).rglob("*.py"))
        if not path.name.endswith("_kinds.py") and "graph/losses" not in path.as_posix()
        for line, text in compared(path)
        if text in NAMES - {"step"}  # also a number that the recipe of a run counts
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_an_optimizer_is_made_by_its_expression(kind: object) -> None:
    settings = OptimizerSettings(kind.name)
    made = kind.made(settings.values)
    assert all(resolve(name) for name in names_in(made))
    module = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
    optimizer = make(settings, module)
    assert optimizer.needs_closure == kind.needs_closure
    assert type(optimizer.parts[0]).__name__ == kind.name
    trained = [p for part in optimizer.parts for group in part.param_groups for p in group["params"]]
    assert {id(p) for p in trained} == {id(p) for p in module.parameters()}
    assert len(trained) == 4
    assert all(group["lr"] == settings.learning_rate for part in optimizer.parts for group in part.param_groups)


@pytest.mark.parametrize("kind", [kind for kind in OPTIMIZERS.values() if kind.since], ids=lambda kind: kind.name)
def test_an_optimizer_that_this_torch_lacks_says_so(kind: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.optim, kind.name)
    with pytest.raises(OptimizerError, match=f"{kind.label} needs torch {kind.since} or newer"):
        make(OptimizerSettings(kind.name), nn.Linear(2, 2))


@pytest.mark.parametrize("kind", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_follows_the_step_or_the_loss_or_stays(kind: object) -> None:
    settings = ScheduleSettings(kind.name)
    fractions = [Schedule(settings, 10, 100).fraction(step) for step in range(100)]
    assert (len(set(fractions)) > 1) == (kind.formula is not None)
    assert all(0 <= fraction <= 1 for fraction in fractions)
    plateau = Plateau()
    for _ in range(20):
        plateau.observe(1.0, settings)
    assert (plateau.fraction < 1) == kind.watches_loss


@pytest.mark.parametrize("name", [name for name in catalogue.names() if not catalogue.entry(name).downloadable])
def test_every_dataset_has_a_loss_and_a_metric(name: str) -> None:
    target = catalogue.schema(name).target
    assert target.kind in losses.usual(target.kind).fits
    assert task_for(target, Recipe()).channel == usual_metric(target.kind).channel


def test_metrics_say_which_of_two_values_is_better() -> None:
    better = {metric.key: metric.is_better(0.9, 0.5) for metric in METRICS.values()}
    assert better.items() >= {"accuracy": True, "mae": False}.items()
    assert [str(metric) for metric in METRICS.values()] == list(METRICS)


def test_automatic_names_the_usual_loss_of_each_kind_of_answer() -> None:
    words = LossSettings.SUMMARIES["auto"]
    assert all(losses.usual(target).words in words.lower() for target in TargetKind)
    assert np.unique([losses.usual(target).name for target in TargetKind]).size == len(TargetKind)
