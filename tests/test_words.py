"""The words on screen are the field's own, so that what one reads here is found in every book and manual.

Every string of the window and of the engine that can be a sentence or a title is read from the syntax tree; docstrings
are not, nor is anything that looks like code, but for those of commands, which are their help. The manual is read line
by line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.data import catalogue
from engine.graph import layers
from engine.graph.parameters import Choice
from engine.reports import automatic
from engine.training.recipe import PARAMETERS, SECTIONS, Recipe

ROOT = Path(__file__).resolve().parent.parent

# What is not to be read on screen, and the word that is to stand there.
FORBIDDEN = {
    r"[Tt]he usual one\b": "the name of the loss",
    r"\bas recommended\b": "the name of the preparation",
    r"\bmean (of )?0 and (a )?spread\b|\bspread of (1|zero|about)\b": "standard deviation",
    r"\bslant(s|ed|ing)?\b|\bSlant\b|\bTurn, scale\b": "shear, rotate",
    r"\bHolds? the run\b|\bGo on with the run\b": "Pause, Resume",
    r"\bTake back the last change\b|\bDo again what\b": "Undo, Redo",
    r"\bDon't save\b|\bLeave it out$": "Discard",
    r"\bTake out of its chain\b": "Detach",
    r"\bwhat hangs together\b": "Highlight connected",
    r"\bExclusive or\b": "XOR",
    r"^Clouds$": "Blobs",
    r"\b[Uu]nfold(ed)?\b": "Ungroup",
    r"\b(looks?|look) back\b": "causal",
    r"\b([Tt]he|[Tt]his|[Aa]nother|its|whole|empty) drawing\b(?! (as|pad))": "diagram; a drawing is on the pad",
    r"\b[Bb]oth ways\b": "bidirectional",
    r"\bshort cut\b": "shortcut",
    r"\b(many|few|fewer|million|holds as) weights\b": "parameters, for their number",
    r"\b(training|validation|test) rows\b": "samples, images or split",
    r"\b[Rr]ows to (learn from|train on)\b": "training samples",
    r"\brows a second\b": "samples per second",
    r"\b(validation|test|Validation|Test) part\b": "split",
    r"\brun with patience\b|^Patience \(|\bthe dice\b": "early stopping, random numbers",
    r"\banswers to “": "matches",
    r"\bgraphics cards?\b|\bthe processor\b": "GPU, CPU",
    r"\bnot here yet\b": "not downloaded",
    r"\b(Wipe|wipe) the\b": "Clear",
    r"\b[Tt]he recipe (asks|says)\b": "training settings",
    r"\b([Pp]ictures?|PICTURES?)\b": "image",
    r"\b[Rr]ight answer|\b[Aa]lways answer|\b([Tt]he|no) (network's )?answer appears\b|\bno answer\b": "prediction",
    r"\b([Pp]repared?|standardised|as many as .*) answers\b|\b[Tt]he answers of\b": "targets",
    r"\bsize of the answer\b|\bone per answer\b": "target",
    r"\bby heart\b|\blearned nothing that holds\b": "memorise, generalise",
    r"^Train on$|\*Train on\*|\b[Gg]o on (from|with)\b|\b[Gg]oes on (from|with)\b": "Continue, resume",
    r"\bis there already\b": "already exists",
    r"\bafresh\b": "from scratch",
    r"\b[Mm]end\b": "correct, repair",
    r"\b[Rr]eplace by\b": "Replace with",
    r"\brun in a circle\b": "cycle",
    r"\b(part|parted) by (commas|\{)|\bbears? the name\b": "separated, named",
    r"\bbeyond all (numbers|bounds)\b|\bis no number\b|\bno number any more\b": "not finite",
    r"(?<!here )\b(is|are) no (token|class|part of|block|probabilities)\b": "is not a",
    r"\b(taken|takes) (twice|the (softmax|sigmoid))\b|\bgets sure\b": "applies, confident",
    r"\bwent astray\b|\b(was|were) let go\b|\bin hand$": "diverged, dropped, picked up",
    r"\bstays? free for\b|\bends what one\b|\bAt first$": "reserved, cancels, Default",
    r"\bOne moment\b|\b[Gg]etting ready to (learn|read)\b": "Loading, preparing",
    r"\banew with\b|\bFetch(ing)?\b": "again, download",
    r"\bby chance\b|\bTake it out\b": "at random, Remove",
    r"\bfor this time\b|\bby itself [a-z-]+\.": "for this run, by default",
    r"\b[Nn]umbers (for|of) each class\b": "Metrics for each class",
}
# Words by which a search finds a layer are also those that people type.
TYPED = {"engine/graph/layers/merge.py": {"short cut"}}


def written(node: ast.expr) -> str | None:
    """The text of a string; what is filled in stands as {}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@cache
