"""info: what a project file holds: layers, shapes, parameters, training settings and history."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.counting import counted, noun

if TYPE_CHECKING:
    from engine.data.dataset import Schema
    from engine.graph.advice.analysis import Analysis
    from engine.project.project import Project

NAME = "info"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument("--json", action="store_true", help="the same as one JSON line")


def run(arguments: argparse.Namespace) -> int:
    """Print the project; where its dataset is not known here, what can be said without it."""
    from engine.cli.projects import named, read, signature_of
    from engine.cli.show import json_line
    from engine.data.dataset import DataError
    from engine.graph.advice.analysis import analyse

    project = read(named(arguments.file))
    try:
        signature = signature_of(project.recipe)
    except DataError as error:
        output.complain(f"Shapes and numbers of parameters are not known: {error}")
        signature = None
    analysis = analyse(project.graph, signature)
    if arguments.json:
        json_line(_described(project, analysis))
    else:
        output.say("\n\n".join(_parts(project, analysis)))
    return 0


def _described(project: Project, analysis: Analysis) -> dict[str, Any]:

    graph = project.graph
    return {
        "title": project.title,
        "layers": [
            {
                "name": graph.nodes[id].name,
                "kind": graph.nodes[id].kind,
                "shape": list(analysis.shapes[id].sizes) if id in analysis.shapes else None,
                "parameters": analysis.nodes[id].parameters or 0,
            }
            for id in layer_order(project, analysis)
        ],
        "parameters": analysis.total_parameters if analysis.shapes else None,
        "problems": [problem.message for problem in analysis.problems],
        "recipe": project.recipe.to_json(),
        "pipeline": _pipeline(project),
        "trained_on": project.trained_on,
        "history": list(project.run.history),
        "test": project.run.test,
        "weights_in_use": found[0].name if (found := project.run.choice) else None,
    }


def layer_order(project: Project, analysis: Analysis) -> list[str]:
    """The ids of all nodes in the order they run, and after them those that do not feed the goal."""
    return list(dict.fromkeys((*analysis.order, *project.graph.nodes)))


def _pipeline(project: Project) -> list[dict[str, Any]]:
    """What is done to each field of the inputs; nothing where the data is not known here."""
    from engine.data.kinds import PreparationKind
    from engine.data.pipeline import pipeline

    schema, asked = _learned(project), PreparationKind(project.recipe.preparation)
    return [] if schema is None else [one.to_json() for one in pipeline(schema, project.run.preparation, asked)]


def _learned(project: Project) -> Schema | None:
    """The data as it was learned from, or will be; None where it is not known here."""
    from engine.training.data_loading import schema_of

    if project.run.preparation is None:
        return schema_of(project.recipe)
    return project.run.own_schema or schema_of(project.run_recipe)


def _data(project: Project) -> list[str]:
    """What is done to the data; of a file of the user's, what it is like as well and what has become of it."""
    from engine.cli.data_words import described, prepared
    from engine.data.catalogue import is_of_file, schema_if_known
    from engine.training.data_loading import reference

    recipe, preparation = project.recipe, project.run.preparation
    schema = project.run.own_schema
    parts = []
    if is_of_file(recipe.dataset):
        parts += list(filter(None, [reference(recipe, preparation).status().words]))
        schema = schema or schema_if_known(recipe.dataset, recipe.dataset_options)
    if schema is not None:
        return [*parts, described(schema, preparation)]
    known = _learned(project)
    return [] if known is None else [prepared(known, preparation, recipe.preparation)]


def _parts(project: Project, analysis: Analysis) -> list[str]:
    from engine.cli.projects import pinned
    from engine.cli.show import columns, epoch_line, verdict
    from engine.reports import automatic
    from engine.text import printable
    from engine.training.data_loading import schema_of
    from engine.training.in_use import settings_in_use
    from engine.training.kept_weights import in_use_words
    from engine.training.recipe_changes import differences

    graph, recipe = project.graph, project.recipe
    rows = []
    for id in layer_order(project, analysis):
        node = graph.nodes[id]
        shape = analysis.shapes[id].label() if id in analysis.shapes else "?"
        count = analysis.nodes[id].parameters or 0
        rows.append((node.name, node.kind, shape, f"{count:,}" if count else ""))
    parts = [
        printable(project.title) or "Untitled",
        columns(rows, ("LAYER", "KIND", "SHAPE", "PARAMETERS"), right=(3,)),
        *([counted(analysis.total_parameters, "parameter")] if analysis.shapes else []),
    ]
    for problem in analysis.problems:
        parts.append(printable(f"{problem.severity.capitalize()}: {pinned(graph, problem)}"))
    options = [(f"  dataset_options.{name}", str(value)) for name, value in recipe.dataset_options.items()]
    schema = schema_of(recipe)
    parts += _data(project)
    settings = [(f"  {one.path}", automatic.shown(one, schema)) for one in settings_in_use(recipe)]
    parts.append("Training settings\n" + columns([*settings, *options]))
    if project.run.history:
        shown = [epoch_line(row, recipe.epochs) for row in project.run.history]
        if len(shown) > 12:
            shown[6:-6] = [f"… {len(shown) - 12:,} more {noun(len(shown) - 12, 'epoch')} …"]
        seen = printable(project.trained_on or recipe.dataset)
        parts.append(f"History, on {seen}\n" + "\n".join(f"  {line}" for line in shown))
    else:
        parts.append("Not trained yet.")
    if project.trained_with is not None and (changed := differences(project.trained_with, recipe)):
        used = ", ".join(f"{one.name} {one.words(one.before)}" for one in changed if one.before is not None)
        parts.append(f"The weights were trained with other settings: {used or 'see the settings of the run'}.")
    if (found := project.run.choice) is not None:
        parts.append(f"{in_use_words(*found)} The command weights chooses.")
    if project.run.test:
        parts.append(verdict(project))
    elif project.run.training is not None and project.run.training.resumable:
        parts.append("The training is not finished; train --resume continues it.")
    if project.notes:
        parts.append(project.notes)
    return parts
