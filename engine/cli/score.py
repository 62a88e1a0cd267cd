"""score: a table of new rows with the network's predictions beside them, written to a file of its own.

All columns of the table stay as they are; the prediction follows them, with its probability and that of each class, or
the predicted value. Where the table has the target too, it is told how right the predictions are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli import output
from engine.cli.failure import CommandError

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
    from engine.export.scoring import ENDINGS, score, unfit
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
        json_line({"rows": done.rows, "columns": done.added, "unknown": unknown, "known": done.known, **done.figures})
        return 0
    output.say(f"Wrote {out}: {counted(done.rows, 'row')} with the new columns {', '.join(done.added)}.")
    for one in done.unknown:
        output.complain(f"Warning: {one.sentence} It is in {counted(len(one.rows), 'row')}.")
    if done.figures:
        said = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in done.figures.items())
        output.say(f"Against the target, which {counted(done.known, 'row')} of the table have: {said}.")
    return 0
