"""Language models: what they learn from, that they cannot see the answer, their figures, and what they say."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.data.dataset import Dataset
from engine.data.preparation import Preparation
from engine.data.text_windows import TextInMemory, TextSource, text_dataset, tokens_of
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.network.build import build
from engine.network.source import source
from engine.running.run import Run, evaluate
from engine.tasks.language_model.generator import TextGenerator
from engine.tasks.language_model.windows import WindowLoader
from engine.tasks.queries import Generate, LearnedNetwork, NextTokens
from engine.training.recipe import Recipe
from engine.training.state import TrainingState
from engine.training.weights import WeightsError, load_weights
from tests.engine.network.networks import executed
from tests.engine.stopping import StopAfter

WINDOW = 12
VERSE = "the quick brown fox jumps over the lazy dog.\n"
TEXT = "".join(VERSE[k % 7 :] for k in range(60))
SOURCE = TextSource("python-topics", "A verse", "", "", "")
CPU = torch.device("cpu")


def small(*, causal: bool = True) -> Graph:
    memory = layer("LSTM", hidden_size=10, output="sequence")
    look = layer("MultiheadAttention", num_heads=2, causal=causal)
    answer = layer("Linear", out_features="answer", last_axis=True)
    return chain([layer("Embedding", embedding_dim=8), memory, layer("Dropout", p=0.2), look, answer])


def rows(text: str = TEXT) -> Dataset:
    return text_dataset(SOURCE, TextInMemory(text), WINDOW, 0.1, 0.1)


def recipe(**changes: object) -> Recipe:
    usual = {"dataset": "python-topics", "dataset_options.window": WINDOW, "test": 0.1, "epochs": 2, "batch_size": 32}
    return Recipe().with_settings({**usual, "optimizer.kind": "AdamW", "gradient_clipping": 1.0, **changes})


def learned(outcome, graph: Graph, data: Dataset) -> LearnedNetwork:
    return LearnedNetwork(graph, recipe(), data.schema, outcome.weights, outcome.preparation)


@pytest.fixture(scope="module")
def trained():
    graph, data = small(), rows()
    outcome = Run(graph, recipe(), data).run()
    assert outcome.state == "finished"
    return graph, data, outcome


def _through_file(state: TrainingState) -> TrainingState:
    return TrainingState(dict(state.tensors), json.loads(json.dumps(state.position, allow_nan=False)))


# What is learned from


def test_training_validation_and_test_follow_one_another() -> None:
    data = rows()
    read = "".join(
        "".join(data.schema.target.names[token] for token in tokens_of(split).tolist())
        for split in (data.train, data.validation, data.test)
    )
    assert len(TEXT) - len(read) < 3 * WINDOW
    begin = len(TEXT) - 2 * round(0.1 * len(TEXT))
    assert TEXT.startswith(read[: len(data.train) * WINDOW + 1])
    assert TEXT[begin:].startswith(read[len(data.train) * WINDOW + 1 :][: len(data.validation) * WINDOW + 1])


def test_the_vocabulary_is_that_of_the_training_part() -> None:
    text = TEXT[:-40] + "☃" * 40
    data = rows(text)
    assert "☃" not in data.schema.target.names
    assert (data.test.inputs == 0).any()
    assert not (data.train.inputs == 0).any()


def test_windows_are_views_and_their_targets_come_one_later() -> None:
    data = rows()
    assert data.train.inputs.base is not None
    assert np.shares_memory(data.train.inputs, data.train.targets)
    assert (data.train.inputs[:, 1:] == data.train.targets[:, :-1]).all()
    assert (data.train.inputs[1:, 0] == data.train.targets[:-1, -1]).all()


def test_an_epoch_goes_through_the_text_once_from_another_place_each_time() -> None:
    tokens = np.arange(100, dtype=np.int16)
    loader = WindowLoader(tokens, 9, CPU)
    seen = []
    for epoch in range(30):
        order = loader.order(3, epoch)
        assert torch.equal(order, loader.order(3, epoch))
        inputs, targets = loader.take(order)
        assert torch.equal(inputs + 1, targets)
        assert inputs.dtype == torch.int64
        assert len(inputs.unique()) == inputs.numel() == loader.rows * 9
        seen.append(tuple(order.tolist()))
    assert len({min(order) for order in seen}) > 5
    assert len(set(seen)) == 30
    assert max(max(order) for order in seen) == 100 - 10  # the very last token is learned too
    everything = torch.cat([targets.flatten() for _, targets in loader.in_order(4)])
    assert torch.equal(everything, torch.arange(1, 100))


@pytest.mark.parametrize("length", [10, 11, 18, 19, 20])
def test_a_text_of_a_window_or_two(length: int) -> None:
    loader = WindowLoader(np.arange(length, dtype=np.int16), 9, CPU)
    for epoch in range(8):
        inputs, targets = loader.take(loader.order(0, epoch))
        assert len(inputs) == loader.rows == 1
        assert int(targets.max()) < length


# That it cannot see the answer


@pytest.mark.parametrize("name", ["char-lstm", "char-gpt"])
def test_a_template_gives_nothing_that_depends_on_later_characters(name: str) -> None:
    signature = text_dataset(SOURCE, TextInMemory(TEXT), 16, 0.1, 0.1).schema.signature()
    module = build(templates.build(name), signature, 0).eval()
    tokens = torch.randint(signature.target.size, (2, 16), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = module(tokens)
        for place in range(16):
            other = tokens.clone()
            other[:, place] = (other[:, place] + 1) % signature.target.size
            after = module(other)
            assert torch.allclose(after[:, :place], before[:, :place], atol=1e-5)
            assert not torch.allclose(after[:, place], before[:, place], atol=1e-5)


def test_a_network_that_sees_the_answer_is_not_trained() -> None:
    outcome = Run(small(causal=False), recipe(), rows()).run()
    assert outcome.failure is not None
    assert "can see the answer" in outcome.message


# Learning


def test_stopped_after_any_step_it_ends_as_if_it_had_never_been(trained) -> None:
    graph, data, whole = trained
    steps = int(whole.history[-1]["step"])
    for stop in range(steps):
        part = Run(graph, recipe(), data, control=StopAfter(stop)).run()
        assert part.state == "stopped"
        assert part.training is not None
        again = Run(graph, recipe(), data, resume=_through_file(part.training)).run()
        assert again.test == whole.test
        for name, array in whole.weights.items():
            assert array.tobytes() == again.weights[name].tobytes(), (stop, name)


def test_a_step_is_that_of_a_plain_loop() -> None:
    answer = layer("Linear", out_features="answer", last_axis=True)
    graph, data = chain([layer("Embedding"), layer("GRU", output="sequence"), answer]), rows()
    settings = recipe(epochs=1)
    outcome = Run(graph, settings, data).run()
    module = build(graph, data.schema.signature(), 0)
    optimizer = torch.optim.AdamW(module.parameters(), lr=settings.optimizer.learning_rate, weight_decay=0.01)
    loader = WindowLoader(tokens_of(data.train), WINDOW, CPU)
    for part in loader.order(0, 0).split(32):
        inputs, targets = loader.take(part)
        optimizer.zero_grad()
        functional.cross_entropy(module(inputs).transpose(1, 2), targets).backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
    for name, tensor in module.state_dict().items():
        assert np.allclose(outcome.weights[name], tensor.numpy(), atol=2e-5), name


def test_the_figures_are_those_of_plain_torch(trained) -> None:
    graph, data, outcome = trained
    module = build(graph, data.schema.signature(), 0).eval()
    load_weights(module, outcome.weights)
    for split, prefix in ((data.validation, ""), (data.test, "test_")):
        inputs, targets = (torch.from_numpy(array.astype(np.int64)) for array in (split.inputs, split.targets))
        with torch.no_grad():
            scores = module(inputs)
        loss = float(functional.cross_entropy(scores.transpose(1, 2), targets))
        assert outcome.test[f"{prefix}perplexity"] == pytest.approx(math.exp(loss), rel=1e-5)
        assert outcome.test[f"{prefix}bits_per_character"] == pytest.approx(loss / math.log(2), rel=1e-5)
        assert outcome.test["test_loss" if prefix else "validation_loss"] == pytest.approx(loss, rel=1e-5)
        right = float((scores.argmax(2) == targets).float().mean())
    assert outcome.test["test_accuracy"] == pytest.approx(right)
    assert outcome.history[-1]["validation_loss"] == pytest.approx(outcome.test["validation_loss"])
    assert outcome.test == evaluate(graph, recipe(), data, outcome.weights, outcome.preparation)
    untrained = math.log(data.schema.target.size)
    assert outcome.history[-1]["validation_loss"] < outcome.history[0]["validation_loss"] < untrained


def test_another_text_is_not_gone_on_with(trained) -> None:
    graph, data, _ = trained
    part = Run(graph, recipe(), data, control=StopAfter(3)).run()
    changed = Run(graph, recipe(), rows(TEXT.replace("fox", "dog", 1)), resume=part.training).run()
    assert "has changed since" in changed.message
    letters = Run(graph, recipe(), rows(TEXT.replace("z", "Z")), resume=part.training).run()
    assert "other characters" in letters.message


# What it says


def test_the_vocabulary_goes_with_the_preparation(trained) -> None:
    _, data, outcome = trained
    kept = Preparation.from_json(json.loads(json.dumps(outcome.preparation.to_json())))
    assert kept == outcome.preparation
    assert tuple(kept.characters) == data.schema.target.names
    for bad in (3, "abc", "\ufffdba", "\ufffdaa", "\ufffd" * 9000):
        with pytest.raises(Exception, match="no vocabulary"):
            Preparation.from_json({**kept.to_json(), "characters": bad})


def test_the_same_seed_says_the_same(trained) -> None:
    generator = TextGenerator(learned(trained[2], *trained[:2]))
    said = ["".join(generator.stream(Generate(prompt="the q", length=40, seed=seed))) for seed in (1, 1, 2)]
    assert said[0] == said[1] != said[2]
    assert said[0].startswith("the q")
    assert len(said[0]) == 45
    coldest = {"".join(generator.stream(Generate(prompt="t", length=20, temperature=0, seed=k))) for k in (1, 2)}
    assert len(coldest) == 1


def test_what_it_expects_is_what_the_network_gives(trained) -> None:
    graph, data, outcome = trained
    generator = TextGenerator(learned(outcome, graph, data))
    module = build(graph, data.schema.signature(), 0).eval()
    load_weights(module, outcome.weights)
    names = data.schema.target.names
    for beginning in ("the ", "the quick brown fox jumps"):
        tokens = [names.index(letter) for letter in beginning][-WINDOW:]
        with torch.no_grad():
            shares = module(torch.tensor([tokens + [0] * (WINDOW - len(tokens))]))[0, len(tokens) - 1].softmax(0)
        for letter, share in generator.next_tokens(NextTokens(beginning, 5)).tokens:
            assert share == pytest.approx(float(shares[names.index(letter)]), rel=1e-4)
    assert sum(share for _, share in generator.next_tokens(NextTokens("", 1000)).tokens) == pytest.approx(1)


def test_unknown_characters_are_told_and_never_said(trained) -> None:
    generator = TextGenerator(learned(trained[2], *trained[:2]))
    assert "€ 🙂" in generator.next_tokens(NextTokens("a€b🙂€")).remarks[0]
    assert generator.next_tokens(NextTokens("the")).remarks == ()
    text = "".join(generator.stream(Generate(prompt="€\ud800", length=30, temperature=2)))
    assert "\ufffd" not in text
    assert text.startswith("€\ud800")


def test_weights_of_another_vocabulary_are_refused(trained) -> None:
    graph, _data, outcome = trained
    other = rows(TEXT.replace("z", "Z"))
    with pytest.raises(WeightsError, match="characters"):
        TextGenerator(learned(outcome, graph, other))


@pytest.mark.parametrize("name", ["char-lstm", "char-gpt"])
def test_the_exported_network_gives_the_same(name: str, tmp_path: Path) -> None:
    signature = text_dataset(SOURCE, TextInMemory(TEXT), 16, 0.1, 0.1).schema.signature()
    graph = templates.build(name)
    module = build(graph, signature, 0).eval()
    written = executed(source(graph, signature, title="Writer", weights_file=None))
    other = written["Writer"]().eval()
    other.load_state_dict(module.state_dict())
    tokens = torch.randint(signature.target.size, (2, 16), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(module(tokens), other(tokens))
        assert len(written["answer"](other(written["read"](["the quick brown fox"])))) == 1
