"""The training of a language model as Python: a text or its tokens, windows on it, the loss of the next one."""

from __future__ import annotations

from engine.data.dataset import Array, Dataset
from engine.data.text_windows import tokens_of
from engine.network.source import Training
from engine.tasks.script import choices
from engine.tasks.script.files import train_on_file, usage
from engine.tasks.script.gradient import GENERATOR, GradientScript
from engine.tasks.script.writing import ScriptSetup
from engine.training.metric_kinds import usual_metric


def training(setup: ScriptSetup) -> Training:
    """The part of a file that trains its network as the recipe says."""
    script = _TextScript(setup, usual_metric(setup.signature.target.kind))
    schedule = choices.schedule(setup.recipe.schedule)
    imports = ("import numpy as np", *(["import math"] if "math." in schedule else []))
    either = 'read_npz(path) if path.suffix.lower() == ".npz" else read_text(path)'
    functions = [
        GENERATOR,
        schedule,
        _WINDOWS,
        _LOSS,
        _EVALUATE,
        script.train(),
        _READ,
        train_on_file(setup.data_file, either, "a text or its tokens"),
    ]
    takes = usage(setup.data_file, "FILE.txt or FILE.npz")
    return Training(imports, tuple(script.constants()), tuple(filter(None, functions)), takes)


def arrays(data: Dataset) -> dict[str, Array]:
    """The tokens to learn from and those to judge each epoch by, each one long row."""
    found = {"tokens": tokens_of(data.train)}
    return found | ({"validation_tokens": tokens_of(data.validation)} if len(data.validation) else {})


class _TextScript(GradientScript):
    count = "max(1, (len(tokens) - 1) // WINDOW - 1)"
    order = "window_starts(tokens, epoch)"
    batch = "windows(tokens, rows)"
    judged = "evaluate(network, validation)"

    def constants(self) -> list[str]:
        recipe, window = self.recipe, self.setup.signature.input.sizes[0]
        return [
            *super().constants(),
            f"WINDOW = {window}",
            f"VALIDATION, TEST = {recipe.validation!r}, {recipe.test!r}",
        ]

    def opening(self) -> list[str]:
        return [
            "def train(tokens, validation=None):",
            '    """A network trained on the tokens of a text, one long row.',
            "",
            "    ``validation`` are the tokens to judge each epoch by.",
            '    """',
        ]


_WINDOWS = '''\
def window_starts(tokens, epoch):
    """Where the windows of an epoch begin: end to end, from another place each time."""
    whole = (len(tokens) - 1) // WINDOW
    rows = max(1, whole - 1)  # one less leaves room to begin anywhere in the first
    room = WINDOW if rows < whole else 0
    chance = generator(1, epoch)
    first = torch.randint(room + 1, (1,), generator=chance)
    return first + WINDOW * torch.randperm(rows, generator=chance)


def windows(tokens, starts):
    """The windows that begin at ``starts``, and what comes next at every step."""
    both = tokens[starts[:, None] + torch.arange(WINDOW + 1)].long()
    return both[:, :-1].contiguous(), both[:, 1:].contiguous()'''

_LOSS = '''\
def loss_function(outputs, answers):
    """The training loss: the mean cross-entropy of all tokens, in nats."""
    return F.cross_entropy(outputs.flatten(0, 1), answers.flatten())'''

_EVALUATE = '''\
@torch.no_grad()
def evaluate(network, tokens):
    """The loss of a text, and how often the likeliest character came."""
    network.eval()
    starts = torch.arange(0, len(tokens) - WINDOW, WINDOW)
    loss, right = 0.0, 0.0
    for part in starts.split(64):
        x, y = windows(tokens, part)
        outputs = network(x)
        loss += loss_function(outputs, y).item() * len(part)
        right += (outputs.argmax(2) == y).float().mean().item() * len(part)
    return loss / len(starts), right / len(starts)'''

_READ = '''\
def encode(text):
    """The characters of a text as their numbers; one that is not known is 0."""
    numbers = {character: number for number, character in enumerate(CLASSES)}
    unknown = sorted(set(text) - set(CLASSES))
    if unknown:
        print(f"Not in CLASSES, and read as unknown: {' '.join(map(repr, unknown))}.")
    tokens = torch.tensor([numbers.get(c, 0) for c in text], dtype=torch.int16)
    return tokens[: (len(tokens) - 1) // WINDOW * WINDOW + 1]


def read_text(path):
    """A plain text: the first part to learn from, the next to judge each epoch by."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        sys.exit(f"{path} must be plain text in UTF-8: {error}.")
    held, judged = round(len(text) * VALIDATION), round(len(text) * TEST)
    begin = len(text) - held - judged
    if begin <= WINDOW or 0 < held <= WINDOW:
        sys.exit(f"{path} is too short for windows of {WINDOW} characters.")
    validation = encode(text[begin : begin + held]) if held else None
    return encode(text[:begin]), validation


def read_npz(path):
    """An array called tokens, and one called validation_tokens where there is one."""
    with np.load(path) as file:
        arrays = {name: torch.from_numpy(file[name]) for name in file.files}
    tokens = arrays.get("tokens")
    if tokens is None or tokens.ndim != 1 or len(tokens) <= WINDOW:
        sys.exit(f"{path} must hold an array tokens, of more than {WINDOW} numbers.")
    if not 0 <= tokens.min() <= tokens.max() < len(CLASSES):
        sys.exit(f"The tokens in {path} must be from 0 to {len(CLASSES) - 1}.")
    return tokens, arrays.get("validation_tokens")'''
