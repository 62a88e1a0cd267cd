"""A table of the user's in the window: opened, judged in the background, trained on, gone and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from engine.data.sources import own_table

pytestmark = pytest.mark.usefixtures("nothing_read")

MOVES = Qt.DropAction.CopyAction


def people(rows: int = 60) -> str:
    lines = [f"{n % 50 + 18},{('Bonn', 'Ulm', 'Kiel')[n % 3]},{'yes' if n % 50 > 20 else 'no'}" for n in range(rows)]
    lines[4] = ",Ulm,no"
    return "age,town,bought\n" + "\n".join(lines) + "\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(people(), encoding="utf-8")
    return path


def opened(desk, path: Path) -> None:
    desk.answers.path = path
    desk.do("open_data")
    desk.until(lambda: desk.recipe().dataset_options.get("path") == str(path), "the table")


def data_page(desk):
    desk.window.document.select([desk.node("Input")])
    QApplication.processEvents()
    return desk.window.inspector.data


def test_a_table_is_opened_trained_on_and_undone(desk, table) -> None:
    desk.use("points-2d", epochs=2)
    opened(desk, table)
    assert desk.window.studio.schema.columns == ("age", "town = Bonn", "town = Kiel", "town = Ulm")
    assert desk.window.document.analysis.shapes[desk.node("Input")].sizes == (4,)
    page = data_page(desk)
    assert page.title_label.text() == "people.csv"
    assert "bought" in page.summary_label.text()
    assert not page.file.status_label.isVisible()
    assert page.file.choose_button.isVisible()
    assert page.prepared_label.text().splitlines()[:2] == ["Preparation", "age: impute missing values; standardise"]
    desk.train_to_the_end()
    assert desk.window.session.trained is not None
    told = data_page(desk).prepared_label.text()
    assert told.startswith("Preparation, measured on the training samples\nage: missing: ")
    assert "town: one-hot, 3 columns; missing: " in told
    desk.until(lambda: desk.window.tryout.table.values, "the form")
    assert desk.troubles == []
    desk.do("undo")
    desk.do("undo")
    assert desk.recipe().dataset == "moons"


def test_a_table_that_is_dropped_becomes_the_data(desk, table) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    event = QDropEvent(QPointF(5, 5), MOVES, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    desk.window.dropEvent(event)
    assert "people.csv is being read" in desk.window.status.text
    desk.until(lambda: desk.recipe().dataset == "own-table", "the table")
    assert "people.csv is the data of this project now" in desk.window.status.text


def test_the_target_is_chosen_among_the_columns(desk, table) -> None:
    opened(desk, table)
    page = data_page(desk)
    field = page.form.field("dataset_options.target")
    assert field.parameter.options == ("", "age", "town", "bought")
    assert field.parameter.labels[0] == "automatic: bought"
    field.combo.setCurrentIndex(2)
    desk.until(lambda: desk.window.studio.schema is not None, "the table again")
    assert desk.window.studio.schema.target.names == ("Bonn", "Kiel", "Ulm")


def test_no_frame_waits_for_a_file(desk, table, monkeypatch) -> None:
    import threading

    from engine.data.tables import raw as raw_table

    read, here, may_go_on = raw_table.read, [], threading.Event()

    def slowly(*given, **named):
        here.append(threading.current_thread())
        assert may_go_on.wait(60)
        return read(*given, **named)

    monkeypatch.setattr(raw_table, "read", slowly)
    desk.use("points-2d", dataset="own-table", dataset_options={"path": str(table)})
    assert desk.window.document.whole_signature is None  # being read
    assert "is being read" in data_page(desk).file.status_label.text()
    may_go_on.set()
    desk.until(lambda: desk.window.document.whole_signature is not None, "the table")
    assert here
    assert threading.main_thread() not in here
    assert not data_page(desk).file.status_label.isVisible()


def test_a_project_whose_table_is_gone_opens_answers_and_keeps_its_weights(desk, table, tmp_path) -> None:
    desk.use("points-2d", epochs=2)
    opened(desk, table)
    desk.train_to_the_end()
    desk.answers.path = tmp_path / "net.sketchnet"
    desk.do("save")
    (tmp_path / "elsewhere").mkdir()
    moved = table.rename(tmp_path / "elsewhere" / "moved.csv")
    own_table.forget()
    desk.use("points-2d")
    assert desk.window.files.open(tmp_path / "net.sketchnet")
    page = data_page(desk)
    assert "people.csv is not there" in page.file.status_label.text()
    assert desk.window.document.analysis.shapes[desk.node("Input")].sizes == (4,)
    assert desk.window.session.fitting is not None
    assert desk.window.session.project().run.weights is not None
    desk.answers.path = moved
    desk.click(page.file.choose_button)
    desk.until(lambda: desk.recipe().dataset_options["path"] == str(moved), "the other file")
    desk.until(lambda: desk.window.session.fitting is not None, "the weights")
    assert not data_page(desk).file.status_label.isVisible()


def test_a_table_that_was_renamed_beside_the_project_is_found(desk, table, tmp_path) -> None:
    desk.use("points-2d", epochs=2)
    opened(desk, table)
    desk.train_to_the_end()
    desk.answers.path = tmp_path / "net.sketchnet"
    desk.do("save")
    moved = table.rename(tmp_path / "moved.csv")
    own_table.forget()
    desk.use("points-2d")
    assert desk.window.files.open(tmp_path / "net.sketchnet")
    assert str(moved) in desk.window.status.text
    desk.until(lambda: desk.window.studio.schema is not None, "the table")
    assert desk.recipe().dataset_options["path"] == str(moved)
    assert desk.window.session.fitting is not None
    assert not desk.window.session.dirty


def test_a_table_that_has_changed_is_said(desk, table, tmp_path) -> None:
    desk.use("points-2d", epochs=2)
    opened(desk, table)
    desk.train_to_the_end()
    desk.answers.path = tmp_path / "net.sketchnet"
    desk.do("save")
    table.write_text(people(90), encoding="utf-8")
    own_table.forget()
    desk.use("points-2d")
    assert desk.window.files.open(tmp_path / "net.sketchnet")
    desk.until(lambda: "has changed since" in data_page(desk).file.status_label.text(), "what has become of it")
    assert desk.window.session.fitting is not None


def test_a_table_that_cannot_be_learned_from_changes_nothing(desk, tmp_path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    before = desk.window.document.sketch
    desk.answers.path = path
    desk.do("open_data")
    desk.until(lambda: "is empty" in desk.window.status.text, "what is wrong with it")
    assert desk.window.document.sketch == before
