"""score: a table of new rows with the network's predictions beside them, written to a file of its own.

All columns of the table stay as they are; the prediction follows them, with its probability and that of each class, or
the predicted value. Where the table has the target too, it is told how right the predictions are, and that for each
value of a column that is sensitive.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.export.scored_groups import GroupFigures

NAME = "score"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("table", metavar="TABLE", help="a table with one row per sample and one column per input")
    parser.add_argument("--out", metavar="ANSWERS", required=True, help="the file to write: *.csv or *.xlsx")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    parser.add_argument("--json", action="store_true", help="say what was done as one JSON line")


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    from engine.cli.projects import learned, named, need_free, read
    from engine.cli.show import json_line
    from engine.counting import counted
    from engine.export.scored import unfit
    from engine.export.scoring import ENDINGS, score
    from engine.files.endings import ending_of

    path = named(arguments.file)
    network = learned(read(path), path)
    if reason := unfit(network.schema):
        raise CommandError(reason)
    out = Path(arguments.out)
    if not ending_of(str(out), *ENDINGS):
        raise CommandError(f"The name of the file to write must end in {' or '.join(ENDINGS)}, not {out.name}.", 2)
    if not arguments.force:
        need_free(out)
    done = score(network, Path(arguments.table), out, new=not arguments.force)
    if arguments.json:
        unknown = [{"column": one.field, "value": one.value, "rows": len(one.rows)} for one in done.unknown]
        groups = [_group(one) for one in done.groups]
        told = {"rows": done.rows, "columns": done.added, "unknown": unknown, "known": done.known, **done.figures}
        told |= {"far_outside": done.far} if done.far else {}
        json_line({**told, "groups": groups} if groups else told)
        return 0
    output.say(f"Wrote {out}: {counted(done.rows, 'row')} with the new columns {', '.join(done.added)}.")
    for sentence in done.warnings():
        output.complain(f"Warning: {sentence}")
    if done.figures:
        said = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in done.figures.items())
        output.say(f"Against the target, which {counted(done.known, 'row')} of the table have: {said}.")
    if done.groups:
        output.say(f"\nFor each value of what is sensitive\n{_groups(done.groups)}")
    return 0


def _group(one: GroupFigures) -> dict[str, Any]:
    told: dict[str, Any] = {"column": one.column, "value": one.value, "rows": one.rows, **one.figures}
    return {**told, "predicted": one.predicted, "share": one.share} if one.predicted else told


def _groups(groups: Sequence[GroupFigures]) -> str:
    """A table with a line for each group."""
    from engine.cli.show import columns

    named = list(dict.fromkeys(name for one in groups for name in one.figures))
    predicted = groups[0].predicted
    heads = ["COLUMN", "VALUE", "ROWS", *(name.upper() for name in named)]
    rows = []
    for one in groups:
        row = [one.column, one.value, f"{one.rows:,}"]
        row += [f"{one.figures[name]:.4g}" if name in one.figures else "" for name in named]
        rows.append([*row, f"{100 * one.share:.1f} %"] if predicted else row)
    if predicted:
        heads.append(f"PREDICTED {predicted}")
    return columns(rows, heads, right=range(2, len(heads)))
