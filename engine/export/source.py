"""A project as a Python file with its weights beside it."""

from __future__ import annotations

from pathlib import Path

from engine.files.atomic import WriteError, check_can_write, check_free, replacing, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.endings import without_ending
from engine.graph.signature import Signature
from engine.network.source import Scaling, quoted, source
from engine.project.project import Project
from engine.project.tensor_writing import TensorFile
from engine.training import rows
from engine.training.weights import check_preparation, check_weights, network_for

PYTHON, WEIGHTS = ".py", ".safetensors"
_LARGEST_SOURCE = 50_000_000
"""Bytes of a Python file that is looked into."""


def signature_of(project: Project) -> Signature:
    """What the project's dataset asks of its drawing at work. Raises DataError when the dataset is not known."""
    return rows.signature_of(project.recipe).at_work()


def source_text(project: Project, weights_file: str | None = "weights.safetensors") -> str:
    """The project's network as Python source; ``weights_file`` is where its weights will lie, None for none.

    Raises DataError when its dataset is not known, BuildError when its drawing is not ready, WeightsError when it was
    prepared for other data.
    """
    prepared, signature = project.preparation, signature_of(project)
    check_preparation(prepared, signature)
    scaling = None
    if prepared is not None:
        answers = (prepared.answer_shift, prepared.answer_scale)
        scaling = Scaling(prepared.input_shift, prepared.input_scale, *answers)
    return source(project.graph, signature, title=project.title, weights_file=weights_file, scaling=scaling)


def weights_beside(path: Path) -> Path:
    """Where the trained weights go when the source goes to ``path``."""
    weights = path.with_name(f"{without_ending(path.name, PYTHON, WEIGHTS)}{WEIGHTS}")
    return weights if weights != path else path.with_name(f"{without_ending(path.name, WEIGHTS)}-weights{WEIGHTS}")


def is_of(path: Path, weights: Path) -> bool:
    """Whether the source at ``path`` is one that loads ``weights``: they go with it when it is replaced."""
    try:
        text = read_bounded(path, _LARGEST_SOURCE).decode("utf-8", errors="replace")
    except NotReadable:
        return False
    return quoted(weights.name) in text


def export_source(project: Project, path: Path, *, new: bool = False) -> Path | None:
    """Write the source to ``path``; trained weights go beside it, and their path is returned.

    With ``new`` neither of the two files replaces one that is there; then nothing is written.

    Raises what ``source_text`` raises, WeightsError when the weights are not those of the drawing, ProjectError when
    they cannot be saved, and WriteError.
    """
    if new:
        check_free(path)
    check_can_write(path)
    if project.weights is None:
        write_whole(path, source_text(project, None).encode("utf-8"), new=new)
        return None
    weights = weights_beside(path)
    text = source_text(project, weights.name)
    check_weights(network_for(project.graph, signature_of(project), project.weights), project.weights)
    tensors = TensorFile(project.weights, weights.name)
    with replacing(weights, new=new) as file:
        tensors.write_to(file)
    try:
        write_whole(path, text.encode("utf-8"), new=new)
    except WriteError:
        if new:  # without their source they are of no use, and they replaced nothing
            weights.unlink(missing_ok=True)
        raise
    return weights
