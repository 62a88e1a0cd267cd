"""examples: list the datasets that you have drawn or painted, export one, or put one into another."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli import output
from engine.cli.failure import CommandError

NAME = "examples"
_FORMATS = ("folder", "csv", "npz")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the three actions of this command."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="your datasets, by the names that train and new take")
    listing.set_defaults(action=_list)
    exporting = actions.add_parser("export", help="write a dataset for other programs")
    exporting.add_argument("name", metavar="NAME", help="the name of a dataset of yours, or the path of its file")
    exporting.add_argument("path", metavar="PATH", type=Path, help="the folder or file to write")
    exporting.add_argument("--as", dest="form", choices=_FORMATS, help="by itself: what the end of PATH says")
    exporting.set_defaults(action=_export)
    merging = actions.add_parser("merge", help="put the examples of one dataset into another")
    merging.add_argument("into", metavar="INTO", help="the dataset that gets more")
    merging.add_argument("other", metavar="OTHER", help="the dataset whose examples it gets; it stays as it is")
    merging.set_defaults(action=_merge)


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says."""
    status: int = arguments.action(arguments)
    return status


def _list(_arguments: argparse.Namespace) -> int:
    from engine.cli.show import columns
    from engine.data.examples import library

    found = library.everything()
    if not found:
        output.say("There are none yet. Draw or paint some in the window: Train, Collect examples.")
        return 0
    rows = []
    for kept in found:
        described, counts = kept.collection.description, kept.collection.counts
        words = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
        rows.append((kept.name, described.title, str(described.kind), str(len(kept.collection.examples)), words))
    output.say(columns(rows, ("NAME", "TITLE", "KIND", "EXAMPLES", "BY CLASS"), right=(3,)))
    output.say("Use one with: --set dataset=own-examples --set dataset_options.path=NAME")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from engine.data.examples import export, file, library

    ending = arguments.path.suffix.lower().removeprefix(".")
    form = arguments.form or (ending if ending in _FORMATS else "folder")
    collection = file.read(library.path_of(arguments.name))
    export.export(collection, form, arguments.path)
    output.say(f"{len(collection.examples):,} examples of {collection.description.title} are in {arguments.path}.")
    return 0


def _merge(arguments: argparse.Namespace) -> int:
    from engine.data.examples import export, library

    into, other = library.path_of(arguments.into), library.path_of(arguments.other)
    if into == other:
        raise CommandError("Give two different datasets.")
    output.say(f"{export.merge(into, other):,} examples are new in {arguments.into}.")
    return 0
