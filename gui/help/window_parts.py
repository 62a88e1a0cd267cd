"""What the parts of the window are for, in one or two sentences each, by the class of the widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from gui.beside import CurvesPage
from gui.canvas.breadcrumbs import Breadcrumbs
from gui.canvas.find_bar import FindBar
from gui.canvas.minimap import Minimap
from gui.canvas.quick_add import QuickAdd
from gui.canvas.view import Canvas
from gui.gallery.dialog import GalleryDialog
from gui.panels.data_page import DataPage, TableView
from gui.panels.dataset_dialog import DatasetDialog
from gui.panels.goal_page import GoalPage
from gui.panels.inspector import Inspector
from gui.panels.layer_page import LayerPage
from gui.panels.layers_panel import LayersPanel
from gui.panels.outline import Outline
from gui.panels.palette import Palette
from gui.panels.problem_card import ProblemCard
from gui.panels.problems import ProblemsPanel
from gui.panels.shortcuts_dialog import ShortcutsDialog
from gui.panels.task_chooser import TaskChooser
from gui.plots.agreement import AgreementPlot
from gui.plots.confusion import ConfusionMatrix
from gui.plots.curves import Curves
from gui.plots.label_numbers import LabelNumbers
from gui.plots.numbers import ClassNumbers
from gui.plots.sample_gallery import SampleGallery
from gui.progress_pill import ProgressPill
from gui.runs_page import RunsPage
from gui.status import StatusLine
from gui.test_page import TestPage
from gui.toolbar import Toolbar
from gui.tryout.pad import DrawingPad
from gui.tryout.panel import AnswerLabel, TryoutPanel
from gui.tryout.picture_panel import PicturePanel
from gui.tryout.preview import Preview
from gui.tryout.probabilities import ProbabilityBars
from gui.tryout.space import SpaceView
from gui.tryout.table import TablePanel


@dataclass(frozen=True)
class WindowPart:
    """A part of the window; ``entry`` is one of the manual, or ""."""

    title: str
    words: str
    entry: str = ""


_CURVES = WindowPart(
    "Curves",
    "How training is going: the loss of every step, and the validation metrics of every epoch. Curves that part "
    "are a sign of overfitting.",
    "overfitting",
)

PARTS: dict[type[QWidget], WindowPart] = {
    Canvas: WindowPart(
        "Diagram",
        "The network as a diagram: numbers flow along the wires from the data on the left to the goal on the right. "
        "Space or any letter adds a layer; drag from the dot at a layer's edge to connect it with another one.",
        "layer",
    ),
    Minimap: WindowPart("Overview", "The whole diagram at a glance. Drag the frame to see another part of it."),
    Breadcrumbs: WindowPart(
        "Where you are", "You are inside a block. Each button leads back to a level above it.", "layer"
    ),
    FindBar: WindowPart(
        "Find", "Finds layers by name, kind, shape or the value of a setting, and notes by their words."
    ),
    QuickAdd: WindowPart("Add a layer", "Type what the layer is called or what it does; Enter adds it.", "layer"),
    Palette: WindowPart(
        "Palette",
        "Every kind of layer there is. Drag one into the diagram, click it and click where it belongs, or press Enter "
        "to add it after the selected layer.",
        "layer",
    ),
    Outline: WindowPart("Outline", "The diagram as a list, for keyboard and screen reader.", "layer"),
    Inspector: WindowPart(
        "Inspector",
        "What is selected in the diagram, with its settings. With nothing selected it sums up the network.",
    ),
    LayerPage: WindowPart("Layer", "The selected layer: what it does, its settings, its shapes and its cost.", "layer"),
    DataPage: WindowPart("Data", "The dataset the network learns from, and how it is split and prepared.", "dataset"),
    TableView: WindowPart("Rows of the dataset", "The first rows, as they are in the dataset.", "sample"),
    GoalPage: WindowPart("Goal", "How the network is trained: loss, optimizer, and when to stop.", "loss"),
    TaskChooser: WindowPart(
        "What should it learn?",
        "What can be learned from the data. Choosing something else leaves the diagram as it is; where that does not "
        "fit, repairs and templates are offered.",
    ),
    ProblemCard: WindowPart(
        "Problem",
        "Something in the diagram that keeps it from being trained, or is probably a mistake. The buttons make a "
        "repair; Undo reverts it.",
    ),
    Toolbar: WindowPart(
        "Toolbar",
        "The settings changed most often, the buttons that train, and the progress. All settings are on the data "
        "block and the goal block of the diagram.",
    ),
    ProgressPill: WindowPart("Progress", "How far training has come, and how good the network is so far.", "epoch"),
    StatusLine: WindowPart("Status", "Whether the diagram can be trained, and the latest message."),
    Curves: _CURVES,
    CurvesPage: _CURVES,
    TestPage: WindowPart("Test", "How well the network does on samples that it has never seen.", "split"),
    ConfusionMatrix: WindowPart(
        "Confusion matrix",
        "Rows are the actual classes, columns the predicted ones. Correct ones are on the diagonal. Click a cell "
        "to see the samples behind it.",
        "confusion-matrix",
    ),
    LabelNumbers: WindowPart(
        "Metrics for each label",
        "Precision, recall and F1 of each label; a sample may have several.",
        "precision-recall",
    ),
    ClassNumbers: WindowPart("Metrics for each class", "Precision, recall and F1 of each class.", "precision-recall"),
    SampleGallery: WindowPart("Samples", "The test samples of a cell. Click one to try it.", "sample"),
    AgreementPlot: WindowPart(
        "Predicted against actual",
        "Each point is a test sample: the closer to the line, the better the prediction.",
        "mean-absolute-error",
    ),
    SpaceView: WindowPart(
        "Decision",
        "What the network predicts everywhere, with the samples drawn over it: the decision boundary between classes, "
        "or the fitted line.",
    ),
    LayersPanel: WindowPart(
        "Table of layers", "The output shape of each layer, how many parameters it has, and what it costs.", "parameter"
    ),
    RunsPage: WindowPart(
        "Runs", "Every run that was kept: compare their results, and bring one back with its network and weights."
    ),
    ProblemsPanel: WindowPart("Problems", "Everything that is wrong or doubtful in the diagram, with repairs."),
    DrawingPad: WindowPart(
        "Drawing pad",
        "Draw here with mouse, finger or pen, and the network reads along. Delete clears the pad, Backspace undoes "
        "the last stroke.",
    ),
    Preview: WindowPart(
        "What the network sees",
        "Your drawing as the network receives it: scaled and centred like the images it was trained on.",
        "preparation",
    ),
    AnswerLabel: WindowPart("Prediction", "The class with the highest probability.", "accuracy"),
    ProbabilityBars: WindowPart(
        "Probabilities", "The probability that the network gives each class. They add up to 100 %.", "loss"
    ),
    TryoutPanel: WindowPart("Try it out", "Draw something and see what the network makes of it."),
    PicturePanel: WindowPart("Try it out", "Open, drop, paste or paint an image and see the network's answer."),
    TablePanel: WindowPart("Try it out", "Type values and see what the network predicts."),
    DatasetDialog: WindowPart("Datasets", "The data a network can learn from. Some come with the program.", "dataset"),
    GalleryDialog: WindowPart(
        "Templates and examples", "Networks to start from, and examples that are already trained."
    ),
    ShortcutsDialog: WindowPart("Keyboard shortcuts", "Every shortcut. Choose an action to change its keys.", "help"),
}


def part_of(widget: QWidget) -> WindowPart | None:
    """What is said of a widget by its class, or by one that it is made from; views of one kind of learning say it
    themselves, in ``explained``."""
    own: tuple[str, str] | None = getattr(widget, "explained", None)
    if own is not None:
        return WindowPart(*own)
    return next((PARTS[cls] for cls in type(widget).__mro__ if cls in PARTS), None)
