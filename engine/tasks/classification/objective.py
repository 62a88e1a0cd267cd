"""Learning classes: one of several, or yes and no."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.output_activation import OutputActivation
from engine.tasks.supervised_objective import SupervisedObjective, plain


class _Classification(SupervisedObjective):
    """Targets are class numbers or, of samples that were mixed, probabilities: then the likeliest class is right."""

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        likeliest = targets.argmax(1) if targets.dim() == 2 else targets.round()
        return self._of_each_row(outputs, likeliest).sum()

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_rows, test_loss, test_accuracy, and by class precision, recall, f1; confusion[right][predicted].

        The loss is the one trained with: with its class weights and label smoothing, if any. A class that was never
        predicted has precision 0, one without test rows recall 0.
        """
        # Imported here: it takes a second, and only the end of a run needs it.
        from torchmetrics.functional.classification import (
            multiclass_confusion_matrix,
            multiclass_f1_score,
            multiclass_precision,
            multiclass_recall,
        )

        probabilities = self.predict(outputs)
        classes = probabilities.shape[1]
        guesses, right = probabilities.argmax(1), targets.long()
        result: dict[str, Any] = {
            "test_rows": len(right),
            "test_loss": plain(self.loss(outputs, targets)),
            "test_accuracy": int((guesses == right).sum()) / max(1, len(right)),
        }
        scores = {"precision": multiclass_precision, "recall": multiclass_recall, "f1": multiclass_f1_score}
        for name, score in scores.items():
            result[name] = plain(score(guesses, right, num_classes=classes, average="none"))
        result["confusion"] = plain(multiclass_confusion_matrix(guesses, right, num_classes=classes))
        return result

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """floor_class, the class that most training rows have (the first of several), and floor_accuracy, its share
        of the rows."""
        most = int(torch.bincount(learned.long().reshape(-1)).argmax())
        return {
            "floor_class": most,
            "floor_accuracy": int((targets.long().reshape(-1) == most).sum()) / max(1, len(targets)),
        }


class ClassesObjective(_Classification):
    """One of several classes: an output a class, the largest is the prediction."""

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(targets, dtype=np.int64))

    def predict(self, outputs: Tensor) -> Tensor:
        if self.ending is OutputActivation.SOFTMAX:
            return outputs
        return outputs.exp() if self.ending is OutputActivation.LOG_SOFTMAX else outputs.softmax(1)


class YesNoObjective(_Classification):
    """Yes or no: one output; the larger, the surer is yes."""

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float32).reshape(-1))

    def predict(self, outputs: Tensor) -> Tensor:
        yes = outputs[:, 0] if self.ending.is_probability else outputs[:, 0].sigmoid()
        return torch.stack([1 - yes, yes], dim=1)
