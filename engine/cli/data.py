"""data: list the datasets, download one, show what is in it, or look at data of your own."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from engine.cli import output
from engine.cli.failure import CommandError
from engine.data.kinds import DataKind

NAME = "data"
_MOST_PASSED_OVER = 20


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the three commands of this command."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all datasets, and which are on this computer")
    listing.set_defaults(action=_list)
    fetching = actions.add_parser("get", help="download a dataset to your data folder")
    fetching.add_argument("name", metavar="NAME")
    fetching.set_defaults(action=_get)
    showing = actions.add_parser("show", help="what a dataset holds, with a few samples")
    showing.add_argument("name", metavar="NAME")
    showing.set_defaults(action=_show)
    inspecting = actions.add_parser("inspect", help="what data of your own would be taken for")
    inspecting.add_argument("path", metavar="PATH", help="a CSV file, or a folder or zip archive of images")
    inspecting.add_argument(
        "--set",
        metavar="OPTION=VALUE",
        action="append",
        default=[],
        help="an option of the dataset, for example target=price; may be given several times",
    )
    inspecting.add_argument(
        "--column",
        metavar="COLUMN:CHOICE=VALUE,…",
        action="append",
        default=[],
        help="what a column is to be taken for, for example age:type=category; may be given several times",
    )
    inspecting.add_argument("--json", action="store_true", help="the same as one JSON line")
    inspecting.set_defaults(action=_inspect)


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says."""
    status: int = arguments.action(arguments)
    return status


def _list(_arguments: argparse.Namespace) -> int:
    from engine.cli.show import columns, size
    from engine.data import catalogue

    rows = []
    for name in catalogue.names():
        entry = catalogue.entry(name)
        if not entry.downloadable:
            where = "built in"
        elif entry.is_available():
            where = "here"
        else:
            where = f"not downloaded ({size(entry.size_bytes)})"
        rows.append((name, entry.schema.title, entry.schema.kind, f"{sum(entry.rows.values()):,}", where))
    output.say(columns(rows, ("NAME", "TITLE", "KIND", "ROWS", "WHERE"), right=(3,)))
    return 0


def _get(arguments: argparse.Namespace) -> int:
    from engine.data import catalogue

    entry = catalogue.entry(arguments.name)
    if not entry.downloadable:
        output.say(f"{entry.schema.title} is built in; there is nothing to download.")
        return 0
    if entry.is_available():
        output.say(f"{entry.schema.title} is already on this computer.")
        return 0
    _download(arguments.name)
    output.say(f"{entry.schema.title} is now in {entry.where_to_put()}.")
    return 0


def _download(name: str) -> None:
    """Download with a progress bar. Ctrl-C keeps what has arrived, and the next download resumes from there."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from engine.data import catalogue

    shown = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(file=output.drawing("stderr")), transient=True) as bar:
        task = bar.add_task(f"Downloading {name}", total=None)
        catalogue.download(name, lambda done, total: bar.update(task, completed=done, total=total), lambda: False)


def _show(arguments: argparse.Namespace) -> int:
    from engine.cli.show import columns, size
    from engine.data import catalogue
    from engine.reports.data_words import rows_words, target_words

    entry = catalogue.entry(arguments.name)
    schema = entry.schema
    rows = [
        ("Input", schema.input.label() + (f" ({', '.join(schema.columns)})" if schema.columns else "")),
        ("Target", target_words(schema, schema.target.size)),
        ("Samples", rows_words(entry.rows)),
        ("Values", f"{schema.value_range[0]:g} to {schema.value_range[1]:g}"),
        ("Size", size(entry.size_bytes)),
        ("Licence", schema.licence),
        ("From", schema.origin),
        *(("Option", f"dataset_options.{one.name}={one.show(one.default)}: {one.help}") for one in entry.options),
    ]
    output.say(f"{schema.title}\n\n{textwrap.fill(schema.summary, 100)}\n\n{columns(rows)}")
    if not entry.is_available():
        raise CommandError(
            f"{schema.title} is not on this computer: get it with the command data get {schema.name}, "
            f"or put its files into {entry.where_to_put()}"
        )
    output.say(f"\n{_sample(arguments.name)}")
    return 0


def _inspect(arguments: argparse.Namespace) -> int:
    from engine.cli import column_lines, profile_words
    from engine.cli.data_words import as_json, described, how_read
    from engine.cli.show import json_line
    from engine.data import catalogue
    from engine.data.profile import profile_of
    from engine.data.sources import own_pictures, own_table
    from engine.tasks import picture_proposal
    from engine.training.recipe import Recipe

    path = Path(arguments.path).absolute()
    of_images = path.is_dir() or path.suffix.lower() in picture_proposal.SUFFIXES
    recipe = Recipe().with_setting("dataset", own_pictures.NAME if of_images else own_table.NAME)
    recipe = recipe.with_setting("dataset_options.path", str(path))
    for word in arguments.set:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise CommandError(f"--set takes OPTION=VALUE, for example --set target=price, not {word!r}.")
        recipe = recipe.with_setting(f"dataset_options.{name.strip().removeprefix('dataset_options.')}", value.strip())
    if arguments.column:
        recipe = column_lines.chosen(recipe, arguments.column)
    entry = catalogue.entry(recipe.dataset, recipe.dataset_options)
    passed = own_pictures.pictures(recipe.dataset_options).passed_over if of_images else ()
    guesses = () if of_images else own_table.table(recipe.dataset_options).guesses
    profile = None if of_images else profile_of(recipe.dataset_options)
    if arguments.json:
        found = as_json(entry.schema, dict(entry.rows))
        if profile is not None:
            found["profile"] = profile_words.as_json(profile)
            found["reading"] = [one.to_json() for one in guesses]
        json_line(found | {"passed_over": {one.name: one.why for one in passed}} if of_images else found)
        return 0
    output.say(described(entry.schema))
    if guesses:
        output.say(f"\n{how_read(guesses)}")
    if profile is not None:
        output.say(f"\n{profile_words.described(profile)}")
    for one in passed[:_MOST_PASSED_OVER]:
        output.say(f"Passed over: {one.name} {one.why}.")
    if len(passed) > _MOST_PASSED_OVER:
        output.say(f"… and {len(passed) - _MOST_PASSED_OVER:,} more; --json lists them.")
    return 0


def _sample(name: str) -> str:
    """A few rows as text."""
    from engine.cli.show import columns, side_by_side, text_art
    from engine.data import catalogue

    dataset = catalogue.load(name)
    target = dataset.schema.target
    lines = []
    counts = catalogue.class_counts(dataset.train)
    if counts:
        names = target.names or tuple(map(str, range(len(counts))))
        lines.append("Training samples of each class: " + ", ".join(map("{} {:,}".format, names, counts)) + "\n")
    if dataset.schema.kind is DataKind.PICTURES:
        pictures = catalogue.preview(dataset, 3)
        lines.append(side_by_side([text_art(picture.mean(axis=0)) for picture in pictures]))
    elif dataset.schema.kind is DataKind.TEXT:
        lines.append(catalogue.text_preview(dataset))
    else:
        table = catalogue.table_preview(dataset, 6)
        headers = catalogue.table_columns(dataset)
        cells = [[f"{value:.6g}" for value in row] for row in table]
        lines.append(columns(cells, headers, right=range(len(headers))))
    return "\n".join(lines)
