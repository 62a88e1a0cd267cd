"""What the window says of a training, and waiting until it says it."""

from __future__ import annotations


def ended(desk) -> None:
    studio = desk.window.studio
    desk.until(lambda: not studio.trainer.running and not studio.evaluator.running, "the end of run and test")


def shown(desk) -> tuple[object, ...]:
    """The words of bar, button and verdict, and the validation curve."""
    window = desk.window
    return (
        window.toolbar.progress.words,
        window.commands["train"].text(),
        tuple(window.results.curves.plots[0].validation.values),
        window.results.test.verdict.text(),
    )
