"""Learning labels: an output a label, each yes or no by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.targets import MultiLabel
from engine.tasks.supervised_objective import SupervisedObjective, plain


class LabelsObjective(SupervisedObjective):
    """Targets are float32 N×labels of 0 and 1; predictions the probability of each label, which do not add up to 1."""

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        values = torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float32))
        return values.reshape(len(values), self.target.size)

    def predict(self, outputs: Tensor) -> Tensor:
        return outputs if self.ending.is_probability else outputs.sigmoid()

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return self._of_each_row(outputs, targets).sum()

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_rows, test_loss; test_exact_match, the share of rows with every label right, test_label_accuracy, the
        share of all labels that are right; test_micro_f1 over all labels together and test_macro_f1, the mean over the
        labels; and by label precision, recall, f1 and support, the rows that have it.

        A label that was never predicted has precision 0, one without test rows recall 0, and either F1 0.
        """
        # Imported here: it takes a second, and only the end of a run needs it.
        from torchmetrics.functional.classification import (
            multilabel_exact_match,
            multilabel_f1_score,
            multilabel_precision,
            multilabel_recall,
        )

        labels = self.target.size
        guesses, right = (self.predict(outputs) > MultiLabel.threshold).int(), (targets > 0.5).int()
        each = {"num_labels": labels, "average": "none"}
        return {
            "test_rows": len(right),
            "test_loss": plain(self.loss(outputs, targets)),
            "test_exact_match": plain(multilabel_exact_match(guesses, right, num_labels=labels)),
            "test_label_accuracy": float((guesses == right).float().mean()),
            "test_micro_f1": plain(multilabel_f1_score(guesses, right, num_labels=labels, average="micro")),
            "test_macro_f1": plain(multilabel_f1_score(guesses, right, num_labels=labels, average="macro")),
            "precision": plain(multilabel_precision(guesses, right, **each).reshape(labels)),
            "recall": plain(multilabel_recall(guesses, right, **each).reshape(labels)),
            "f1": plain(multilabel_f1_score(guesses, right, **each).reshape(labels)),
            "support": plain(right.sum(0)),
        }

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """floor_exact_match and floor_label_accuracy: what is right where each label is always answered as most of the
        training rows have it."""
        usual = learned.mean(0, keepdim=True) > 0.5
        right = (targets > 0.5) == usual
        return {
            "floor_exact_match": float(right.all(1).float().mean()),
            "floor_label_accuracy": float(right.float().mean()),
        }
