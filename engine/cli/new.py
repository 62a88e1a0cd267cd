"""new: create a project file from a template.

The command templates lists them.
"""

from __future__ import annotations

import argparse

from engine.cli import output
from engine.cli.failure import CommandError

NAME = "new"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("template", metavar="TEMPLATE", help="the name of a template, for example digit-cnn")
    parser.add_argument("file", metavar="FILE", help="the project file to create")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    from engine.cli.projects import new_file, write
    from engine.cli.target import working_on
    from engine.graph import templates
    from engine.project.project import Project
    from engine.training.recipe import Recipe

    try:
        template = templates.describe(arguments.template)
    except KeyError as error:
        raise CommandError(error.args[0]) from None
    path = new_file(arguments.file, force=arguments.force)
    recipe = Recipe().with_settings(template.recipe)
    with working_on(path, "the command new", "Choose another name."):
        write(Project(graph=template.draw(), recipe=recipe, title=template.title), path, new=not arguments.force)
    output.say(f"Created {path}: {template.summary}")
    return 0
