"""What a generator makes is seen while it learns: points over the real ones, images in rows through time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import capture_exceptions
from shiboken6 import isValid

from engine.graph.graph import Graph, wire
from engine.graph.layers.generating import GENERATED, REAL
from engine.graph.layout.arranging import layer
from engine.graph.templates.template import begin, behind, data_of
from engine.training.recipe import Recipe
from gui import theme
from gui.document import DocumentState
from gui.tasks.gan.made_points import MadePoints
from gui.tasks.gan.sample_panel import SamplePanel
from gui.tasks.gan.sample_rows import COLUMNS, SampleRows
from gui.tasks.gan.samples import PICTURES, POINTS, SamplesView
from gui.tasks.sample_history import MOST, Moment, SampleHistory, thinned


def view_of(desk) -> SamplesView:
    desk.window.resize(1500, 900)
    view = desk.window.results.view("samples")
    assert isinstance(view, SamplesView)
    desk.until(view.isVisible, "the samples beside the curves")
    return view


def trained(desk) -> None:
    desk.do("train")
    desk.until(lambda: not desk.trainer.running and desk.window.session.trained is not None, "the end of the run")


def test_made_points_lie_over_the_real_ones_with_the_critics_scores_behind(desk) -> None:
    desk.use("gan-points", epochs=3)
    view = view_of(desk)
    assert not view.another.isVisible()
    desk.until(lambda: len(view.plot.places) > 0, "the real points")
    trained(desk)
    desk.until(lambda: len(view.plot.made) == POINTS, "made points")
    desk.until(lambda: "score" in view.plot.words_at(0.0, 0.0), "the critic's scores")
    before = view.plot.made.copy()
    QTest.mouseClick(view.another, Qt.MouseButton.LeftButton)
    desk.until(lambda: not np.array_equal(view.plot.made, before), "samples of other noise")
    desk.use("points-2d")
    assert desk.window.results.view("samples") is None


def test_a_plot_that_is_gone_does_not_hear_of_another_theme(qapp) -> None:
    window = QWidget()
    plot = MadePoints(window)  # held here as it would be until garbage is collected
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(plot)
    with capture_exceptions() as caught:
        theme.apply(qapp, "dark")
        theme.apply(qapp, "light")
    assert not caught


def moments(*steps: int) -> tuple[Moment, ...]:
    pictures = np.zeros((PICTURES, 1, 8, 8), dtype=np.uint8)
    return tuple(Moment(step, pictures + step % 256) for step in steps)


@pytest.mark.parametrize("size", [(300, 200), (900, 120), (700, 190), (1240, 640)])
def test_as_many_rows_are_shown_as_find_room(qtbot, size: tuple[int, int]) -> None:
    view = SampleRows()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_moments(moments(*range(0, 200, 10)))
    rows = view.rows()
    side, _ = view.layout_of()
    assert [len(images) for _, images in rows] == [COLUMNS] * len(rows)
    assert len(rows) >= 3
    assert len(rows) * side <= size[1]
    assert COLUMNS * side <= size[0]
    assert rows[0][0] == "step 0"
    assert rows[-1][0] == "now"
    assert rows[-1][1][0].pixelColor(0, 0).red() == 190
    assert not view.grab().isNull()
    view.show_moments(moments(70))
    assert [words for words, _ in view.rows()][:2] == ["now", ""], "more of the only moment there is"


def test_of_many_moments_those_stay_whose_steps_grow_by_about_the_same_factor() -> None:
    kept = [moment.step for moment in thinned(moments(*range(0, 1_001, 5)), 6)]
    assert kept[0] == 0
    assert kept[-1] == 1_000
    factors = [(later + 1) / (sooner + 1) for sooner, later in pairwise(kept)]
    assert len(factors) == 5
    assert max(factors) < 3 * min(factors), kept
    history = SampleHistory()
    for moment in moments(*range(0, 5_000, 7)):
        if history.lacks(moment.step):
            history.add(moment.step, moment.pictures)
    steps = [moment.step for moment in history.moments]
    assert steps[0] == 0
    assert len(steps) <= MOST
    history.add(100, moments(100)[0].pictures)
    assert [moment.step for moment in history.moments][-1] == 100
    assert max(moment.step for moment in history.moments) == 100, "what was made later is of another run"


def generator_of_digits() -> Graph:
    """Noise to 8×8 images, and a critic, both as small as can be."""
    graph = begin().add("Noise", size=8)
    steps = (layer("Linear", out_features=64), layer("Sigmoid"), layer("Reshape", sizes=(1, 8, 8), axes="picture"))
    graph = behind(graph, graph.last, *steps)
    made = graph.last
    graph = graph.add("RealOrFake")
    switch = graph.last
    graph = graph.connect(wire(data_of(graph), switch, REAL)).connect(wire(made, switch, GENERATED))
    graph = behind(graph, switch, layer("Flatten"), layer("Linear", out_features="answer"))
    return graph.connect(wire(graph.last, graph.of_kind("Output")[0].id))


def use_digits(desk, epochs: int) -> None:
    recipe = Recipe().with_settings({"dataset": "uci-digits", "task.kind": "gan", "epochs": epochs, "batch_size": 256})
    desk.window.resize(1440, 900)
    desk.use("gan-points")
    desk.window.document.reset(DocumentState(generator_of_digits(), recipe))
    QApplication.processEvents()


def test_the_same_noises_are_followed_through_training_whether_or_not_one_looks(desk) -> None:
    use_digits(desk, epochs=100_000)
    results = desk.window.results
    view = results.view("samples")
    assert results.currentWidget() is view, "rows need the width, and are what shows a run best"
    results.bring("layers")
    desk.do("train")
    desk.until(lambda: not view.isVisible() or results.bring("layers"), "another tab")
    desk.until(lambda: len(view.history.moments) >= 3, "moments of the run")
    assert not view.isVisible()
    panel = desk.window.tryout.currentWidget()
    assert isinstance(panel, SamplePanel)
    desk.until(lambda: panel.sample.image is not None, "a sample while it learns")
    assert "Still training" in panel.note.text()
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    results.bring("samples")
    desk.until(lambda: desk.window.session.trained.test, "what the test says")
    trained = desk.window.session.trained
    desk.until(lambda: view.history.moments[-1].step == trained.steps, "the samples of the end")
    steps = [moment.step for moment in view.history.moments]
    assert steps == sorted(set(steps))
    rows = view.images.rows()
    assert len(rows) >= 3
    assert [len(images) for _, images in rows] == [COLUMNS] * len(rows)
    before = rows[-1][1][0]
    QTest.mouseClick(view.another, Qt.MouseButton.LeftButton)
    assert view.images.rows()[-1][1][0] != before
    assert [moment.step for moment in view.history.moments] == steps
    assert panel.nearest.image is not None
    assert panel.distance.text().count(" %.") == 2
    assert panel.nearest.image.size() == panel.sample.image.size() == QSize(8, 8)
    assert all(end.isVisible() and end.image is not None for end in panel.ends)
    desk.do("undo")
    desk.until(lambda: not view.history.moments, "nothing made, as before the run")
    assert not panel.found.isVisible()
