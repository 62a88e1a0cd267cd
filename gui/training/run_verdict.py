"""What is to be said of trained weights: whether they learned anything, and how good they are."""

from __future__ import annotations

from dataclasses import replace

from engine.reports.doctor import Diagnosis
from engine.reports.run_report import RunReport, report_on
from engine.training.data_loading import schema_of
from engine.training.run_status import RunStatus
from gui.training.run_state import RunState
from gui.training.run_words import whose_figures
from gui.training.trained import Trained


def has_figures(trained: Trained) -> bool:
    """Whether it is known how good weights are: they were tested, or their run has ended."""
    return bool(trained.test) or trained.state == RunStatus.FINISHED


def verdict_on(trained: Trained) -> RunReport:
    """What is to be said of weights; a run that has ended without figures had no rows to test them with."""
    ended = replace(trained.record, test=trained.test or {})
    return report_on(ended, trained.graph, trained.recipe, trained.own_schema or schema_of(trained.recipe))


def words_on(trained: Trained, state: RunState) -> str:
    """How good weights are, as far as that is known, and which of a run's weights they are; "" for nothing."""
    words = []
    if has_figures(trained):
        done = "Done. " if trained.state == RunStatus.FINISHED else ""
        words = [f"{whose_figures(state)}{done}{verdict_on(trained).sentence}"]
    return " ".join((*words, *filter(None, [trained.choice_words])))


class LatestVerdict:
    """The verdict on the weights in use. It is asked for with every edit, and found once for each weights."""

    def __init__(self) -> None:
        self._trained: Trained | None = None
        self._report: RunReport | None = None

    def why_nothing_learned(self, trained: Trained | None) -> Diagnosis | None:
        """Why the weights have learned nothing; None where they have, or that is not known."""
        if trained is None:
            return None
        if trained is not self._trained:
            self._trained = trained
            self._report = verdict_on(trained) if has_figures(trained) else None
        found = None if self._report is None else self._report.diagnosis
        return found if found is not None and found.learned_nothing else None
