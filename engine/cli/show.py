"""Plain text for the terminal: columns, sizes, times, JSON lines, and images made of letters."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.cli import output
from engine.text import json_printable, printable

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.training.fold_figures import FoldFigures


def columns(rows: Sequence[Sequence[str]], headers: Sequence[str] = (), *, right: Sequence[int] = ()) -> str:
    """Rows as aligned columns, two blanks apart; ``right`` are the columns that hold numbers."""
    lines = [list(map(printable, row)) for row in ([headers, *rows] if headers else rows)]
    if not lines:
        return ""
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def size(count: int) -> str:
    """A number of bytes in the unit one would say it in."""
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def duration(seconds: float | None) -> str:
    """Seconds as 8 s, 2 min 05 s or 1 h 20 min; nothing for None."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def json_line(value: Mapping[str, Any]) -> None:
    """One object on one line of stdout, there at once; numbers that are not finite become null.

    JSON is UTF-8. Where standard output is not, letters beyond ASCII are escaped, which means the same in any encoding.
    """
    ascii_only = not output.is_utf_8()
    output.say(json_printable(json.dumps(_plain(value), ensure_ascii=ascii_only, allow_nan=False)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def figure(value: Any, *, is_share: bool = False) -> str:
    """A number as it is said: shares in per cent, everything else with four digits."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    return f"{100 * value:.2f} %" if is_share else f"{value:.4g}"


def epoch_line(row: Mapping[str, Any], of: int) -> str:
    """One row of the history as a line."""
    from engine.tasks.channels import TRAIN, VALIDATION, channels_in

    channels = channels_in(row)
    parts = [f"epoch {row.get('epoch', 0):>{len(str(of))}}/{of}"]
    for split, words in ((TRAIN, ""), (VALIDATION, "validation ")):
        if channels and row.get(f"{split}_{channels[0].name}") is not None:
            for channel in channels:
                value = figure(row.get(f"{split}_{channel.name}"), is_share=channel.is_share)
                parts.append(f"{words if channel == channels[0] else ''}{channel.title.lower()} {value}")
    return printable("   ".join([*parts, duration(row.get("seconds"))]))


def fold_facts(folds: FoldFigures | None) -> dict[str, Any]:
    """What cross-validation has found, for a line of JSON; nothing where there was none."""
    if folds is None:
        return {}
    spreads = folds.spreads()
    return {
        "cross_validation": {
            "folds": folds.folds,
            "finished": folds.done,
            "mean": {spread.name: spread.mean for spread in spreads},
            "standard_deviation": {spread.name: spread.deviation for spread in spreads},
        }
    }


def verdict(project: Project) -> str:
    """The test figures of a trained project as lines: the sentence that the window says, and what else is known."""
    from engine.reports.fold_words import summary_line

    folds = project.run.folds
    lines = [_test_verdict(project), "" if folds is None or not folds.done else printable(summary_line(folds))]
    return "\n".join(filter(None, lines))


def _test_verdict(project: Project) -> str:
    from engine.reports.run_report import report_on
    from engine.training.data_loading import schema_of

    recipe, test = project.run_recipe, project.run.test or {}
    schema = project.run.own_schema or schema_of(recipe)
    report = report_on(replace(project.run, test=test), project.graph, recipe, schema)
    if report.figures:
        return "\n".join(report.figures)
    found, wrong = report.verdict, report.diagnosis
    if found is None or test.get("test_loss") is None:
        return report.complete
    return "\n".join((found.sentence, *found.details, *([] if wrong is None else [wrong.words])))


def text_art(picture: NDArray[np.generic]) -> list[str]:
    """A picture of ink (H×W, 0 dark to 255 bright) as lines of letters, two rows of pixels a line.

    Half blocks where the terminal has them; otherwise one letter for every second row, the denser the brighter.
    """
    levels = np.asarray(picture, dtype=np.float64)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros((1, levels.shape[1]))])
    upper, lower = levels[::2], levels[1::2]
    if can_print("▀▄█"):
        letters, places = " ▀▄█", (upper > 100) + 2 * (lower > 100)
    else:
        letters, places = " .:-=+*#%@", ((upper + lower) / 51.2).astype(int)
    return ["".join(letters[place] for place in line) for line in places]


def side_by_side(blocks: Sequence[Sequence[str]], gap: int = 3) -> str:
    """Blocks of lines next to each other."""
    widths = [max(map(len, block)) for block in blocks]
    height = max(map(len, blocks))
    return "\n".join(
        (" " * gap)
        .join(
            (block[number] if number < len(block) else "").ljust(width)
            for block, width in zip(blocks, widths, strict=True)
        )
        .rstrip()
        for number in range(height)
    )


def can_print(letters: str) -> bool:
    """Whether what is printed can hold these letters."""
    try:
        letters.encode(output.encoding())
    except (UnicodeEncodeError, LookupError):
        return False
    return True
