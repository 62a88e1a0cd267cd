"""Diagnosis of a run that learned nothing: a sentence, its likely cause, and the change most likely to help.

Nothing is claimed of a run whose figures are better than always giving the same answer. Causes are looked for in the
drawing first, then in the settings, then in the shape of the loss: the first that fits is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.counting import counted
from engine.data.dataset import Schema
from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.graph import Graph
from engine.graph.linearity import is_linear
from engine.reports.curve_shape import FALLING, FLAT, RISEN, CurveShape, shape_of
from engine.reports.data_words import unit
from engine.reports.figures import amount, percent
from engine.reports.verdict import Verdict
from engine.training.recipe import Recipe
from engine.training.saved_values import LARGEST_FIGURE, MOST_EPOCHS
from engine.training.setting_change import FAR, RATE, SettingChange, lower_rate, usual_rate, usual_rate_change

CHANCE, WORSE, DIVERGED, UNPROVEN = "chance", "worse", "diverged", "unproven"
"""No better than always the same answer; worse than that; the loss grew; better, but on too few samples to be sure."""

FEW_ROWS = 100
"""On fewer test samples than these a good network may be no surer than chance."""
HARDLY_ANY_ROWS = 20
"""On fewer than these, chance cannot be told from anything."""
FEW_STEPS = 300
"""So few steps hardly teach anything."""
_DRAWN_WRONG = (ProblemCode.SQUASHED, ProblemCode.DROPPED, ProblemCode.ONE_LINE)
"""Codes of problems in a drawing that can keep it from learning."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a result. ``kind`` is CHANCE, WORSE, DIVERGED or UNPROVEN.

    ``sentence`` says what happened and ``cause`` why, most likely; ``change`` is the setting that would help, None
    where it is not a setting; ``node`` the layer that is to blame, if one is.
    """

    kind: str
    sentence: str
    cause: str
    change: SettingChange | None = None
    node: str | None = None

    @property
    def learned_nothing(self) -> bool:
        """Whether the run came to nothing; not so where there were only too few samples to show it."""
        return self.kind != UNPROVEN

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.sentence} {self.cause}"


def diagnose(
    verdict: Verdict | None,
    recipe: Recipe,
    schema: Schema | None = None,
    *,
    history: Sequence[Mapping[str, Any]] = (),
    losses: Sequence[float] = (),
    graph: Graph | None = None,
    problems: Sequence[Problem] = (),
) -> Diagnosis | None:
    """What is wrong with a run that has ended; None where nothing is known to be.

    ``verdict`` is that of its test figures, None where there are none: then only a loss that has grown is told.
    ``history`` are its rows, one an epoch; ``losses`` those of its steps, where they are still known; ``graph`` and
    ``problems`` what was trained and what is wrong with it.
    """
    by_epoch = [row["train_loss"] for row in history if isinstance(row.get("train_loss"), int | float)]
    shape = shape_of(losses if len(losses) > len(by_epoch) else by_epoch)
    if verdict is not None and not verdict.reaches_floor:
        return None
    if shape.word == RISEN:
        change = _calmer(recipe)
        end = "until it was no longer finite" if shape.end > LARGEST_FIGURE else f"to {amount(shape.end)}"
        sentence = f"The training diverged: the loss grew from {amount(shape.start)} {end}."
        cause = f"Usually the learning rate ({_rate(recipe):g}) is too large"
        return Diagnosis(DIVERGED, sentence, f"{cause}{_try(change)}.", change)
    if verdict is None or verdict.floor is None or verdict.interval is None:
        return None
    if _is_unproven(verdict):
        return _unproven(verdict, schema)
    kind = WORSE if verdict.is_below_floor else CHANCE
    cause, change, node = next(_causes(verdict, recipe, schema, history, shape, graph, problems))
    return Diagnosis(kind, _said(verdict, kind), cause, change, node)


def _said(verdict: Verdict, kind: str) -> str:
    floor = verdict.floor
    assert floor is not None
    if verdict.metric.is_share:
        than = f"{floor.answer} ({percent(floor.value, verdict.interval)})"
        figure = percent(verdict.value, verdict.interval)
        if kind == WORSE:
            return f"It has learned nothing that generalises: {figure} right is worse than {than}."
        better = "hardly" if verdict.value > floor.value else "no"
        return f"It has learned nothing: {figure} right is {better} better than {than}."
    if kind == WORSE:
        words = f"{amount(verdict.value)} off on average, where {floor.answer} would be off by {amount(floor.value)}"
        return f"It has learned nothing that generalises: {words}."
    answer, error = floor.strictest_answer, floor.strictest
    figure = f"{amount(verdict.value)} off on average"
    better = "hardly" if verdict.value < error else "no"
    return f"It has learned nothing: {figure} is {better} better than {answer.removesuffix(',')} ({amount(error)} off)."


def _is_unproven(verdict: Verdict) -> bool:
    floor = verdict.floor
    assert floor is not None
    if verdict.rows is None or verdict.rows >= FEW_ROWS:
        return False
    if verdict.rows < HARDLY_ANY_ROWS:
        return not verdict.is_below_floor
    return verdict.metric.is_better(verdict.value, floor.strictest)


def _unproven(verdict: Verdict, schema: Schema | None) -> Diagnosis:
    floor, rows = verdict.floor, verdict.rows or 0
    assert floor is not None
    if verdict.metric.is_share:
        figure = f"{percent(verdict.value, verdict.interval)} right"
        than = f"would get {percent(floor.value, verdict.interval)}"
    else:
        figure, than = f"{amount(verdict.value)} off on average", f"would be off by {amount(floor.strictest)}"
    sentence = f"On {rows:,} test {unit(schema, rows)}, {figure} says little: {floor.strictest_answer} {than}."
    return Diagnosis(UNPROVEN, sentence, f"More test {unit(schema)} would tell.")


_Cause = tuple[str, SettingChange | None, str | None]


def _causes(
    verdict: Verdict,
    recipe: Recipe,
    schema: Schema | None,
    history: Sequence[Mapping[str, Any]],
    shape: CurveShape,
    graph: Graph | None,
    problems: Sequence[Problem],
) -> Iterator[_Cause]:
    """The likely causes, the likeliest first; the last one always fits."""
    samples = unit(schema)
    if _knows_training_rows(verdict, history):
        yield (
            f"It does well on the training {samples} only: it has memorised them, and does not generalise. "
            f"More {samples}, fewer parameters or dropout help; or the targets have nothing to do with the inputs.",
            None,
            None,
        )
    yield from _held_back(recipe)
    rate, usual = _rate(recipe), usual_rate(recipe.optimizer.kind)
    if rate >= FAR / 2 * usual:
        change = _calmer(recipe)
        yield f"Most likely the learning rate ({rate:g}) is too large{_try(change)}.", change, None
    if rate <= usual / FAR:
        change = usual_rate_change(rate, recipe.optimizer.kind)
        yield f"Most likely the learning rate ({rate:g}) is too small{_try(change)}.", change, None
    for problem in problems:
        if problem.code in _DRAWN_WRONG and problem.severity == Severity.WARNING:
            yield problem.message, None, problem.node
    if graph is not None and is_linear(graph):
        yield (
            "No layer has an activation, so the network is linear: put one, such as ReLU, "
            "between two layers with parameters.",
            None,
            None,
        )
    steps = max((row.get("step") or 0 for row in history), default=0)
    if shape.word == FALLING or 0 < steps < FEW_STEPS:
        change = _longer(recipe, steps)
        still = "The loss was still falling at the end" if shape.word == FALLING else "It took only a few steps"
        yield f"{still}: it needs more epochs{_try(change)}.", change, None
    if shape.word == FLAT and rate > usual:
        change = usual_rate_change(rate, recipe.optimizer.kind)
        words = f"The loss hardly moved: most likely the learning rate ({rate:g}) is too large{_try(change)}."
        yield words, change, None
    change = _calmer(recipe)
    yield (
        "Check whether the targets belong to their inputs; if they do, try a larger network or another learning rate"
        + (f", such as {change.value:g}." if change is not None else "."),
        change,
        None,
    )


def _held_back(recipe: Recipe) -> Iterator[_Cause]:
    """Settings that keep all parameters near zero or where they are."""
    decay = recipe.optimizer.values.get("weight_decay", 0.0)
    held = (
        ("optimizer.weight_decay", "weight decay", decay, decay >= 0.5, 0.0),
        ("l1", "L1", recipe.l1, recipe.l1 >= 0.01, 0.0),
        ("gradient_clipping", "gradient clipping", recipe.gradient_clipping, 0 < recipe.gradient_clipping < 1e-3, 1.0),
    )
    for path, title, value, holds, better in held:
        if holds:
            change = SettingChange(path, better, f"Set {title} to {better:g}", f"{better:g}")
            yield f"The {title} ({value:g}) leaves the parameters no room to learn{_try(change)}.", change, None


def _knows_training_rows(verdict: Verdict, history: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last epoch did far better on the training rows than always the same answer would."""
    found = history[-1].get(f"train_{verdict.metric}") if history else None
    floor = verdict.floor
    if not isinstance(found, int | float) or floor is None:
        return False
    if verdict.metric.is_share:
        return found - floor.value > 0.5 * (1 - floor.value)
    return found < 0.5 * floor.strictest


def _calmer(recipe: Recipe) -> SettingChange | None:
    return lower_rate(_rate(recipe), recipe.optimizer.kind)


def _longer(recipe: Recipe, steps: int) -> SettingChange | None:
    """Enough epochs for a fair number of steps, and three times as many at least."""
    factor = max(3, -(-FEW_STEPS // max(1, steps)) if steps else 3)
    epochs = min(MOST_EPOCHS, int(float(f"{recipe.epochs * factor:.1g}")))
    if epochs <= recipe.epochs:
        return None
    return SettingChange("epochs", epochs, f"Train for {counted(epochs, 'epoch')}", f"{epochs:,}")


def _rate(recipe: Recipe) -> float:
    return float(getattr(recipe.optimizer, RATE.rpartition(".")[2]))


def _try(change: SettingChange | None) -> str:
    return "" if change is None else f"; try {change.words}"
