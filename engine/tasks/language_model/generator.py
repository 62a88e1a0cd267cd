"""What a language model says: the likeliest next characters, and text made of them one by one.

A network looks back at most one window, and at nothing that comes later. So a beginning shorter than a window is filled
up behind its end, where no step that counts looks, and of a longer one the last window counts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.characters import UNKNOWN, encoded, strangers
from engine.graph.inference import infer
from engine.graph.output_activation import OutputActivation, output_activation
from engine.network.build import build
from engine.tasks.queries import Generate, Generated, LearnedNetwork, LikelyTokens, NextTokens
from engine.training import random
from engine.training.weights import check_preparation, load_weights, network_for

BEGINNING = "\n"
"""What an empty beginning stands for: the beginning of a line."""


class TextGenerator:
    """A network with weights that continues text. Any thread may use it; calls wait for one another.

    Raises BuildError when the drawing is not ready, WeightsError when weights or vocabulary are not its own.
    """

    def __init__(self, network: LearnedNetwork) -> None:
        signature = network.schema.signature().at_work()
        check_preparation(network.preparation, signature)
        self.characters = "".join(signature.target.names)
        self.window = signature.input.sizes[0]
        self._ending = output_activation(infer(network.graph, signature))
        self._lock = threading.Lock()
        with random.RNG_LOCK:
            if network.weights:
                self._module = network_for(network.graph, signature, network.weights)
            else:
                self._module = build(network.graph, signature, network.recipe.seed)
        self._module.eval()
        self._module.requires_grad_(False)
        if network.weights:
            self.load(network.weights)

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights of the same drawing, for example a newer snapshot. Raises WeightsError."""
        with self._lock:
            load_weights(self._module, weights)

    def generate(self, query: Generate) -> Generated:
        """Texts that go on from a beginning."""
        texts = tuple("".join(self.stream(query, number)) for number in range(query.count))
        return Generated(texts, remarks=self._remarks(query.prompt))

    def next_tokens(self, query: NextTokens) -> LikelyTokens:
        """The likeliest characters after a text."""
        shares = self._scores(self._tokens(query.text)).softmax(0)
        found = shares.topk(min(query.count, len(shares)))
        pairs = zip(found.indices.tolist(), found.values.tolist(), strict=True)
        return LikelyTokens(
            tuple((self.characters[place], share) for place, share in pairs), self._remarks(query.text)
        )

    def _remarks(self, beginning: str) -> tuple[str, ...]:
        """What is to be said about a beginning: which of its characters the network has never seen."""
        unseen = strangers(beginning, self.characters)
        if not unseen:
            return ()
        listed = " ".join(unseen[:20]) + (" …" if len(unseen) > 20 else "")
        many = len(unseen) > 1
        return (
            f"The text that was learned from has no {listed}: the network takes {'them' if many else 'it'} for an "
            "unknown character.",
        )

    def stream(self, query: Generate, number: int = 0) -> Iterator[str]:
        """The beginning, then the characters that follow it, one by one; the same ones for the same query and number.

        Temperature 0 takes the likeliest each time. Characters that are unknown are never said.
        """
        yield query.prompt
        tokens = self._tokens(query.prompt)
        chance = random.generator(query.seed, random.STEP, number)
        for _ in range(query.length):
            scores = self._scores(tokens)
            scores[0] = -torch.inf
            if query.temperature == 0:
                token = int(scores.argmax())
            else:
                shares = ((scores - scores.max()) / query.temperature).softmax(0)
                token = int(torch.multinomial(shares, 1, generator=chance))
            yield self.characters[token]
            tokens = [*tokens[-self.window + 1 :], token]

    def _tokens(self, text: str) -> list[int]:
        text = text or (BEGINNING if BEGINNING in self.characters else self.characters[1:2]) or UNKNOWN
        found: list[int] = encoded(text[-self.window :], self.characters).tolist()
        return found

    def _scores(self, tokens: list[int]) -> torch.Tensor:
        """Logits of what comes after ``tokens``, of which there is a window at most: float64, one a token."""
        row = np.zeros((1, self.window), dtype=np.int64)
        row[0, : len(tokens)] = tokens
        threads = torch.get_num_threads()
        with self._lock:
            # Waking another thread takes longer than what it would do for a single row.
            torch.set_num_threads(1)
            try:
                with torch.inference_mode():
                    outputs = self._module(torch.from_numpy(row))[0, len(tokens) - 1].double()
            finally:
                torch.set_num_threads(threads)
        return outputs.log() if self._ending is OutputActivation.SOFTMAX else outputs.clone()
