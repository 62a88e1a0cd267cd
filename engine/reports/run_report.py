"""What is to be said of a run: its verdict and, where it came to nothing, why; the same in the window and elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.dataset import Schema
from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph
from engine.reports.doctor import Diagnosis, diagnose
from engine.reports.losses import loss_of_what
from engine.reports.verdict import Verdict, sentence, verdict_of
from engine.training.data_loading import kind_learned
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord


@dataclass(frozen=True)
class RunReport:
    """The figures of a run in words, and what is wrong with them.

    ``sentence`` is one sentence, ``detailed`` has further figures behind it, ``complete`` the loss as well.
    ``verdict`` is None where there are no figures to judge by, ``diagnosis`` None where nothing is known to be wrong.
    ``figures`` are the sentences of a kind of learning that has figures of its own; empty for all others.
    """

    sentence: str
    detailed: str
    complete: str
    verdict: Verdict | None = None
    diagnosis: Diagnosis | None = None
    figures: tuple[str, ...] = ()


def report_on(run: RunRecord, graph: Graph, recipe: Recipe, schema: Schema | None) -> RunReport:
    """What is to be said of a ``run`` of a drawing by a recipe, on data of ``schema`` (None: not known here)."""
    kind = kind_learned(recipe, schema)
    own = kind.figures(run.test, schema) if kind is not None and kind.figures is not None and run.test else ()
    if own:
        return RunReport(own[0], "\n".join(own), "\n".join(own), figures=own)
    test, loss = run.test, loss_of_what(recipe, schema)
    verdict = verdict_of(test, schema, loss)
    problems = analyse(graph, schema.signature()).problems if schema is not None else ()
    wrong = diagnose(verdict, recipe, schema, history=run.history, graph=graph, problems=problems)
    brief, detailed = sentence(test, schema, details=False), sentence(test, schema)
    return RunReport(brief, detailed, sentence(test, schema, loss), verdict, wrong)
