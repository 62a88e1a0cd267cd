"""A project as a Python file with its weights beside it, and on demand its training with the rows it learns from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from engine.data.dataset import DataError, Dataset, Schema
from engine.data.preparation import Preparation
from engine.export import picture_source
from engine.export.picture_source import picture_reader
from engine.export.table_source import TAKES, imports, table_reader
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
from engine.tasks.script.writing import ScriptSetup, TrainingWriter, writer
from engine.tasks.setup import TaskError
from engine.training import data_loading
from engine.training.answer_preparation import fit_preparation
from engine.training.loss_settings import chosen
from engine.training.precision_names import AUTO_PRECISION, FULL_PRECISION
from engine.training.recipe import Recipe
from engine.training.weights import check_preparation, check_weights, network_for

PYTHON, WEIGHTS, DATA = ".py", ".safetensors", ".npz"
_LARGEST_SOURCE = 50_000_000
"""Bytes of a Python file that is looked into."""


def signature_of(project: Project) -> Signature:
    """What the project's dataset asks of its drawing at work. Raises DataError when the dataset is not known."""
    return data_loading.asked(_schema(project), project.recipe, project.recipe.batch_size).at_work()


def _schema(project: Project) -> Schema:
    """What the data is like as it is learned from: that of a file of the user's as it was when it was trained on.

    Raises DataError.
    """
    run = project.run
    if run.weights is None:
        return data_loading.dataset_schema(project.recipe)
    return run.own_schema or data_loading.learned_schema(project.recipe, run.preparation)


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
    learning = _learning(project, None, _rows(project)) if with_training else None
    return _text(project, weights_file, file_name, learning)


@dataclass(frozen=True)
class _Learning:
    """What a file with training needs beside the project: where its rows lie, if anywhere, and their preparation."""

    writer: TrainingWriter
    data_file: str | None
    preparation: Preparation
    rows: int | None


def _learning(project: Project, data_file: str | None, found: Dataset | DataError) -> _Learning:
    """What its training is written of. Raises DataError and TaskError."""
    write = _writer(project)
    return _Learning(write, data_file, _preparation(project, found), len(found.train) if _is_here(found) else None)


def _is_here(found: Dataset | DataError) -> TypeGuard[Dataset]:
    return not isinstance(found, DataError)


def _preparation(project: Project, found: Dataset | DataError) -> Preparation:
    """The project's own, or that of its rows, ``found`` where they are.

    Raises DataError without either, TaskError when the weights answer otherwise than those that its training makes.
    """
    own, task = project.run.preparation, data_loading.kind_chosen(project.recipe)
    if own is not None and task is not None and not task.uses("loss"):
        return own
    if own is not None:
        kind = chosen(project.recipe.loss, signature_of(project).target.kind)
        if own.link != ("" if kind.link is None else kind.link.name):
            raise TaskError(
                f"The loss is set to {kind.title}, but the weights were trained with another that takes the outputs "
                "of the network for something else. Train it again, or set the loss back, and export it then."
            )
        return own
    if isinstance(found, DataError):
        raise found
    return fit_preparation(found, project.recipe)


def _as_it_ran(project: Project) -> Recipe:
    """The project's recipe; where the precision is left to the machine, with the one that its run has chosen."""
    recipe = project.recipe
    if recipe.precision != AUTO_PRECISION:
        return recipe
    return recipe.with_setting("precision", project.run.precision or FULL_PRECISION)


def _rows(project: Project) -> Dataset | DataError:
    try:
        found = data_loading.load_rows(project.recipe)
    except DataError as error:
        return error
    changed = "" if project.run.preparation is None else project.run.preparation.changed(found.schema)
    return DataError(changed) if changed else found


def _writer(project: Project) -> TrainingWriter:
    """Who writes the training of what the project learns. Raises TaskError and DataError."""
    schema = _schema(project)
    kind = data_loading.kind_at_work(project.recipe, schema)
    found = writer(kind)
    if found is None:
        raise TaskError(f"The training of {kind.title} cannot be exported. Export the network without its training.")
    return found


def _text(project: Project, weights_file: str | None, file_name: str, learning: _Learning | None) -> str:
    signature = signature_of(project)
    check_preparation(project.run.preparation, signature)
    prepared = project.run.preparation if learning is None else learning.preparation
    scaling = None
    if prepared is not None:
        answers = (prepared.target_shift, prepared.target_scale)
        if signature.target.gives_back_input:
            answers = (prepared.input_shift, prepared.input_scale)
        link = losses.LINKS[prepared.link] if prepared.link else None
        scaling = Scaling(prepared.input_shift, prepared.input_scale, *answers, link, prepared.input_fill)
    schema = _schema(project)
    training = None
    if learning is not None:
        setup = ScriptSetup(
            graph=project.graph,
            recipe=_as_it_ran(project),
            schema=schema,
            signature=signature,
            scaling=scaling,
            read_as=output_activation(infer(project.graph, signature)),
            called=class_name(project.title),
            data_file=learning.data_file,
            module=build(project.graph, signature),
            rows=learning.rows,
        )
        training = learning.writer.training(setup)
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
        row_reader=_row_reader(schema),
    )


def _row_reader(schema: Schema) -> RowReader | None:
    """What reads samples of the user's own data; None for those that every file of their kind reads."""
    if schema.is_own_table:
        return RowReader(table_reader(schema.fields, schema.table_reading), TAKES, imports(schema.fields))
    if schema.picture_form is not None and schema.picture_form.is_photograph:
        return RowReader(picture_reader(schema.input, schema.picture_form), picture_source.TAKES)
    return None


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
        data = data_beside(path) if _is_here(found) else None
        learning = _learning(project, None if data is None else data.name, found)
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
        if data is not None and learning is not None and isinstance(found, Dataset):
            rows: dict[str, Any] = {**learning.writer.arrays(found)}
            with replacing(data, new=new) as file:
                np.savez_compressed(file, **rows)
            written.append(data)
        write_whole(path, text.encode("utf-8"), new=new)
    except WriteError:
        if new:  # without their source they are of no use, and they replaced nothing
            for beside in written:
                beside.unlink(missing_ok=True)
        raise
    return Exported(path, weights, data)
