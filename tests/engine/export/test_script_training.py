"""The training in an exported file: on the same rows it ends with the weights that the program ends with."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.augmentation.applying import augment
from engine.data.dataset import DataError, Dataset, Split
from engine.export.source import export_source, source_text
from engine.graph import losses
from engine.graph.graph import Graph
from engine.graph.output_activation import OutputActivation
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind
from engine.network.build import build
from engine.network.source import Scaling, source
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.tasks.script.writing import ScriptSetup
from engine.tasks.setup import TaskError
from engine.tasks.supervised_script import training
from engine.training.data_loading import load_rows
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.schedule_settings import ScheduleSettings
from engine.training.schedules import Schedule
from tests.engine.graph.drawings import TABLE, answer, row
from tests.engine.network.networks import executed

RUFF = Path(sysconfig.get_path("scripts")) / ("ruff.exe" if sys.platform == "win32" else "ruff")
DENSE = row(("Linear", {"out_features": 6}), "Tanh", answer())
NORMALISED = row(
    ("Linear", {"out_features": 8, "bias": False}), "BatchNorm1d", "ReLU", ("Dropout", {"p": 0.3}), answer()
)

FITTING_DATA = {TargetKind.CLASSES: "iris", TargetKind.YES_NO: "breast-cancer", TargetKind.VALUES: "diabetes"}
OF_ANSWERS = [kind for kind in losses.kinds().values() if kind.fits[0] in FITTING_DATA]
"""Data whose answers every loss of the kind can learn from."""

RECIPES: dict[str, tuple[str, Graph, dict[str, object]]] = {
    "as it comes": ("iris", DENSE, {}),
    "dropout, normalisation, a row left over": ("iris", NORMALISED, {"batch_size": 13}),
    "smoothing, weights, clipping, L1": (
        "iris", DENSE, {"loss": "cross_entropy", "loss.label_smoothing": 0.1, "loss.class_weights": "balanced",
                        "gradient_clipping": 0.5, "l1": 0.01}),
    "yes or no, balanced": (
        "breast-cancer", DENSE, {"loss": "binary_cross_entropy", "loss.class_weights": "balanced", "epochs": 2}),
    "values, Huber, plateau": (
        "diabetes", DENSE, {"loss": "huber", "loss.delta": 0.5, "schedule": "plateau", "schedule.patience": 0,
                            "optimizer.learning_rate": 0.05, "epochs": 6}),
    "patience": ("iris", DENSE, {"patience": 1, "optimizer.learning_rate": 1.0, "epochs": 12}),
    "without validation": ("iris", DENSE, {"validation": 0.0, "patience": 2, "schedule": "plateau"}),
    "augmentation": (
        "uci-digits", row("Flatten", answer()), {
            "augmentation": "affine", "augmentation.crop": 0.2, "augmentation.horizontal_flip": 0.5,
            "augmentation.elastic": 1.0, "augmentation.brightness": 0.2, "augmentation.contrast": 0.3,
            "augmentation.saturation": 0.3, "augmentation.blur": 0.5, "augmentation.noise": 0.05,
            "augmentation.erasing": 0.3, "augmentation.mixup": 0.4, "augmentation.cutmix": 1.0,
            "augmentation.outside": "border", "epochs": 1, "batch_size": 128}),
    "augmentation, raw": (
        "uci-digits", row("Flatten", answer()), {
            "preparation": "none", "augmentation": "affine", "augmentation.hue": 40,
            "augmentation.vertical_flip": 0.5, "epochs": 1, "batch_size": 128, "optimizer.learning_rate": 0.0005}),
    "augmentation, mixed and not moved": (
        "uci-digits", row("Flatten", answer()), {
            "augmentation": "affine", "augmentation.rotation": 0, "augmentation.scale": 0, "augmentation.shift": 0,
            "augmentation.shear": 0, "augmentation.cutmix": 0.5, "epochs": 1, "batch_size": 128}),
    "raw": ("diabetes", DENSE, {"preparation": "none", "answer_preparation": "none", "loss": "mae"}),
    **{
        f"optimizer {kind}": ("iris", DENSE, {"optimizer": kind, "epochs": 2})
        for kind in OptimizerSettings.KINDS
    },
    **{
        f"loss {kind.name}": (FITTING_DATA[kind.fits[0]], DENSE, {"loss": kind.name, "optimizer.learning_rate": 0.01})
        for kind in OF_ANSWERS
    },
    **{f"schedule {kind}": ("iris", DENSE, {"schedule": kind}) for kind in ScheduleSettings.KINDS},
}  # fmt: skip


def recipe_of(dataset: str, changes: dict[str, object]) -> Recipe:
    return Recipe().with_settings({"dataset": dataset, "epochs": 4, "batch_size": 16, "seed": 3, **changes})


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tensors(split: Split) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(split.inputs.copy()), torch.from_numpy(split.targets.copy())


def trained_by_file(text: str, data: Dataset) -> dict[str, torch.Tensor]:
    validation = tensors(data.validation) if len(data.validation) else None
    network = executed(text)["train"](*tensors(data.train), validation)
    return {name: value.detach() for name, value in network.state_dict().items()}


@pytest.mark.parametrize("name", RECIPES)
def test_it_learns_what_the_program_learns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    dataset, graph, changes = RECIPES[name]
    recipe = recipe_of(dataset, changes)
    data = load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    assert outcome.failure is None, outcome.message
    made = Project(graph=graph, recipe=recipe, title="Mine", run=RunRecord(preparation=outcome.preparation))
    found = trained_by_file(source_text(made, with_training=True), data)
    assert found.keys() == outcome.weights.keys()
    for key, value in found.items():
        np.testing.assert_allclose(value.numpy(), outcome.weights[key], rtol=2e-3, atol=2e-5, err_msg=key)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(outcome.history)
    for line, epoch in zip(lines, outcome.history, strict=True):
        assert line.startswith(f"epoch {epoch['epoch']}: loss ")
        assert float(line.split()[3].rstrip(",")) == pytest.approx(epoch["train_loss"], rel=1e-2, abs=1e-3)
        if epoch["validation_loss"] is not None:
            assert "validation loss" in line


@pytest.mark.parametrize("kind", OF_ANSWERS, ids=lambda kind: kind.name)
def test_a_file_answers_as_the_program_whatever_the_loss(
    kind: losses.LossKind, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = recipe_of(FITTING_DATA[kind.fits[0]], {"loss": kind.name, "optimizer.learning_rate": 0.01})
    data = load_rows(recipe)
    outcome = Run(DENSE, recipe, data).run()
    made = Project(graph=DENSE, recipe=recipe, title="Mine").with_run(outcome.record, recipe)
    scope = executed(source_text(made))
    network, raw = scope["Mine"](), data.test.inputs
    network.load_state_dict({name: torch.from_numpy(value) for name, value in outcome.weights.items()})
    with torch.no_grad():
        outputs = network.eval()(scope["prepare"](torch.from_numpy(raw.copy())))
    answers = Predictor(DENSE, data.schema.signature(), outcome.weights, outcome.preparation).predict(raw)
    found = scope.get("restore", lambda outputs: outputs)(outputs).numpy()
    if kind.fits[0] is TargetKind.VALUES:
        np.testing.assert_array_equal(found, answers)
        assert (f"{kind.link.undone} of one value" in scope["__doc__"]) if kind.link else True
    network = executed(source_text(made, with_training=True))["train"](*tensors(data.train), tensors(data.validation))
    said = capsys.readouterr().out.splitlines()[-1]
    metric = outcome.history[-1].get("validation_mae", outcome.history[-1].get("validation_accuracy"))
    assert float(said.rsplit(" ", 1)[1]) == pytest.approx(metric, rel=1e-2, abs=1e-3), "in the units of the data"


@pytest.mark.parametrize(("before", "now"), [("mse", "poisson"), ("poisson", "mse"), ("poisson", "auto")])
def test_training_by_a_loss_that_reads_outputs_otherwise_than_the_weights_do_is_refused(before: str, now: str) -> None:
    recipe = recipe_of("diabetes", {"loss": before, "epochs": 1})
    outcome = Run(DENSE, recipe, load_rows(recipe)).run()
    trained = Project(graph=DENSE, recipe=recipe, title="Mine").with_run(outcome.record, recipe)
    other = replace(trained, recipe=recipe.with_setting("loss", now), trained_with=recipe)
    with pytest.raises(TaskError, match="Train it again, or set the loss back"):
        source_text(other, with_training=True)
    assert executed(source_text(other)).keys() == executed(source_text(trained)).keys(), "its answers stay the same"


@settings(max_examples=40, deadline=None, database=None)
@given(st.data())
def test_schedules_are_the_programs_at_every_step(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([kind for kind in ScheduleSettings.KINDS if kind not in ("constant", "plateau")]))
    epochs, batches = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 7))
    recipe = recipe_of("iris", {"schedule": kind, "epochs": epochs})
    for parameter in recipe.schedule.parameters:
        if parameter.name in ("floor", "pct_start"):
            recipe = recipe.with_setting(f"schedule.{parameter.name}", data.draw(st.sampled_from([0.0, 0.1, 0.5])))
        elif parameter.name == "warm_up":
            recipe = recipe.with_setting("schedule.warm_up", data.draw(st.sampled_from([0.0, 0.5, 2.0, 50.0])))
        elif parameter.name == "then":
            recipe = recipe.with_setting("schedule.then", data.draw(st.sampled_from(["constant", "cosine"])))
    rate = executed(text_of(recipe, TABLE))["schedule"]
    wanted = Schedule(recipe.schedule, batches, epochs * batches)
    for step in range(epochs * batches):
        assert rate(step, batches) == wanted.fraction(step), "to the last bit"


def text_of(recipe: Recipe, signature: Signature, graph: Graph = DENSE, scaling: Scaling | None = None) -> str:
    from engine.data import catalogue

    schema = catalogue.schema(recipe.dataset)
    setup = ScriptSetup(
        graph=graph,
        recipe=recipe,
        schema=schema,
        signature=signature,
        scaling=scaling,
        read_as=OutputActivation.PLAIN,
        called="Network",
        data_file=None,
        module=build(graph, signature),
    )
    part = training(setup)
    return source(graph, signature, scaling=scaling, columns=schema.columns, training=part)


@pytest.mark.parametrize("scaling", [Scaling((33.3,), (78.5,)), None], ids=["prepared", "as they are"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"horizontal_flip": 0.5}, {"brightness": 0.2, "noise": 0.1}, {"vertical_flip": 0.3, "erasing": 0.4}],
    ids=lambda changes: "+".join(changes) or "moved",
)
def test_pictures_are_changed_as_the_program_changes_them(changes: dict[str, float], scaling: Scaling | None) -> None:
    set_ = {f"augmentation.{name}": value for name, value in changes.items()}
    recipe = recipe_of("strokes", {"augmentation": "affine", "augmentation.rotation": 30, **set_})
    from engine.data import catalogue

    signature = catalogue.signature("strokes")
    graph = row("Flatten", answer())
    made = executed(text_of(recipe, signature, graph, scaling))
    raw = torch.rand(5, 1, 28, 28) * 255
    prepare = made.get("prepare", lambda images: images)
    inputs = prepare(raw)
    found = made["augment"](inputs, torch.Generator().manual_seed(4))
    black, white = (prepare(torch.full((1, 1, 1, 1), level)).flatten() for level in (0.0, 255.0))
    wanted = augment(inputs, recipe.augmentation, torch.Generator().manual_seed(4), fill=black, white=white)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)


def test_frozen_layers_stay_and_muon_takes_the_matrices() -> None:
    frozen = DENSE.set(DENSE.of_kind("Tanh")[0].id, frozen=False).set(DENSE.of_kind("Linear")[0].id, frozen=True)
    recipe = recipe_of("iris", {"optimizer": "Muon", "epochs": 1})
    data = load_rows(recipe)
    outcome = Run(frozen, recipe, data).run()
    made = Project(graph=frozen, recipe=recipe, run=RunRecord(preparation=outcome.preparation))
    found = trained_by_file(source_text(made, with_training=True), data)
    for key, value in found.items():
        np.testing.assert_allclose(value.numpy(), outcome.weights[key], rtol=2e-3, atol=2e-5, err_msg=key)


# The file by itself


def test_the_script_trains_on_the_rows_beside_it_and_answers(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    recipe = recipe_of("iris", {"epochs": 8, "optimizer.learning_rate": 0.05})
    written = export_source(Project(graph=DENSE, recipe=recipe, title="Flowers"), tmp_path / "f.py", with_training=True)
    assert (written.weights, written.data) == (None, tmp_path / "f-data.npz")
    flower = "sys.argv = ['f.py', '5.1', '3.5', '1.4', '0.2']; runpy.run_path('f.py', run_name='__main__')"
    lines = (
        "import runpy, sys",
        f"try: {flower}",
        "except SystemExit as error: print(error)",
        "sys.argv = ['f.py', '--train']; runpy.run_path('f.py', run_name='__main__')",
        flower,
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "\n".join(lines)],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=200,
        env={name: value for name, value in clean_environment.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    before, *epochs, saved, answered = done.stdout.splitlines()
    assert before == "f.safetensors is not there: train it with --train first."
    assert [line.partition(":")[0] for line in epochs] == [f"epoch {number}" for number in range(1, 9)]
    assert saved == "The weights are in f.safetensors."
    assert answered.startswith("setosa, ")


def test_it_trains_on_a_table_of_ones_own_and_keeps_the_weights_from_before(tmp_path: Path) -> None:
    recipe = recipe_of("iris", {"epochs": 1})
    made = Project(graph=DENSE, recipe=recipe)
    first = executed(source_text(made, with_training=True))
    network = first["Network"]()
    weights = tmp_path / "weights.safetensors"
    first["save_file"](network.state_dict(), weights)
    run: dict[str, Any] = {"__name__": "exported", "__file__": str(tmp_path / "network.py")}
    exec(compile(source_text(made, with_training=True), "network.py", "exec"), run)
    rows = load_rows(recipe).train
    names = list(run["COLUMNS"])
    table = tmp_path / "mine.csv"
    lines = [",".join([*reversed(names), "kind"])]
    lines += [
        ",".join([*map(str, reversed(values.tolist())), run["CLASSES"][int(right)]])
        for values, right in zip(rows.inputs, rows.targets, strict=True)
    ]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    inputs, answers = run["read_csv"](table)
    np.testing.assert_allclose(inputs.numpy(), rows.inputs, rtol=1e-6)
    assert answers.tolist() == rows.targets.astype(int).tolist()
    run["train_on_file"]([str(table)])
    assert (tmp_path / "weights.before.safetensors").exists()
    assert not all(map(torch.equal, run["load"]().state_dict().values(), network.state_dict().values()))
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    for path, why in ((table, "lacks rows, or the columns"), (tmp_path / "none.npz", "is not there")):
        with pytest.raises(SystemExit, match=why):
            run["train_on_file"]([str(path)])
    np.savez(tmp_path / "other.npz", inputs=np.zeros((3, 5)), answers=np.zeros(3))
    with pytest.raises(SystemExit, match="must be N"):
        run["train_on_file"]([str(tmp_path / "other.npz")])


@pytest.mark.parametrize(
    ("graph", "changes", "why"),
    [
        (DENSE, {"loss": "mse"}, "does not fit"),
        (DENSE, {"task": "regression"}, "Regression learns numbers"),
        (row(("Linear", {"out_features": 3})).set("n3", frozen=True), {}, "nothing can learn"),
    ],
)
def test_what_could_not_be_trained_is_refused(graph: Graph, changes: dict[str, object], why: str) -> None:
    with pytest.raises((ValueError, DataError), match=why):
        source_text(Project(graph=graph, recipe=recipe_of("iris", changes)), with_training=True)


def test_without_training_nothing_of_it_is_there() -> None:
    text = source_text(Project(graph=DENSE, recipe=recipe_of("iris", {})), None)
    for word in ("train", "optim", "EPOCHS", "numpy", "csv"):
        assert word not in text.replace("trained", "")


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed")
def test_it_is_formatted_and_clean(tmp_path: Path) -> None:
    for number, (dataset, graph, changes) in enumerate(RECIPES.values()):
        made = Project(graph=graph, recipe=recipe_of(dataset, changes), title=f"Mine {number}")
        export_source(replace(made, title="T" * 60), tmp_path / f"n{number}.py", with_training=True)
    for command in (["check", "--isolated", "--no-cache"], ["format", "--isolated", "--no-cache", "--diff"]):
        done = subprocess.run([RUFF, *command, tmp_path], capture_output=True, text=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
