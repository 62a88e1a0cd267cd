"""predict and source: pictures of any size and polarity, tables with any order of columns, and what they refuse."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.cli import main
from engine.data import catalogue
from engine.data.digit import prepare_picture, prepare_strokes
from engine.data.pictures.input import read_picture
from engine.data.sources import strokes
from engine.data.tables.file import read_rows
from engine.graph import templates
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def digits() -> Project:
    """A digit network that has learned enough to read what is plain."""
    recipe = Recipe().with_settings(templates.describe("digit-mlp").recipe)
    recipe = recipe.with_settings({"dataset_options.samples": 4000, "epochs": 4, "device": "cpu"})
    graph = templates.build("digit-mlp")
    dataset = catalogue.load("strokes", options=recipe.dataset_options, validation=0.1, test=0.1, seed=0)
    outcome = Run(graph, recipe, dataset).run()
    record = RunRecord(weights=outcome.weights, preparation=outcome.preparation, novelty=outcome.novelty)
    return Project(graph, recipe, record, trained_on="strokes")


@pytest.fixture
def file(digits: Project, here: Path) -> Path:
    """The digit network as a file in the present folder."""
    write(digits, here / "digits.sketchnet")
    return here / "digits.sketchnet"


def lines(shown: Shown) -> list[dict[str, object]]:
    return [json.loads(line) for line in shown.readouterr().out.splitlines()]


def ink(digit: int, side: int = 28) -> Image.Image:
    """A digit as a grey picture, bright on black, of the given side."""
    picture = prepare_strokes(strokes.drawing(digit, np.random.default_rng(digit)))
    return Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)


def test_pictures_of_any_size_and_polarity_are_read_alike(file: Path, here: Path, capsys: Shown) -> None:
    drawn = ink(3, 300)
    black = Image.new("L", (640, 480))
    black.paste(drawn, (300, 90))
    ways = {
        "bright.png": black,
        "dark.png": Image.eval(black, lambda value: 255 - value),
        "small.png": ink(3),
        "colour.png": Image.merge("RGB", [Image.eval(black, lambda value: 255 - value)] * 3),
        "clear.png": Image.merge("LA", [Image.new("L", black.size), black]),
        "palette.gif": black.convert("P"),
        "deep.png": Image.fromarray(np.asarray(black).astype(np.uint16) * 257),
        "photo.jpg": black,
    }
    for name, picture in ways.items():
        picture.save(here / name)
    assert main(["predict", "digits.sketchnet", *ways]) == 0
    told = lines(capsys)
    assert [line["picture"] for line in told] == list(ways)
    assert [line["answer"] for line in told] == ["3"] * len(ways)
    for line in told:
        probabilities = line["probabilities"]
        assert isinstance(probabilities, dict)
        assert list(probabilities) == list("0123456789")
        assert sum(probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert line["probability"] == max(probabilities.values()) == probabilities["3"]


def test_the_probabilities_are_those_of_the_network(file: Path, here: Path, digits: Project, capsys: Shown) -> None:
    ink(5, 200).save(here / "five.png")
    assert main(["predict", "digits", "five.png"]) == 0
    schema = catalogue.schema("strokes")
    predictor = Predictor(digits.graph, schema.signature(), digits.run.weights, digits.run.preparation)
    expected = predictor.predict(prepare_picture(np.asarray(ink(5, 200)))[None, None])[0]
    found = lines(capsys)[0]["probabilities"]
    assert isinstance(found, dict)
    assert np.array_equal(np.array(list(found.values()), dtype=np.float32), expected)


def test_a_picture_that_cannot_be_read_does_not_keep_the_others(file: Path, here: Path, capsys: Shown) -> None:
    ink(1, 100).save(here / "one.png")
    (here / "text.png").write_text("no image")
    (here / "cut.png").write_bytes((here / "one.png").read_bytes()[:200])
    Image.new("L", (50, 50), 255).save(here / "blank.png")
    (here / "folder.png").mkdir()
    wrong = ["text.png", "cut.png", "blank.png", "folder.png", "nowhere.png"]
    assert main(["predict", "digits", *wrong, "one.png"]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["picture"] for line in shown.out.splitlines()] == ["one.png"]
    complaints = shown.err.splitlines()
    assert [any(name in line for line in complaints) for name in wrong] == [True] * len(wrong)
    assert len(complaints) == len(wrong)


def test_other_pictures_keep_their_proportions_and_are_bright_on_black(here: Path) -> None:
    schema = catalogue.schema("fashion-mnist")
    picture = Image.new("L", (400, 200), 250)
    picture.paste(20, (100, 50, 300, 150))
    picture.save(here / "bag.png")
    found = read_picture(here / "bag.png", schema)
    assert found.shape == (1, 28, 28)
    assert found.dtype == np.uint8
    rows, across = np.nonzero(found[0] > 60)
    assert np.ptp(across) == pytest.approx(2 * np.ptp(rows), abs=1.5)
    assert found[0, 0, 0] < 10


def test_digits_for_small_pictures_fill_them(here: Path) -> None:
    picture = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(picture).ellipse((60, 30, 140, 170), outline=0, width=14)
    picture.save(here / "zero.png")
    found = read_picture(here / "zero.png", catalogue.schema("uci-digits"))
    assert found.shape == (1, 8, 8)
    assert found[0, 0].any()
    assert found[0, -1].any()
    assert found[0, 3:5, 3:5].mean() < found[0].mean(), "the middle of a 0 is empty"


# --- tables


@pytest.fixture
def houses(here: Path, capsys: Shown) -> Project:
    """The house network, hardly trained, as a file."""
    assert main(["new", "houses", "houses"]) == 0
    assert main(["train", "houses", "--epochs", "1"]) == 0
    capsys.readouterr()
    return read(here / "houses.sketchnet")


def test_columns_are_found_by_name_in_any_order(houses: Project, here: Path, capsys: Shown) -> None:
    columns = catalogue.schema("houses").columns
    row = dict(zip(columns, (100.0, 3.0, 20.0, 5.0), strict=True))
    shuffled = [columns[2], "of no use", columns[0], columns[3], columns[1]]
    cells = [str(row.get(name, "word")) for name in shuffled]
    (here / "named.csv").write_text("\ufeff" + ";".join(shuffled) + "\n" + ";".join(cells) + "\n\n", encoding="utf-8")
    short = [name.partition(" (")[0].title() for name in columns]
    (here / "short.csv").write_text(",".join(short) + "\n100,3,20,5\n")
    (here / "bare.csv").write_text("100,3,20,5\n")
    answers = []
    for name in ("named", "short", "bare"):
        assert main(["predict", "houses", "--csv", f"{name}.csv"]) == 0
        answers.append(lines(capsys))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0]["row"] == 1
    signature = catalogue.schema("houses").signature()
    predictor = Predictor(houses.graph, signature, houses.run.weights, houses.run.preparation)
    expected = predictor.predict(np.array([[100, 3, 20, 5]], dtype=np.float32))[0]
    values = answers[0][0]["values"]
    assert isinstance(values, dict)
    assert list(values) == list(signature.target.names)
    assert np.array_equal(np.array(list(values.values()), dtype=np.float32), expected)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("1,2,3\n", "3 columns; the network takes 4"),
        ("area (m²),age (years)\n1,2\n", "lacks the columns bedrooms"),
        ("1,2,3,4\n1,2,x,4\n", "line 2, column age (years): expected a number, found 'x'"),
        ("1,2,3,4\n1,2\n", "line 2 has 2 cells, 4 expected"),
        ("1,2,3,4\n1,2,,4\n", "line 2, column age (years): expected a number, found an empty cell"),
        ("1,2,3,4\n1,2,nan,4\n", "found 'nan'"),
        ("1,2,3,4\n1,2,1e99,4\n", "'1e99' is too large"),
        ("area,bedrooms,age,distance\n", "no rows below"),
    ],
)
def test_a_table_that_does_not_fit_says_where(
    text: str, part: str, houses: Project, here: Path, refused: Refused
) -> None:
    (here / "table.csv").write_text(text, encoding="utf-8")
    assert part in refused("predict", "houses", "--csv", "table.csv")


def test_tables_that_are_no_text(houses: Project, here: Path, refused: Refused) -> None:
    for data in (b"1\x00,2\x00\x00", b"\xff\xfe\x00\x001\x00\x00\x00", b"\xff\xfe1\x00,", b"Gr\xf6\x81e,x\n1,2\n"):
        (here / "table.csv").write_bytes(data)
        assert "UTF-8" in refused("predict", "houses", "--csv", "table.csv")
    assert "nowhere.csv" in refused("predict", "houses", "--csv", "nowhere.csv")
    (here / "folder.csv").mkdir()
    assert refused("predict", "houses", "--csv", "folder.csv").startswith("folder.csv cannot be read: ")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
def test_a_table_without_end_is_not_read_for_ever(
    houses: Project, here: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.data.tables.text.LARGEST", 1_000_000)
    assert "larger than 1 MB" in refused("predict", "houses", "--csv", "/dev/zero")


def test_pictures_as_rows_of_numbers(here: Path) -> None:
    schema = catalogue.schema("uci-digits")
    pictures = catalogue.load("uci-digits").test.inputs[:3]
    text = "\n".join(",".join(map(str, picture.ravel())) for picture in pictures)
    (here / "pictures.csv").write_text(text)
    assert np.array_equal(read_rows(here / "pictures.csv", schema), pictures)


def test_a_table_takes_little_more_memory_than_its_numbers(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.tables.text.LARGEST", 1_000_000)
    (here / "long.csv").write_text("1,2,3,4\n" * 50_000, encoding="utf-8")
    tracemalloc.start()
    try:
        rows = read_rows(here / "long.csv", catalogue.schema("iris"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rows.shape == (50_000, 4)
    assert peak < 8 * rows.nbytes


@pytest.mark.parametrize("row", ["1," * 600_000, '"1\n2",' * 200_000], ids=["one line", "many lines"])
@pytest.mark.parametrize("before", ["", "1,2,3,4\n"], ids=["first", "later"])
def test_an_endless_row_is_refused(row: str, before: str, here: Path, houses: Project, refused: Refused) -> None:
    (here / "wide.csv").write_text(before + row, encoding="utf-8")
    assert "longer than 1,000,000 characters" in refused("predict", "houses", "--csv", "wide.csv")


def test_predict_says_what_it_takes(houses: Project, file: Path, here: Path, refused: Refused) -> None:
    assert "--csv" in refused("predict", "houses", status=2)
    assert "--csv" in refused("predict", "houses", "a.png", "--csv", "b.csv", status=2)
    assert "does not look at images; it takes area" in refused("predict", "houses", "a.png")
    write(replace(houses, run=replace(houses.run, weights=None)), here / "bare.sketchnet")
    assert "not trained yet" in refused("predict", "bare", "--csv", "b.csv")


def test_an_answer_that_is_no_number_is_refused(houses: Project, here: Path, refused: Refused) -> None:
    assert houses.run.weights is not None
    broken = {name: np.full_like(array, 1e38) for name, array in houses.run.weights.items()}
    write(replace(houses, run=replace(houses.run, weights=broken)), here / "h.sketchnet")
    (here / "t.csv").write_text("100,3,10,5\n", encoding="utf-8")
    assert "not finite" in refused("predict", "h.sketchnet", "--csv", "t.csv")


def test_weights_of_another_drawing_are_refused(digits: Project, here: Path, refused: Refused) -> None:
    assert digits.run.weights is not None
    wrong = {name: array[..., :1] for name, array in digits.run.weights.items()}
    write(replace(digits, run=replace(digits.run, weights=wrong)), here / "wrong.sketchnet")
    ink(1, 60).save(here / "one.png")
    assert refused("predict", "wrong", "one.png")


# --- source


def test_the_source_runs_alone_and_gives_the_same(
    file: Path, here: Path, digits: Project, capsys: Shown, clean_environment: dict[str, str]
) -> None:
    assert main(["source", "digits", "--out", "network.py"]) == 0
    assert "network.safetensors" in capsys.readouterr().out
    schema = catalogue.schema("strokes")
    rows = catalogue.load("strokes", options=digits.recipe.dataset_options).test.inputs[:8]
    np.save(here / "rows.npy", rows)
    script = (
        "import numpy, torch, network\n"
        "assert not any(name.startswith('engine') for name in __import__('sys').modules)\n"
        "model = network.load()\n"
        "rows = torch.from_numpy(numpy.load('rows.npy')).float()\n"
        "with torch.inference_mode():\n"
        "    numpy.save('outputs.npy', torch.softmax(model(network.prepare(rows)), 1).numpy())\n"
    )
    environment = {**clean_environment, "PYTHONPATH": str(here)}
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=here, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    predictor = Predictor(digits.graph, schema.signature(), digits.run.weights, digits.run.preparation)
    assert np.array_equal(np.load(here / "outputs.npy"), predictor.predict(rows))


def test_the_source_is_python_in_every_encoding(
    houses: Project, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(replace(houses, title="Größe in m²"), here / "named.sketchnet")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["source", "named"]) == 0
    text = stream.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    compile(text, "named.py", "exec")
    assert r"Gr\xf6\xdfe" in text


def test_the_source_is_printed(file: Path, digits: Project, capsys: Shown, here: Path, refused: Refused) -> None:
    assert main(["source", "digits"]) == 0
    text = capsys.readouterr().out
    compile(text, "network.py", "exec")
    assert "class Digits(nn.Module):" in text, "a project without a title is called by its file"
    write(replace(digits, run=replace(digits.run, weights=None, preparation=None)), here / "bare.sketchnet")
    assert main(["source", "bare", "--out", "bare.py"]) == 0
    assert not (here / "bare.safetensors").exists()
    capsys.readouterr()
    assert ".py" in refused("source", "digits", "--out", "network.txt")


def test_values_far_outside_come_with_a_warning(houses: Project, here: Path, capsys: Shown) -> None:
    (here / "rows.csv").write_text("100,3,20,5\n12000,3,20,5\n100,3,20,5000\n")
    assert main(["predict", "houses", "--csv", "rows.csv"]) == 0
    shown = capsys.readouterr()
    first, second, third = (json.loads(line) for line in shown.out.splitlines())
    assert "warnings" not in first
    for line, column in ((second, 0), (third, 3)):
        assert len(line["warnings"]) == 1
        assert catalogue.schema("houses").columns[column] in line["warnings"][0]
        assert "far above" in line["warnings"][0]
    assert shown.err.count("\n") == 1
    for part in ("row 2", "12,000", "2 rows of 3"):
        assert part in shown.err


def test_pixels_on_the_wrong_scale_are_said_once(file: Path, here: Path, capsys: Shown) -> None:
    pixels = np.asarray(ink(3)).reshape(1, -1) / 255
    (here / "pixels.csv").write_text("\n".join(",".join(f"{value:.4f}" for value in row) for row in [*pixels] * 3))
    assert main(["predict", "digits", "--csv", "pixels.csv"]) == 0
    shown = capsys.readouterr()
    assert all("multiplied by 255" in json.loads(line)["warnings"][0] for line in shown.out.splitlines())
    assert shown.err.count("multiplied by 255") == 1


def test_a_picture_of_no_digit_comes_with_a_warning(file: Path, here: Path, capsys: Shown) -> None:
    ink(3, 100).save(here / "three.png")
    star = [(100 + 90 * np.sin(2 * np.pi * k * 2 / 5), 100 - 90 * np.cos(2 * np.pi * k * 2 / 5)) for k in range(6)]
    frame = [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0), (0.0, 0.0)]
    strange = prepare_strokes([star, frame, [(0.0, 100.0), (200.0, 100.0)]])
    Image.fromarray(strange).resize((112, 112), Image.Resampling.BICUBIC).save(here / "strange.png")
    assert main(["predict", "digits", "three.png", "strange.png"]) == 0
    shown = capsys.readouterr()
    known, unlike = (json.loads(line) for line in shown.out.splitlines())
    assert "warnings" not in known
    assert unlike["warnings"] == ["This looks like none of the digits the network has learned."]
    assert shown.err == "Warning: strange.png: This looks like none of the digits the network has learned.\n"


def test_rows_of_pixels_that_show_no_digit_come_with_a_warning(file: Path, here: Path, capsys: Shown) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 784)
    rows = [np.asarray(ink(3)).reshape(-1), noise]
    (here / "pixels.csv").write_text("\n".join(",".join(map(str, row)) for row in rows))
    assert main(["predict", "digits", "--csv", "pixels.csv"]) == 0
    shown = capsys.readouterr()
    known, unlike = (json.loads(line) for line in shown.out.splitlines())
    assert "warnings" not in known
    assert unlike["warnings"] == ["This looks like none of the digits the network has learned."]
    assert "row 2" in shown.err
