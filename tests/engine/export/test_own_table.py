"""The Python file of a network for a table of the user's: it reads such tables and answers as the program does."""

from __future__ import annotations

import csv
import json
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data import catalogue
from engine.data.sources import own_table
from engine.data.tables.file import read_rows
from engine.export.source import export_source
from engine.project.project import Project
from engine.project.writing import write
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.tasks.proposal import proposed
from engine.training.data_loading import load_rows

NEW = "town;extra;age;member;income\nUlm;x;40,5;yes;1000\nRom;y;;no;10\n?;z;30;;99999\nJena;z;18;maybe;5\n"


@pytest.fixture
def trained(tmp_path: Path) -> Project:
    own_table.forget()
    catalogue.CACHE.clear()
    generator = np.random.default_rng(1)
    towns = [*generator.choice(["Bonn", "Ulm", "Kiel"], 78), "Jena", "Hof"]
    lines = ["age,town,member,income,bought"]
    for n, town in enumerate(towns):
        age = "" if n % 7 == 0 else n % 60 + 18
        lines.append(f"{age},{town},{'yes' if n % 3 else 'no'},{n * n + 1},{'ABC'[n % 3]}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proposal = proposed(path)
    options = {**proposal.recipe.dataset_options, "flags": True, "log": "income"}
    recipe = proposal.recipe.with_settings({"epochs": 2, "device": "cpu"}).with_setting("dataset_options", options)
    outcome = Run(proposal.graph, recipe, load_rows(recipe)).run()
    return Project(graph=proposal.graph, recipe=recipe, title="people").with_run(outcome.record, recipe)


def test_it_reads_a_table_and_answers_as_the_program(trained: Project, tmp_path: Path) -> None:
    import torch

    out = export_source(trained, tmp_path / "net.py").source
    new = tmp_path / "new.csv"
    new.write_text(NEW, encoding="utf-8")
    schema = trained.run.own_schema
    assert schema is not None
    rows = read_rows(new, schema)
    made = runpy.run_path(str(out))
    read = made["read"]([str(new)])
    np.testing.assert_array_equal(read.numpy(), rows)
    assert np.isnan(rows).any()
    prepared = trained.run.preparation
    assert prepared is not None
    np.testing.assert_array_equal(made["prepare"](read).numpy(), prepared.inputs(rows))
    predictor = Predictor(trained.graph, schema.signature(), trained.run.weights, prepared)
    with torch.no_grad():
        outputs = made["load"]()(made["prepare"](read)).softmax(1).numpy()
    np.testing.assert_allclose(outputs, predictor.predict(rows), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(made["read"](["40.5", "Ulm", "yes", "1000"]).numpy(), rows[:1])


def test_it_runs_alone_and_says_what_it_needs(trained: Project, tmp_path: Path) -> None:
    out = export_source(trained, tmp_path / "net.py").source
    (tmp_path / "people.csv").unlink()
    (tmp_path / "new.csv").write_text(NEW, encoding="utf-8")
    run = [sys.executable, str(out)]
    done = subprocess.run([*run, str(tmp_path / "new.csv")], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 4
    wrong = subprocess.run([*run, "1", "2"], capture_output=True, text=True, check=False)
    assert "Expected a table, or 4 cells: age, town, member, income" in wrong.stderr
    assert "TABLE.csv or CELLS..." in out.read_text(encoding="utf-8")


def test_with_training_it_trains_on_the_rows_beside_it(trained: Project, tmp_path: Path) -> None:
    import torch

    exported = export_source(trained, tmp_path / "net.py", with_training=True)
    assert exported.data is not None
    made = runpy.run_path(str(exported.source))
    inputs, answers, validation = made["read_npz"](exported.data)
    assert torch.isnan(inputs).any()
    network = made["train"](inputs, answers, validation)
    weights = network.state_dict()
    assert all(torch.isfinite(one).all() for one in weights.values())
    assert trained.run.training is not None
    (tmp_path / "people.csv").write_text("a,b\n1,2\n3,4\n5,7\n", encoding="utf-8")
    again = export_source(replace(trained), tmp_path / "again.py", with_training=True)
    assert again.data is None  # the rows are not those it was trained on any more


def test_names_and_values_of_a_table_are_data_in_the_file_never_code(tmp_path: Path) -> None:
    own_table.forget()
    path = tmp_path / "odd.csv"
    names = ['a"; import os #', "b\\", "y"]
    values = ['"""', "\\n", "'); print(1)"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([values[n % 3], n / 7, n % 2] for n in range(40))
    proposal = proposed(path)
    recipe = proposal.recipe.with_settings({"epochs": 1, "device": "cpu"})
    outcome = Run(proposal.graph, recipe, load_rows(recipe)).run()
    project = Project(graph=proposal.graph, recipe=recipe, title="odd").with_run(outcome.record, recipe)
    made = runpy.run_path(str(export_source(project, tmp_path / "net.py").source))
    assert [field[0] for field in made["FIELDS"]] == names[:2]
    assert sorted(made["FIELDS"][0][2]) == sorted(values)


@pytest.mark.parametrize(("target", "task"), [("income", "regression"), ("bought", "autoencoder")])
def test_numbers_are_answered_in_words(
    trained: Project, tmp_path: Path, target: str, task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    proposal = proposed(tmp_path / "people.csv", target, task)
    recipe = proposal.recipe.with_settings({"epochs": 1, "device": "cpu"})
    outcome = Run(proposal.graph, recipe, load_rows(recipe)).run()
    project = Project(graph=proposal.graph, recipe=recipe, title="people").with_run(outcome.record, recipe)
    made = runpy.run_path(str(export_source(project, tmp_path / f"{task}.py").source))
    made["main"]([str(tmp_path / "people.csv")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 80
    assert all(": " in line for line in lines)


def test_what_was_chosen_for_columns_holds_in_every_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Training rows, new rows in the program, on the command line and in the exported file are the same numbers."""
    own_table.forget()
    catalogue.CACHE.clear()
    lines = ["age,fare,town,joined,pay,bought"]
    for n in range(90):
        age, day = "" if n % 7 == 0 else n % 60 + 18, f"{n % 28 + 1}.{n % 12 + 1}.2024"
        town = ("Bonn", "Ulm", "Kiel", "", "Hof")[n % 5] if n != 11 else "Rom"
        lines.append(f"{age},{'free' if n % 9 == 4 else n % 50},{town},{day},{n * n},{'ABC'[n % 3]}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proposal = proposed(path)
    settings = {
        "age": {"missing": "mean", "title": "Age in years", "flag": True},
        "fare": {"type": "number", "missing": "most frequent"},
        "town": {"missing": "category", "rare": 5},
        "joined": {"type": "date"},
    }
    options = {**proposal.recipe.dataset_options, "settings": json.dumps(settings), "log": "pay"}
    recipe = proposal.recipe.with_settings({"epochs": 2, "device": "cpu"}).with_setting("dataset_options", options)
    data = load_rows(recipe)
    outcome = Run(proposal.graph, recipe, data).run()
    project = Project(graph=proposal.graph, recipe=recipe, title="people").with_run(outcome.record, recipe)
    write(project, tmp_path / "people.sketchnet")
    schema, prepared = project.run.own_schema, project.run.preparation
    assert schema is not None
    assert prepared is not None
    rows = read_rows(path, schema)
    learned = np.concatenate([part.inputs for part in (data.train, data.validation, data.test)])
    ordered = [prepared.inputs(one) for one in (rows, learned)]
    np.testing.assert_array_equal(*(one[np.lexsort(one.T)] for one in ordered))
    new = tmp_path / "new.csv"
    new.write_text(
        "town,fare,joined,pay,Age in years\nRom,,1.2.2025,7,30\n,gratis,,1,\nUlm,3,31.12.2023,0,40\n"
        "Oslo,1,1.1.2024,2,5\n",
        encoding="utf-8",
    )
    rows = read_rows(new, schema)
    made = runpy.run_path(str(export_source(project, tmp_path / "net.py").source))
    read = made["read"]([str(new)])
    np.testing.assert_array_equal(read.numpy(), rows)
    np.testing.assert_array_equal(made["prepare"](read).numpy(), prepared.inputs(rows))
    names = list(schema.columns)
    other, lost = names.index("town = other"), names.index("town = missing")
    np.testing.assert_array_equal(rows[:, other], [1, 0, 0, 1])  # too rare, and not seen before
    np.testing.assert_array_equal(rows[:, lost], [0, 1, 0, 0])
    assert np.isnan(rows[:, names.index("fare")]).tolist() == [True, True, False, False]
    assert rows[:, names.index("Age in years missing")].tolist() == [0, 1, 0, 0]
    predictor = Predictor(project.graph, schema.signature(), project.run.weights, prepared)
    expected = predictor.predict(rows)
    assert main(["predict", str(tmp_path / "people.sketchnet"), "--csv", str(new)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    np.testing.assert_allclose([one["probability"] for one in told], expected.max(axis=1), rtol=1e-4)
    assert main(["score", str(tmp_path / "people.sketchnet"), str(new), "--out", str(tmp_path / "answers.csv")]) == 0
    with (tmp_path / "answers.csv").open(encoding="utf-8") as file:
        scored = [float(row["probability"]) for row in csv.DictReader(file)]
    np.testing.assert_allclose(scored, expected.max(axis=1), rtol=1e-4)
