"""What a person, or a program, sees of a training run: a bar with lines above it, plain lines, or JSON lines."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from engine.cli.output import drawing
from engine.cli.show import duration, epoch_line, figure, json_line
from engine.training.run_status import RunStatus
from engine.training.telemetry import Report


class JsonLines:
    """One JSON object an epoch."""

    def __init__(self, already: int = 0) -> None:
        self._seen = already

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, report: Report) -> None:
        """Print the epochs that are new; those of an earlier run are passed over."""
        for row in report.epochs[self._seen :]:
            json_line(row)
        self._seen = max(self._seen, len(report.epochs))


class Lines:
    """One line an epoch, and on a terminal a bar below them with loss, accuracy and the time left."""

    def __init__(self, already: int = 0, title: str = "Training") -> None:
        self._seen, self._title = already, title
        self._console = Console(file=drawing("stdout"), highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._smooth: float | None = None
        self._metric = 0.0

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
        """Print the epochs that are new, and move the bar."""
        for row in report.epochs[self._seen :]:
            self._console.print(epoch_line(row, report.total_epochs))
        self._seen = max(self._seen, len(report.epochs))
        if self._bar is not None:
            self._bar.update(self._task, completed=report.progress, figures=self._figures(report))

    def _figures(self, report: Report) -> str:
        for loss, metric in zip(report.losses[-100:], report.metrics[-100:], strict=True):
            if self._smooth is None:
                self._smooth, self._metric = float(loss), float(metric)
            # Single batches jump; about the last twenty tell where it is going.
            self._smooth += 0.05 * (float(loss) - self._smooth)
            self._metric += 0.05 * (float(metric) - self._metric)
        if report.state in (RunStatus.PREPARING, RunStatus.STOPPING) or self._smooth is None:
            return "stopping" if report.state == RunStatus.STOPPING else "getting ready"
        metric = report.metric
        name = metric.key if metric.is_share else "error"  # short: it stands beside a bar
        left = f"   {duration(report.eta)} left" if report.eta is not None else ""
        return f"loss {self._smooth:.4f}   {name} {figure(self._metric, is_share=metric.is_share)}{left}"
