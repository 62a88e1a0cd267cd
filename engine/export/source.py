"""A project as a Python file with its weights beside it, and on demand its training with the rows it learns from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.dataset import DataError, Dataset, Schema
from engine.data.preparation import Preparation
from engine.export import training_source
from engine.export.table_source import IMPORTS, TAKES, table_reader
from engine.files.atomic import WriteError, check_can_write, check_free, replacing, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.endings import without_ending
from engine.graph import losses
from engine.graph.inference import infer
from engine.graph.output_activation import output_activation
from engine.graph.signature import Signature
from engine.network.build import build
from engine.network.script_answers import quoted
from engine.network.source import RowReader, Scaling, source
from engine.network.source_classes import class_name
from engine.project.project import Project
from engine.project.tensor_writing import TensorFile
from engine.tasks.setup import TaskError
from engine.tasks.supervised_targets import task_for
from engine.training import data_loading
from engine.training.answer_preparation import fit_preparation
from engine.training.loss_settings import chosen
from engine.training.weights import check_preparation, check_weights, multiplied, network_for

PYTHON, WEIGHTS, DATA = ".py", ".safetensors", ".npz"
_LARGEST_SOURCE = 50_000_000
"""Bytes of a Python file that is looked into."""


def signature_of(project: Project) -> Signature:
    """What the project's dataset asks of its drawing at work. Raises DataError when the dataset is not known."""
    own = _own_table(project)
    if own is not None:
        return data_loading.asked(own, project.recipe, project.recipe.batch_size).at_work()
    return data_loading.signature_of(project.recipe).at_work()


def _own_table(project: Project) -> Schema | None:
    """What the table of the user's was like that the weights were trained on; None of other data."""
    return None if project.run.weights is None else project.run.table_schema


@dataclass(frozen=True)
class Exported:
    """What was written: the source, and beside it the weights of a trained network and the rows to train on."""

    source: Path
    weights: Path | None = None
    data: Path | None = None


def source_text(
    project: Project,
    weights_file: str | None = "weights.safetensors",
    *,
    file_name: str = "network.py",
    with_training: bool = False,
) -> str:
    """The project's network as Python source; ``weights_file`` is where its weights will lie, None for none.

    ``with_training`` adds the training with the project's recipe, which writes ``weights_file``.

    Raises DataError when its dataset is not known, or is needed for its training and not here, BuildError when its
    drawing is not ready, WeightsError when it was prepared for other data, and for its training TaskError when the
    recipe does not fit the data.
    """
    learning = _Learning(None, _preparation(project, None)) if with_training else None
    return _text(project, weights_file, file_name, learning)


@dataclass(frozen=True)
class _Learning:
    """What a file with training needs beside the project: where its rows lie, if anywhere, and their preparation."""

    data_file: str | None
    preparation: Preparation


def _preparation(project: Project, found: Dataset | DataError | None) -> Preparation:
    """The project's own, or that of its rows, ``found`` or still to be looked for.

    Raises DataError without either, TaskError when the weights answer otherwise than those that its training makes.
    """
    _need_exported_training(project)
    own = project.run.preparation
    if own is not None:
        kind = chosen(project.recipe.loss, signature_of(project).target.kind)
        if own.link != ("" if kind.link is None else kind.link.name):
            raise TaskError(
                f"The loss is set to {kind.title}, but the weights were trained with another that takes the outputs "
                "of the network for something else. Train it again, or set the loss back, and export it then."
            )
        return own
    found = _rows(project) if found is None else found
    if isinstance(found, DataError):
        raise found
    return fit_preparation(found, project.recipe)


def _rows(project: Project) -> Dataset | DataError:
    try:
        found = data_loading.load_rows(project.recipe)
    except DataError as error:
        return error
    table = None if project.run.preparation is None else project.run.preparation.table
    changed = "" if table is None else table.changed(found.schema)
    return DataError(changed) if changed else found


def _need_exported_training(project: Project) -> None:
    """Raise TaskError where the training of what the project learns cannot be written."""
    kind = data_loading.kind_chosen(project.recipe)
    if kind is not None and not kind.exports_training:
        raise TaskError(f"The training of {kind.title} cannot be exported. Export the network without its training.")


