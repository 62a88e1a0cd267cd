"""Trying a generator: one sample, others between two noises, and what is said of them; also while it learns."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.training.data_loading import load_rows
from gui.tasks.gan.sample_panel import STEPS, SamplePanel


def panel_of(desk) -> SamplePanel:
    desk.window.resize(1440, 900)
    panel = desk.window.tryout.currentWidget()
    assert isinstance(panel, SamplePanel)
    return panel


def shown(panel: SamplePanel) -> tuple[float, ...]:
    """The numbers of the sample in the table."""
    cells = [panel.table.item(row, 1) for row in range(panel.table.rowCount())]
    return tuple(float(cell.text().replace(",", "")) for cell in cells if cell is not None)


def marked(desk) -> tuple[float, float] | None:
    found = desk.window.results.view("samples").plot.mark
    return found if found is None else tuple(found)


@pytest.mark.parametrize("loss", ["non-saturating", "wasserstein"])
def test_the_slider_leads_from_one_noise_to_another_and_the_point_moves_along(desk, loss: str) -> None:
    desk.use("gan-points", epochs=2, task__loss=loss)
    panel = panel_of(desk)
    assert not panel.found.isVisible()
    assert "not trained yet" in panel.note.text()
    desk.train_to_the_end()
    desk.until(lambda: len(shown(panel)) == 2, "a sample")
    first = shown(panel)
    assert marked(desk) == pytest.approx(first, rel=1e-3)
    assert panel.verdict.text().endswith(" real") == (loss == "non-saturating")
    assert "of training samples lower" in panel.rank.text()
    distance = re.fullmatch(
        r"Distance to the nearest training sample: ([\d.]+)\. Usual between training samples: ([\d.]+)\.",
        panel.distance.text(),
    )
    assert distance is not None
    assert all(float(number) > 0 for number in distance.groups())
    nearest = [float(panel.table.item(row, 2).text()) for row in range(2)]
    points = load_rows(desk.recipe()).train.inputs
    assert np.abs(points - np.array(nearest)).sum(axis=1).min() < 1e-3, "it is one of the training samples"
    panel.slider.setFocus()
    QTest.keyClick(panel.slider, Qt.Key.Key_PageUp)
    desk.until(lambda: shown(panel) != first, "a sample on the way")
    QTest.keyClick(panel.slider, Qt.Key.Key_End)
    assert panel.slider.value() == STEPS
    on_the_way = shown(panel)
    desk.until(lambda: shown(panel) != on_the_way, "the sample at the end of the way")
    last = shown(panel)
    QTest.mouseClick(panel.another, Qt.MouseButton.LeftButton)
    assert panel.slider.value() == 0
    QTest.keyClick(panel.slider, Qt.Key.Key_End)
    desk.until(lambda: shown(panel) != last, "the sample of a third noise")
    QTest.keyClick(panel.slider, Qt.Key.Key_Home)
    desk.until(lambda: shown(panel) == last, "the second noise is where the slider begins now")
    assert shown(panel) != first


def test_questions_are_answered_while_it_learns(desk) -> None:
    desk.use("gan-points", epochs=100_000)
    panel = panel_of(desk)
    desk.do("train")
    desk.until(lambda: len(shown(panel)) == 2, "a sample")
    assert desk.trainer.running
    assert "Still training" in panel.note.text()
    before = shown(panel)
    desk.until(lambda: shown(panel) != before, "the same noise with newer weights")
    panel.slider.setFocus()
    QTest.keyClick(panel.slider, Qt.Key.Key_End)
    desk.until(lambda: marked(desk) == pytest.approx(shown(panel), rel=1e-3), "the marked point")
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")


def test_a_network_of_another_kind_has_no_sample_and_another_panel(desk) -> None:
    desk.use("gan-points", epochs=1)
    panel = panel_of(desk)
    desk.train_to_the_end()
    desk.until(lambda: len(shown(panel)) == 2, "a sample")
    desk.use("points-2d")
    assert not panel.isVisible()
    desk.use("gan-points")
    assert panel.isVisible()
    assert not panel.found.isVisible()
    assert marked(desk) is None
