"""What a person, or a program, sees of a training run: a bar with lines above it, plain lines, or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from engine.cli.output import drawing
from engine.cli.show import duration, epoch_line, figure, json_line
from engine.reports.fold_words import fold_line
from engine.text import printable
from engine.training.channel import LOSS, Channel
from engine.training.run_status import RunStatus
from engine.training.telemetry import Report


class JsonLines:
    """One JSON object an epoch; ``already`` epochs of an earlier run are passed over."""

    def __init__(self, already: int = 0) -> None:
        self._seen = already
        self._folds = _FoldsSeen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, report: Report) -> None:
        """Print the folds and epochs that are new; those of an earlier run are passed over."""
        for number, folds, figures in self._folds.new(report):
            json_line({"fold": number + 1, "folds": folds, **figures})
        for row in report.epochs[self._seen :]:
            json_line(row)
        self._seen = max(self._seen, len(report.epochs))


class _FoldsSeen:
    """Which folds have been printed."""

    def __init__(self) -> None:
        self._seen = 0

    def new(self, report: Report) -> Iterator[tuple[int, int, Mapping[str, float]]]:
        """The number, from 0, the count and the figures of each fold that is new."""
        folds = report.folds
        if folds is None:
            return
        for number in range(self._seen, folds.done):
            yield number, folds.folds, folds.each[number]
        self._seen = folds.done


class Lines:
    """One line an epoch, and on a terminal a bar below them with loss, accuracy and the time left.

    ``already`` epochs of an earlier run are passed over. ``console`` is where they are
    written, the standard output if None.
    """

    def __init__(self, already: int = 0, title: str = "Training", console: Console | None = None) -> None:
        self._seen, self._title = already, title
        self._folds = _FoldsSeen()
        self._console = console or Console(
            file=drawing("stdout"), highlight=False, markup=False, emoji=False, soft_wrap=True
        )
        self._bar: Progress | None = None
        self._smooth: dict[str, float] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                TaskProgressColumn(),
                TextColumn("{task.fields[figures]}"),
                console=self._console,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                expand=True,
            )
            self._task = self._bar.add_task(self._title, total=1.0, figures="getting ready")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, report: Report) -> None:
        """Print the folds and epochs that are new, and move the bar."""
        for number, folds, figures in self._folds.new(report):
            self._console.print(printable(fold_line(number, folds, figures)))
        for row in report.epochs[self._seen :]:
            self._console.print(epoch_line(row, report.total_epochs))
        self._seen = max(self._seen, len(report.epochs))
        if self._bar is not None:
            self._bar.update(self._task, completed=report.progress, figures=self.figures(report))

    def figures(self, report: Report) -> str:
        """What stands beside the bar: the fold, or means of the channels and the time left, or what it waits for."""
        if report.stage:
            return report.stage
        for channel in report.channels:
            for value in report.series[channel.name][-100:]:
                before = self._smooth.get(channel.name, float(value))
                # Single batches jump; about the last twenty tell where it is going.
                self._smooth[channel.name] = before + 0.05 * (float(value) - before)
        if report.state in (RunStatus.PREPARING, RunStatus.STOPPING) or not self._smooth:
            return "stopping" if report.state == RunStatus.STOPPING else "getting ready"
        words = [f"{channel.short} {_written(channel, self._smooth[channel.name])}" for channel in report.channels]
        return "   ".join([*words, *([f"{duration(report.eta)} left"] if report.eta is not None else [])])


def _written(channel: Channel, value: float) -> str:
    return f"{value:.4f}" if channel == LOSS else figure(value, is_share=channel.is_share)
