"""new: create a project file from a template, or for a file of data.

The command templates lists the templates. With --data a drawing and its training settings are proposed for a table
(*.csv), and what was made of each of its columns is said; the path is kept in the project, and the data where it is.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.project.project import Project

NAME = "new"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument(
        "template", metavar="TEMPLATE", nargs="?", help="the name of a template, for example digit-cnn; not with --data"
    )
    parser.add_argument("file", metavar="FILE", help="the project file to create")
    parser.add_argument("--data", metavar="PATH", help="a file of data to learn from, for example table.csv")
    parser.add_argument("--target", metavar="COLUMN", help="with --data, the column to be learned; several with commas")
    parser.add_argument("--group", metavar="COLUMN", help="with --data, the column whose rows stay in one split")
    parser.add_argument("--time", metavar="COLUMN", help="with --data, the column that says when: test on the latest")
    parser.add_argument(
        "--column",
        metavar="COLUMN:CHOICE=VALUE,…",
        action="append",
        default=[],
        help="with --data, what a column is to be taken for, for example age:type=number,missing=mean; may be given "
        "several times. There is type, title, missing, flag, rare, sensitive and log",
    )
    parser.add_argument("--parts", metavar="COLUMN", help="with --data, the column that says train, validation or test")
    parser.add_argument("--task", metavar="KIND", help="with --data, the kind of learning; tasks lists them")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    if arguments.data is None:
        return _from_template(arguments)
    if arguments.template is not None:
        raise CommandError("new takes either a TEMPLATE or --data PATH, and then the FILE to create.", 2)
    return _from_data(arguments)


def _from_template(arguments: argparse.Namespace) -> int:
    from engine.cli.projects import new_file
    from engine.graph import templates
    from engine.project.project import Project
    from engine.training.recipe import Recipe

    if arguments.template is None:
        raise CommandError("The following arguments are required: FILE. Before it stands a TEMPLATE or --data PATH.", 2)
    if any(
        one is not None
        for one in (
            arguments.target, arguments.task, arguments.group, arguments.time, arguments.parts, *arguments.column
        )
    ):
        raise CommandError("--target, --task, --group, --time, --parts and --column belong to --data PATH.", 2)
    try:
        template = templates.describe(arguments.template)
    except KeyError as error:
        raise CommandError(error.args[0]) from None
    path = new_file(arguments.file, force=arguments.force)
    recipe = Recipe().with_settings(template.recipe)
    project = Project(graph=template.draw(), recipe=recipe, title=template.title)
    _write(path, project, force=arguments.force)
    output.say(f"Created {path}: {template.summary}")
    return 0


def _from_data(arguments: argparse.Namespace) -> int:
    from engine.cli import column_lines, profile_words
    from engine.cli.data_words import described
    from engine.cli.projects import new_file
    from engine.data.profile import profile_of
    from engine.project.project import Project
    from engine.tasks.proposal import proposed
    from engine.training.data_loading import dataset_schema

    path = new_file(arguments.file, force=arguments.force)
    found = proposed(Path(arguments.data), arguments.target or "", arguments.task or "")
    for name in ("group", "time", "parts"):
        if (column := getattr(arguments, name)) is not None:
            found = replace(found, recipe=found.recipe.with_setting(f"dataset_options.{name}", column))
    if arguments.column:
        found = replace(found, recipe=column_lines.chosen(found.recipe, arguments.column))
    words = described(dataset_schema(found.recipe))
    if dataset_schema(found.recipe).is_own_table:
        words = "\n\n".join([words, *profile_words.warned(profile_of(found.recipe.dataset_options))])
    _write(path, Project(graph=found.graph, recipe=found.recipe, title=found.title), force=arguments.force)
    output.say(f"{words}\n\nCreated {path}: {found.summary}.")
    return 0


def _write(path: Path, project: Project, *, force: bool) -> None:
    from engine.cli.projects import write
    from engine.cli.target import working_on

    with working_on(path, "the command new", "Choose another name."):
        write(project, path, new=not force)
