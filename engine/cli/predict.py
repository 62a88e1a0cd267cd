"""predict: the predictions of the trained network for images, for the rows of a table, or of what follows a text.

Prints one JSON line for each, with the probabilities, and with "warnings" where the input is unlike what the network
was trained on; standard error says so too. What an autoencoder gives back of images goes into files called
NAME-reconstruction.png; "error" is its mean squared error, and "above" the share of the samples held back from learning
whose error is smaller.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.failure import CommandError
from engine.data.kinds import DataKind
from engine.graph.targets import MultiLabel, SeveralTargets, TargetKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.graph.targets import Target
    from engine.tasks.queries import LearnedNetwork

NAME = "predict"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("pictures", metavar="IMAGE", nargs="*", help="image files of any size")
    parser.add_argument("--text", metavar="TEXT", help="the beginning of a text: which characters may come next")
    parser.add_argument("--csv", metavar="FILE", help="a table with one row per sample and one column per input")
    parser.add_argument("--out", metavar="FOLDER", help="where images go that an autoencoder gives back (here)")


def run(arguments: argparse.Namespace) -> int:
    """Print the answers; 1 when a picture could not be read, after answering for the others."""
    from engine.cli.projects import learned, named, read

    if [bool(arguments.pictures), bool(arguments.csv), arguments.text is not None].count(True) != 1:
        raise CommandError("predict takes either images, or a table with --csv FILE, or a text with --text TEXT.", 2)
    path = named(arguments.file)
    project = read(path)
    if arguments.text is not None:
        from engine.cli.predict_text import print_next

        return print_next(project, path, arguments.text)
    from engine.cli.data_words import takes

    network = learned(project, path)
    schema = network.schema
    if schema.kind is DataKind.TEXT:
        raise CommandError(f"The network in {path} continues text; use --text TEXT.")
    if arguments.pictures and schema.kind is not DataKind.PICTURES:
        raise CommandError(f"The network in {path} does not look at images; {takes(schema)}.")

    gives_back = schema.target.gives_back_input
    if arguments.out is not None and not (gives_back and arguments.pictures):
        raise CommandError(f"--out is for images, and the network in {path} gives none back. Leave it out.", 2)
    if arguments.csv:
        return _rows(network, Path(arguments.csv))
    pictures = [Path(word) for word in arguments.pictures]
    if gives_back:
        from engine.cli import reconstructed
        from engine.cli.made import folder_for

        return reconstructed.pictures(network, pictures, folder_for(arguments.out or "."))
    return _pictures(network, pictures)


def _rows(network: LearnedNetwork, path: Path) -> int:
    import numpy as np

    from engine.cli.show import json_line
    from engine.data.learned_range import far_outside
    from engine.data.novelty import sentence
    from engine.data.tables.file import read_samples

    schema = network.schema
    rows, unknown = read_samples(path, schema)
    common, each = far_outside(rows, schema, network.preparation)
    for category in unknown:
        for number in category.rows:
            each[number].append(category.sentence)
    if schema.target.gives_back_input:
        from engine.cli import reconstructed

        _warn_of_rows(common, each)
        return reconstructed.rows(network, rows)
    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import Predict

    predicted = Answerer().answer(network, Predict(rows))
    if predicted.novelty is not None and not common:
        for number in np.flatnonzero(predicted.novelty > 1).tolist():
            each[number].append(sentence(schema))
    for number, outputs in enumerate(predicted.answers, start=1):
        warnings = [*common, *each[number - 1]]
        json_line({"row": number, **answer(outputs, schema.target), **_warned(warnings)})
    _warn_of_rows(common, each)
    return 0


def _warned(warnings: list[str]) -> dict[str, Any]:
    """The warnings as a part of a line of JSON; an empty part where there are none."""
    return {"warnings": warnings} if warnings else {}


def _warn_of_rows(common: list[str], each: list[list[str]]) -> None:
    """The same in few words for who reads: about all rows, and about the first that has something of its own."""
    for sentence in common:
        output.complain(f"Warning: {sentence}")
    own = [number for number, sentences in enumerate(each, start=1) if sentences]
    if own:
        others = f" {len(own):,} rows of {len(each):,} have a warning." if len(own) > 1 else ""
        output.complain(f"Warning: row {own[0]:,}: {' '.join(each[own[0] - 1])}{others}")


def _pictures(network: LearnedNetwork, paths: list[Path]) -> int:
    from engine.cli.show import json_line
    from engine.data.novelty import sentence
    from engine.data.pictures.file import PictureError
    from engine.data.pictures.input import read_picture
    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import Predict

    schema, answerer, status = network.schema, Answerer(), 0
    for path in paths:
        try:
            picture = read_picture(path, schema)
        except PictureError as error:
            output.refuse(str(error))
            status = 1
            continue
        predicted = answerer.answer(network, Predict(picture[None]))
        warnings = [sentence(schema)] if predicted.novelty is not None and predicted.novelty[0] > 1 else []
        json_line({"picture": str(path), **answer(predicted.answers[0], schema.target), **_warned(warnings)})
        for words in warnings:
            output.complain(f"Warning: {path}: {words}")
    return status


def answer(outputs: NDArray[np.float32], asked: Target) -> dict[str, Any]:
    """One prediction as plain values: the answer with its probability and all probabilities, or the values; or the
    number of the nearest group, from 1, and the distances to all; or how real a sample looks to the critic; or the
    labels above 0.5 and the probability of each. Of several targets it is that of each by its name."""
    if not all(math.isfinite(value) for value in outputs):
        raise CommandError(
            "The network's output is not finite: the inputs or its weights are far too large. Look at the "
            "inputs; if they are as usual, train it from scratch with a lower learning rate."
        )
    if isinstance(asked, SeveralTargets):
        each = zip(asked.names, asked.each, asked.answer_places, strict=True)
        return {"targets": {name: answer(outputs[place], one) for name, one, place in each}}
    # The shortest decimal that is the same float32 says as much as there is to say.
    numbers = [float(str(value)) for value in outputs]
    if asked.kind is TargetKind.VALUES:
        names = asked.names or [f"value {number + 1}" for number in range(len(numbers))]
        return {"values": dict(zip(names, numbers, strict=True))}
    if asked.kind is TargetKind.REAL_OR_FAKE:
        return {"score": numbers[0]}
    if asked.kind is TargetKind.GROUPS:
        return {"group": 1 + min(range(len(numbers)), key=numbers.__getitem__), "distances": numbers}
    if asked.kind is TargetKind.LABELS:
        shares = dict(zip(asked.names, numbers, strict=True))
        return {
            "labels": [name for name, share in shares.items() if share > MultiLabel.threshold],
            "probabilities": shares,
        }
    names = asked.names or [str(number) for number in range(len(numbers))]
    if len(names) != len(numbers):
        names = ["no", "yes"]
    best = max(range(len(numbers)), key=numbers.__getitem__)
    return {
        "answer": names[best],
        "probability": numbers[best],
        "probabilities": dict(zip(names, numbers, strict=True)),
    }
