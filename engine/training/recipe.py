"""Every setting of a training run as one immutable value that explains itself.

The inspector, the command line and the project file all read the declarations here. Imports no torch, so that the
window is there before torch is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.folding import MOST as MOST_FOLDS
from engine.data.kinds import PreparationKind, SplitKind
from engine.graph.parameter_sets import former_names
from engine.graph.parameters import Choice, Integer, Parameter, Params, Real
from engine.training.augmentation_settings import Augmentation
from engine.training.loss_settings import LossSettings
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.precision_names import AUTO_PRECISION, FULL_PRECISION, HALF_PRECISION
from engine.training.saved_values import MOST_EPOCHS
from engine.training.schedule_settings import ScheduleSettings
from engine.training.settings import DATA, LEARNING, LOSS, RUN, RecipeError, Settings, Text, near, read
from engine.training.task_settings import TaskSettings

__all__ = [
    "PARAMETERS",
    "SECTIONS",
    "Augmentation",
    "LossSettings",
    "OptimizerSettings",
    "Recipe",
    "RecipeError",
    "ScheduleSettings",
    "Setting",
    "Settings",
    "TaskSettings",
]

_SAYS_HOW_TO_SPLIT = 4
_PREPARATIONS = tuple(kind.value for kind in PreparationKind)
_PREPARATION_LABELS = ("automatic", "standardise", "scale to 0 … 1", "none")

PARAMETERS: tuple[Parameter, ...] = (
    Text(name="dataset", title="Dataset", default="strokes", help="The examples to learn from."),
    Real(
        name="validation",
        title="Validation split",
        group=DATA,
        default=0.1,
        low=0.0,
        high=0.9,
        help="The fraction of the samples that is kept aside to check, after every epoch, how well the network does "
        "on what it has not seen. Nothing is ever learned from it.",
    ),
    Real(
        name="test",
        title="Test split",
        group=DATA,
        default=0.15,
        low=0.0,
        high=0.9,
        help="The fraction of all samples that is kept for one last check at the very end. Datasets that come with a "
        "test split of their own keep it.",
    ),
    Choice(
        name="split",
        title="Split rows",
        group=DATA,
        default="auto",
        options=tuple(kind.value for kind in SplitKind),
        labels=("automatic", "randomly", "by group", "in time"),
        help="How the samples are divided. Automatic: in time or by group where a column says when a sample was, or "
        "which belong together; else each class in proportion, equal rows together, and samples that are added at the "
        "end leave the others where they are. Randomly: each class in proportion. By group: no group is both learned "
        "from and judged by. In time: the latest samples are judged by.",
        advanced=True,
    ),
    Integer(
        name="folds",
        title="Cross-validation",
        default=0,
        low=0,
        high=MOST_FOLDS,
        unit="folds",
        help="The folds of cross-validation: all but the test split is divided into so many. Before training, a "
        "network is trained for each on the other folds and judged by it. Mean and standard deviation say how well "
        "such networks do, and how much that varies. 0 is off.",
    ),
    Choice(
        name="preparation",
        title="Prepare inputs",
        group=DATA,
        default="auto",
        options=_PREPARATIONS,
        labels=_PREPARATION_LABELS,
        help="What is done to the inputs before the network sees them. Standardise: mean 0 and standard deviation 1, "
        "measured on the training split only. Automatic: what suits the dataset.",
    ),
    Choice(
        name="answer_preparation",
        title="Prepare targets",
        group=DATA,
        default="auto",
        options=("auto", "standardise", "none"),
        labels=("automatic", "standardise", "none"),
        help="Whether values to be learned are brought to mean 0 and standard deviation 1 for training. Then the loss "
        "is that of the prepared values; errors and predictions are always shown in the values' own units.",
        advanced=True,
    ),
    Integer(
        name="batch_size",
        title="Batch size",
        group=LEARNING,
        default=64,
        low=1,
        high=10_000_000,
        unit="samples",
        help="How many samples are processed before each update of the weights. Larger is faster per sample and "
        "smoother; smaller makes more steps and often learns more per epoch. A single sample left over at the end of "
        "an epoch is skipped: batch normalisation could not use it.",
    ),
    Integer(
        name="epochs",
        title="Epochs",
        group=LEARNING,
        default=10,
        low=1,
        high=MOST_EPOCHS,
        help="How many times training goes through all training samples.",
    ),
    Integer(
        name="patience",
        title="Early stopping",
        group=LEARNING,
        default=0,
        low=0,
        high=1_000_000,
        unit="epochs",
        help="The patience of early stopping: training ends when the validation loss (without a validation split, the "
        "training loss) has not become better for this many epochs, and goes back to the weights of the best epoch; "
        "so does stopping by hand. The last weights are kept too, and can be chosen. 0 is off: all epochs are run and "
        "the last weights are used.",
    ),
    Real(
        name="l1",
        title="L1",
        group=LOSS,
        default=0.0,
        low=0.0,
        high=10.0,
        logarithmic=True,
        help="L1 regularisation: adds the absolute values of all weights, times this, to the loss, so that weights "
        "that help little shrink to about zero. Biases and the scales of normalisation are left alone. 0 is off; "
        "0.00001 is a mild start. The curves show the loss without it.",
        advanced=True,
    ),
    Real(
        name="gradient_clipping",
        title="Gradient clipping",
        group=RUN,
        default=0.0,
        low=0.0,
        high=1e6,
        logarithmic=True,
        help="Limits the norm of the gradient of all parameters together: a longer one is shortened to this, so that "
        "one odd batch cannot throw the network off. 0 is off; 1 is usual for recurrent networks and transformers.",
        advanced=True,
    ),
    Integer(
        name="seed",
        title="Seed",
        group=RUN,
        default=0,
        low=0,
        high=2**31 - 1,
        help="Where the random numbers start, for the first weights, the order of the samples and dropout: the same "
        "seed, settings and machine give the same curves.",
    ),
    Choice(
        name="device",
        title="Device",
        group=RUN,
        default="auto",
        options=("auto", "cpu", "cuda", "mps"),
        labels=("automatic: the fastest", "CPU", "NVIDIA GPU (CUDA)", "Apple GPU (MPS)"),
        help="Where the computation runs: on the CPU, or on a GPU where there is one.",
    ),
    Choice(
        name="precision",
        title="Precision",
        group=RUN,
        default=FULL_PRECISION,
        options=(AUTO_PRECISION, FULL_PRECISION, HALF_PRECISION),
        labels=("automatic: the faster", "32 bit", "16 bit (bfloat16)"),
        help="How many bits each number has in training. 16 bit is a little coarser, and faster on recent processors "
        "and GPUs; on others it is much slower. Automatic: both are tried before the first step, and a run that is "
        "continued keeps what it was begun with. Only training uses it: weights, validation and test stay in 32 bit.",
        advanced=True,
    ),
)
_KNOWN: Mapping[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}

SECTIONS: Mapping[str, type[Settings]] = {
    "task": TaskSettings,
    "augmentation": Augmentation,
    "loss": LossSettings,
    "optimizer": OptimizerSettings,
    "schedule": ScheduleSettings,
}


@dataclass(frozen=True)
class Setting:
    """One line of the inspector: the ``path`` that ``with_setting`` takes, its declaration, and its value now."""

    path: str
    parameter: Parameter
    value: Any

    @property
    def group(self) -> str:
        """The heading it stands under; "" for what no page shows among others."""
        section = SECTIONS.get(self.path.partition(".")[0])
        return self.parameter.group if section is None else section.GROUP


@dataclass(frozen=True)
class Recipe:
    """Every setting of a run. Raises RecipeError when a value is out of bounds or two of them contradict."""

    FORMAT: ClassVar[int] = 4
    """Since 2 settings have the names they have in torch; those of format 1 are read (``Parameter.was``). Since 3 the
    task is an object with settings of its own; before it was a name. Since 4 it says how rows are divided; before,
    they were divided as by "random"."""

    dataset: str = "strokes"
    dataset_options: Mapping[str, Any] = field(default_factory=Params)
    task: TaskSettings = field(default_factory=TaskSettings)
    validation: float = 0.1
    test: float = 0.15
    split: str = "auto"
    folds: int = 0
    preparation: str = "auto"
    answer_preparation: str = "auto"
    augmentation: Augmentation = field(default_factory=Augmentation)
    loss: LossSettings = field(default_factory=LossSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    l1: float = 0.0
    gradient_clipping: float = 0.0
    batch_size: int = 64
    epochs: int = 10
    patience: int = 0
    seed: int = 0
    device: str = "auto"
    precision: str = FULL_PRECISION

    def __post_init__(self) -> None:
        for name, parameter in _KNOWN.items():
            value = getattr(self, name)
            if isinstance(value, str) and not isinstance(parameter, Text | Choice):
                raise RecipeError(f"{parameter.title} must be a number, not {value!r}.")
            object.__setattr__(self, name, read(parameter, value))
        for name, section in SECTIONS.items():
            if not isinstance(getattr(self, name), section):
                raise RecipeError(f"{section.TITLE} must be {section.__name__}(…), not {getattr(self, name)!r}.")
        object.__setattr__(self, "dataset_options", _options(self.dataset_options))
        if self.validation + (0.0 if _brings_test_rows(self.dataset) else self.test) > 0.9 + 1e-9:
            raise RecipeError(
                f"Validation split {self.validation:g} and test split {self.test:g} together leave less than a tenth "
                "of the samples to train on. Make one of them smaller."
            )
        if self.folds == 1:
            raise RecipeError("Cross-validation needs 2 folds or more; 0 switches it off.")
        conflict = self.optimizer.declaration.conflict(self.optimizer.values)
        if conflict:
            raise RecipeError(conflict)

    def with_setting(self, path: str, value: Any) -> Recipe:
        """A copy with one setting changed, for example ``("optimizer.learning_rate", "0.01")``.

        Text is read as a person would type it; a leading ``recipe.`` is allowed. ``optimizer`` alone means
        ``optimizer.kind``. Choosing another dataset clears the options of the last one. Raises RecipeError.
        """
        name, _, rest = path.removeprefix("recipe.").partition(".")
        if name in SECTIONS:
            section: Settings = getattr(self, name)
            change: dict[str, Any] = {name: section.with_setting(rest or "kind", value)}
            return replace(self, **change)
        if name == "dataset_options" and rest:
            value = _option(self.dataset, rest, value) if isinstance(value, str) else value
            return replace(self, dataset_options={**self.dataset_options, rest: value})
        if name == "dataset_options":
            return replace(self, dataset_options=value)
        if name not in _KNOWN or rest:
            raise RecipeError(f"There is no setting called {path!r}. {near(path, self.paths(), self._former_paths())}")
        new = read(_KNOWN[name], value)
        if name == "dataset" and new != self.dataset:
            # With test rows of the data's own the validation part may have grown into what the test part needs now.
            test = self.test if _brings_test_rows(new) else min(self.test, max(0.0, 0.9 - self.validation))
            return replace(self, dataset=new, dataset_options=Params(), test=test)
        return replace(self, **{name: new})

    def with_settings(self, changes: Mapping[str, Any]) -> Recipe:
        """Several settings at once, in any order: datasets and kinds are chosen before what belongs to them."""

        def rank(path: str) -> bool:
            path = path.removeprefix("recipe.")
            return not (path == "dataset" or path in SECTIONS or path.endswith(".kind"))

        recipe, together = self, {}
        for path in sorted(changes, key=rank):
            name = path.removeprefix("recipe.")
            if name in _KNOWN and name != "dataset":
                # What has to agree with one another, as the parts of a split, is changed at once.
                together[name] = read(_KNOWN[name], changes[path])
            else:
                recipe = recipe.with_setting(path, changes[path])
        return replace(recipe, **together)

    def settings(self) -> Iterator[Setting]:
        """All settings in force, in the order of the inspector; only those that the chosen kinds use."""
        for parameter in PARAMETERS:
            yield Setting(parameter.name, parameter, getattr(self, parameter.name))
        for name in SECTIONS:
            section: Settings = getattr(self, name)
            yield Setting(f"{name}.kind", section.kind_parameter(), section.kind)
            for parameter in section.parameters:
                yield Setting(f"{name}.{parameter.name}", parameter, section.values[parameter.name])

    def paths(self) -> tuple[str, ...]:
        """The paths of all settings in force."""
        return tuple(setting.path for setting in self.settings())

    def _former_paths(self) -> dict[str, str]:
        """The paths of settings in force, by the paths they had before."""
        return {
            f"{name}.{former}": f"{name}.{current}"
            for name in SECTIONS
            for former, current in former_names(getattr(self, name).parameters).items()
        }

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"format": self.FORMAT}
        data.update({name: getattr(self, name) for name in _KNOWN})
        data["dataset_options"] = dict(self.dataset_options)
        if not self.folds:
            del data["folds"]  # so that older versions read what they can carry out
        data.update({name: getattr(self, name).to_json() for name in SECTIONS})
        return data

    @classmethod
    def from_json(cls, data: Any) -> Recipe:
        """Read what ``to_json`` wrote; settings left out take their defaults, unknown ones are refused.

        Raises RecipeError.
        """
        if not isinstance(data, Mapping):
            raise RecipeError(f"A recipe must be an object with settings, not {type(data).__name__}.")
        values = dict(data)
        found = values.pop("format", cls.FORMAT)
        if type(found) is not int or not 1 <= found <= cls.FORMAT:
            raise RecipeError(f"This recipe has format {found!r}; this version reads format 1 to {cls.FORMAT}.")
        if found < _SAYS_HOW_TO_SPLIT:
            values.setdefault("split", SplitKind.RANDOM.value)
        known = [*_KNOWN, "dataset_options", *SECTIONS]
        for name in values:
            if name not in known:
                raise RecipeError(f"A recipe has no setting called {name!r}. {near(str(name), known)}")
        for name, section in SECTIONS.items():
            if name in values:
                values[name] = section.from_json(values[name])
        return cls(**values)


def _brings_test_rows(dataset: str) -> bool:
    """Whether the test part has no effect; not for a dataset that is not known here."""
    try:
        return catalogue.brings_test_rows(dataset)
    except DataError:
        return False


def _options(options: Any) -> Params:
    """Dataset options as an immutable mapping of plain values; the dataset itself checks what they mean."""
    if not isinstance(options, Mapping):
        raise RecipeError(f"Dataset options must be an object with settings, not {options!r}.")
    for name, value in options.items():
        plain = isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value))
        if not isinstance(name, str) or not plain:
            raise RecipeError(f"The dataset option {name!r} must be a number, text, true or false, not {value!r}.")
    return Params(options)


def _option(dataset: str, name: str, text: str) -> Any:
    """A dataset's option as a person types it. Raises RecipeError; of what is not known here, ``_scalar``."""
    try:
        declared = {option.name: option for option in catalogue.options(dataset)}
    except DataError:
        declared = {}
    return read(declared[name], text) if name in declared else _scalar(text)


def _scalar(text: str) -> bool | int | float | str:
    """Text as typed: true and false, a number, or itself."""
    word = text.strip()
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    for number in (int, float):
        try:
            value = number(word)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return word
