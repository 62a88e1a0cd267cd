"""What is said of a language model: the figures of a run in sentences, for window and command line. No torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.data.dataset import Schema


def figures_in_words(figures: Mapping[str, Any], schema: Schema | None) -> tuple[str, ...]:
    """Sentences about the figures of a run, the most important first; empty where there are none.

    ``figures`` are those of ``engine.tasks.language_model.learner``: see there for what each means.
    """
    words = []
    for prefix, part, loss in (("", "validation", "validation_loss"), ("test_", "test", "test_loss")):
        nats, perplexity = figures.get(loss), figures.get(f"{prefix}perplexity")
        if isinstance(nats, int | float) and isinstance(perplexity, int | float):
            bits = nats / math.log(2)
            words.append(
                f"{nats:.3f} nats per character on the {part} part: {bits:.2f} bits, as unsure as between "
                f"{perplexity:.1f} equally likely ones (perplexity)."
            )
    right, alone = figures.get("test_accuracy"), figures.get("floor_accuracy")
    if words and isinstance(right, int | float):
        always = "" if not isinstance(alone, int | float) else f"; always the commonest would get {100 * alone:.1f} %"
        words.append(f"The likeliest character came {100 * right:.1f} % of the time{always}.")
    if words and schema is not None and schema.target.size > 1:
        size = schema.target.size
        words.append(f"Guessing blindly among {size:,} tokens would be {math.log(size):.2f} nats.")
    return tuple(words)