def on_screen() -> tuple[tuple[str, int, str], ...]:
    """File, line and text of every string with a space or a capital that is neither a docstring nor a piece of code."""
    return tuple(_strings())


def _strings() -> Iterator[tuple[str, int, str]]:
    for path in sorted((ROOT / "resources" / "manual").glob("*.md")):
        name = path.relative_to(ROOT).as_posix()
        yield from ((name, number, line) for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line)
    for path in sorted((*(ROOT / "gui").rglob("*.py"), *(ROOT / "engine").rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        left_out: set[int] = set()
        if path.parent.name == "cli":
            yield name, 1, ast.get_docstring(tree) or ""
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr):
                left_out.add(id(node.value))
            if isinstance(node, ast.JoinedStr):
                left_out.update(map(id, node.values))
        for node in ast.walk(tree):
            if not isinstance(node, ast.expr) or id(node) in left_out:
                continue
            text = written(node) or ""
            code = text.count("\n") > 2
            if (" " in text or text[:1].isupper()) and not code and text not in TYPED.get(name, ()):
                yield name, node.lineno, text


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=FORBIDDEN.values())
def test_words_of_our_own_are_not_on_screen(pattern: str) -> None:
    found = [f"{name}:{line}: {text}" for name, line, text in on_screen() if re.search(pattern, text)]
    assert not found, f"write {FORBIDDEN[pattern]}"


def test_strings_of_the_window_the_engine_and_the_manual_are_found() -> None:
    texts = {text for _, _, text in on_screen()}
    assert {"Undo the last change", "Random changes", "Highlight connected", "# Accuracy"} <= texts
    assert any(text.startswith("train: train the network") for text in texts)


def test_every_setting_of_training_and_every_kind_is_explained_in_a_sentence() -> None:
    for parameter in PARAMETERS:
        assert parameter.help.endswith("."), parameter.name
    for section in SECTIONS.values():
        assert section.HELP.endswith("."), section.TITLE
        for kind, parameters in section.KINDS.items():
            assert section.SUMMARIES[kind].endswith("."), (section.TITLE, kind)
            for parameter in parameters:
                assert parameter.help.endswith("."), (kind, parameter.name)


def test_every_layer_and_each_of_its_settings_is_explained_in_sentences() -> None:
    for kind in layers.kinds().values():
        assert kind.summary.endswith("."), kind.name
        assert kind.why.endswith("."), kind.name
        for parameter in kind.parameters:
            assert parameter.help.endswith("."), (kind.name, parameter.name)


@pytest.mark.parametrize(
    ("dataset", "path", "label"),
    [
        ("strokes", "loss.kind", "Automatic: cross-entropy"),
        ("breast-cancer", "loss.kind", "Automatic: binary cross-entropy"),
        ("houses", "loss.kind", "Automatic: mean squared error"),
        ("houses", "preparation", "automatic: standardise"),
        ("houses", "answer_preparation", "automatic: standardise"),
        ("line", "preparation", "automatic: none"),
        ("line", "task.kind", "automatic: Regression"),
    ],
)
def test_an_automatic_choice_says_what_it_comes_to(dataset: str, path: str, label: str) -> None:
    schema = catalogue.schema(dataset)
    setting = next(one for one in Recipe(dataset=dataset).settings() if one.path == path)
    parameter = automatic.named(setting, schema)
    assert isinstance(parameter, Choice)
    assert parameter.label("auto") == label
    unknown = automatic.named(setting, None)
    assert isinstance(unknown, Choice)
    assert unknown.label("auto").casefold() == "automatic"


def test_a_loss_that_is_chosen_does_not_change_what_automatic_comes_to() -> None:
    recipe = Recipe(dataset="houses").with_setting("loss.kind", "huber")
    setting = next(one for one in recipe.settings() if one.path == "loss.kind")
    parameter = automatic.named(setting, catalogue.schema("houses"))
    assert isinstance(parameter, Choice)
    assert (parameter.label("auto"), parameter.label("huber")) == ("Automatic: mean squared error", "Huber")