def _text(project: Project, weights_file: str | None, file_name: str, learning: _Learning | None) -> str:
    signature = signature_of(project)
    check_preparation(project.run.preparation, signature)
    prepared = project.run.preparation if learning is None else learning.preparation
    scaling = None
    if prepared is not None:
        answers = (prepared.target_shift, prepared.target_scale)
        link = losses.LINKS[prepared.link] if prepared.link else None
        scaling = Scaling(prepared.input_shift, prepared.input_scale, *answers, link, prepared.input_fill)
    recipe = project.recipe
    schema = _own_table(project) or data_loading.dataset_schema(recipe)
    training = None
    if learning is not None:
        module = build(project.graph, signature)
        task_for(signature.target, recipe)  # which looks whether the loss is one for these answers
        names = {id(parameter): name for name, parameter in module.named_parameters()}
        training = training_source.training(
            recipe,
            schema,
            signature,
            scaling,
            output_activation(infer(project.graph, signature)),
            class_name(project.title),
            learning.data_file,
            [names[id(p)] for p in multiplied(module)],
            [names[id(p)] for p in multiplied(module, embeddings=False) if p.ndim == 2],
        )
    return source(
        project.graph,
        signature,
        title=project.title,
        weights_file=weights_file,
        scaling=scaling,
        columns=schema.columns,
        file_name=file_name,
        training=training,
        trained=project.run.weights is not None,
        row_reader=None if schema.file is None else RowReader(table_reader(schema.fields), TAKES, IMPORTS),
    )


def weights_beside(path: Path) -> Path:
    """Where the trained weights go when the source goes to ``path``."""
    weights = path.with_name(f"{without_ending(path.name, PYTHON, WEIGHTS)}{WEIGHTS}")
    return weights if weights != path else path.with_name(f"{without_ending(path.name, WEIGHTS)}-weights{WEIGHTS}")


def data_beside(path: Path) -> Path:
    """Where the rows to train on go when the source goes to ``path``."""
    return path.with_name(f"{without_ending(path.name, PYTHON)}-data{DATA}")


def is_of(path: Path, weights: Path) -> bool:
    """Whether the source at ``path`` is one that loads ``weights``: they go with it when it is replaced."""
    try:
        text = read_bounded(path, _LARGEST_SOURCE).decode("utf-8", errors="replace")
    except NotReadable:
        return False
    return quoted(weights.name) in text


def export_source(project: Project, path: Path, *, new: bool = False, with_training: bool = False) -> Exported:
    """Write the source to ``path``, and trained weights beside it.

    ``with_training`` adds the training with the project's recipe; the rows of its dataset, divided as the recipe says,
    then go beside it too, where they are on this computer. With ``new`` none of the files replaces one that is there,
    nor do the weights that the file itself will write; then nothing is written.

    Raises what ``source_text`` raises, WeightsError when the weights are not those of the drawing, ProjectError when
    they cannot be saved, and WriteError.
    """
    if new:
        check_free(path)
        if with_training:
            check_free(weights_beside(path))
    check_can_write(path)
    learning, data, found = None, None, None
    if with_training:
        found = _rows(project)
        data = None if isinstance(found, DataError) else data_beside(path)
        learning = _Learning(None if data is None else data.name, _preparation(project, found))
    weights = weights_beside(path) if project.run.weights is not None else None
    named = weights_beside(path).name if weights is not None or with_training else None
    text = _text(project, named, path.name, learning)
    written: list[Path] = []
    try:
        if project.run.weights is not None and weights is not None:
            check_weights(network_for(project.graph, signature_of(project), project.run.weights), project.run.weights)
            tensors = TensorFile(project.run.weights, weights.name)
            with replacing(weights, new=new) as file:
                tensors.write_to(file)
            written.append(weights)
        if data is not None and isinstance(found, Dataset):
            with replacing(data, new=new) as file:
                np.savez_compressed(file, **_arrays(found))
            written.append(data)
        write_whole(path, text.encode("utf-8"), new=new)
    except WriteError:
        if new:  # without their source they are of no use, and they replaced nothing
            for beside in written:
                beside.unlink(missing_ok=True)
        raise
    return Exported(path, weights, data)


def _arrays(data: Dataset) -> dict[str, Any]:
    """The rows to learn from and those to judge each epoch by, raw, as the file's training reads them."""
    arrays: dict[str, Any] = {"inputs": data.train.inputs, "answers": data.train.targets}
    if len(data.validation):
        arrays |= {"validation_inputs": data.validation.inputs, "validation_answers": data.validation.targets}
    return arrays
