"""The small real tables that come with scikit-learn: flowers, wines, tumours, diabetes."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.data.dataset import Array, DataError, Schema, Split
from engine.data.kinds import DataKind, PreparationKind
from engine.data.sources.source import Pool, Source
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories, Quantities, TargetKind, YesNo

_UCI = "CC BY 4.0"

_IRIS = Schema(
    name="iris",
    title="Iris flowers",
    summary="150 iris flowers, each measured at four places with a ruler: which of three species is it?",
    kind=DataKind.TABLE,
    input=Shape.features(4),
    target=Categories(3, ("setosa", "versicolor", "virginica")),
    columns=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    value_range=(0.1, 7.9),
    licence=_UCI,
    origin="R. A. Fisher, 1936; UCI Machine Learning Repository, doi:10.24432/C56C76; shipped with scikit-learn",
)

_WINE = Schema(
    name="wine",
    title="Wines",
    summary="178 Italian wines and thirteen chemical measurements: which of three growers made it?",
    kind=DataKind.TABLE,
    input=Shape.features(13),
    target=Categories(3, ("grower 1", "grower 2", "grower 3")),
    columns=(
        "alcohol (%)", "malic acid (g/l)", "ash (g/l)", "alkalinity of ash", "magnesium (mg/l)", "phenols",
        "flavanoids", "non-flavanoid phenols", "proanthocyanins", "colour intensity", "hue",
        "protein content (OD280/OD315)", "proline (mg/l)",
    ),
    value_range=(0.13, 1680.0),
    licence=_UCI,
    origin="M. Forina and others; UCI Machine Learning Repository, doi:10.24432/C5PC7J; shipped with scikit-learn",
)  # fmt: skip

_CELL = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
    "symmetry", "fractal dimension",
)  # fmt: skip

_BREAST_CANCER = Schema(
    name="breast-cancer",
    title="Breast cancer",
    summary="569 lumps in the breast, each with thirty measurements of its cell nuclei: is it malignant?",
    kind=DataKind.TABLE,
    input=Shape.features(30),
    target=YesNo(1, ("benign", "malignant")),
    columns=tuple(f"{measure} ({which})" for which in ("mean", "error", "worst") for measure in _CELL),
    value_range=(0.0, 4254.0),
    licence=_UCI,
    origin="W. Wolberg, O. Mangasarian, N. Street, W. Street, 1995; UCI Machine Learning Repository, "
    "doi:10.24432/C5DW2B; shipped with scikit-learn",
)

_DIABETES = Schema(
    name="diabetes",
    title="Diabetes",
    summary="442 people with diabetes, ten measurements each: how far has the disease advanced a year later?",
    kind=DataKind.TABLE,
    input=Shape.features(10),
    target=Quantities(1, ("progression after a year",)),
    columns=(
        "age (years)", "sex (1 or 2)", "body mass index", "blood pressure", "total cholesterol", "LDL cholesterol",
        "HDL cholesterol", "cholesterol / HDL", "log triglycerides", "blood sugar",
    ),
    value_range=(0.0, 301.0),
    licence="No licence stated by the authors; shipped with scikit-learn (BSD 3-Clause)",
    origin="B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, 'Least angle regression', 2004; shipped with "
    "scikit-learn",
    answer_preparation=PreparationKind.STANDARDISE,
)  # fmt: skip


def bundled(loader: str, **options: Any) -> tuple[Array, Array]:
    """Inputs and targets from ``sklearn.datasets.loader``, which takes a second to import and so is imported here."""
    try:
        from sklearn import datasets

        found = getattr(datasets, loader)(**options)
    except (ImportError, OSError) as error:
        raise DataError(f"scikit-learn, which carries this table, cannot be loaded ({error}); install it.") from None
    return np.asarray(found.data), np.asarray(found.target)


def _table(schema: Schema, loader: str, rows: int, *, invert: bool = False, **options: Any) -> Source:
    def make(_options: Params) -> Pool:
        inputs, target = bundled(loader, **options)
        targets: Array = target.astype(np.int64)
        if schema.target.kind is TargetKind.YES_NO:
            targets = (1 - target if invert else target).astype(np.float32)
        elif schema.target.kind is TargetKind.VALUES:
            targets = target.astype(np.float32).reshape(len(target), 1)
        return Pool(Split(np.ascontiguousarray(inputs, dtype=np.float32), targets))

    return Source(schema=lambda _options: schema, make=make, rows=lambda _options: rows)


IRIS = _table(_IRIS, "load_iris", 150)
WINE = _table(_WINE, "load_wine", 178)
# scikit-learn counts malignant as 0; "yes" is the finding one looks for.
BREAST_CANCER = _table(_BREAST_CANCER, "load_breast_cancer", 569, invert=True)
DIABETES = _table(_DIABETES, "load_diabetes", 442, scaled=False)
