"""MNIST and Fashion-MNIST: 70,000 pictures each, in four IDX files that are downloaded on request."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import DataError, Schema, Split
from engine.data.kinds import DataKind
from engine.data.remote import RemoteFile, RemoteSet
from engine.data.sources.source import Pool, Source
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories

TRAIN_ROWS, TEST_ROWS = 60_000, 10_000

MNIST_SCHEMA = Schema(
    name="mnist",
    title="MNIST digits",
    summary="70,000 digits written by about 500 people, 28×28 pixels: the standard benchmark for small images.",
    kind=DataKind.PICTURES,
    input=Shape.picture(1, 28, 28),
    target=Categories(10, tuple("0123456789")),
    columns=(),
    value_range=(0.0, 255.0),
    licence="CC BY-SA 3.0",
    origin="Y. LeCun, C. Cortes, C. Burges, 1998, from handwriting collected by NIST",
)

FASHION_SCHEMA = Schema(
    name="fashion-mnist",
    title="Fashion-MNIST",
    summary="70,000 images of clothes from a shop's catalogue, 28×28 pixels: like MNIST, but harder.",
    kind=DataKind.PICTURES,
    input=Shape.picture(1, 28, 28),
    target=Categories(10,
        (
            "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
        ),
    ),
    columns=(),
    value_range=(0.0, 255.0),
    licence="MIT",
    origin="H. Xiao, K. Rasul, R. Vollgraf (Zalando SE), 2017, https://github.com/zalandoresearch/fashion-mnist",
)  # fmt: skip

_PICTURES, _LABELS = 16 + 28 * 28 * TRAIN_ROWS, 8 + TRAIN_ROWS
_TEST_PICTURES, _TEST_LABELS = 16 + 28 * 28 * TEST_ROWS, 8 + TEST_ROWS

# In the order: training pictures, training labels, test pictures, test labels.
MNIST_FILES = RemoteSet(
    name="mnist",
    title="MNIST",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            _PICTURES, "6bbc9ace898e44ae57da46a324031adb",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432",
            _LABELS, "a25bea736e30d166cdddb491f175f624",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3",
            _TEST_PICTURES, "2646ac647ad5339dbf082846283269ea",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c",
            _TEST_LABELS, "27ae3e4e09519cfbb04c329615203637",
        ),
    ),
)  # fmt: skip

FASHION_FILES = RemoteSet(
    name="fashion-mnist",
    title="Fashion-MNIST",
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
    files=(
        RemoteFile(
            "train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            _PICTURES, "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe",
            _LABELS, "9018921c3c673c538a1fc5bad174d6f9",
        ),
        RemoteFile(
            "t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79",
            _TEST_PICTURES, "8181f5470baa50b63fa0f6fddb340f0a",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310",
            _TEST_LABELS, "15d484375f8d13e6eb1aabb0c3f46965",
        ),
    ),
)  # fmt: skip


def idx_source(schema: Schema, files: RemoteSet, train_rows: int = TRAIN_ROWS, test_rows: int = TEST_ROWS) -> Source:
    """A source of pictures in four IDX files: training pictures and labels, test pictures and labels."""

    def make(_options: Params) -> Pool:
        pictures, labels, test_pictures, test_labels = files.files
        return Pool(
            _split(schema, files, pictures, labels, train_rows),
            _split(schema, files, test_pictures, test_labels, test_rows),
        )

    return Source(
        schema=lambda _options: schema,
        make=make,
        rows=lambda _options: train_rows,
        test_rows=test_rows,
        remote=files,
    )


def _split(schema: Schema, files: RemoteSet, pictures: RemoteFile, labels: RemoteFile, rows: int) -> Split:
    """Pictures with their labels. Raises DataError when what the files hold is not what the schema says."""
    grey, classes = files.load(pictures), files.load(labels)
    expected = (rows, *schema.input.sizes[1:])
    if grey.shape != expected or grey.dtype != np.uint8:
        raise DataError(f"{pictures.name} holds {grey.shape} numbers where {expected} were expected.")
    if classes.shape != (rows,) or classes.dtype != np.uint8 or int(classes.max(initial=0)) >= schema.target.size:
        raise DataError(f"{labels.name} does not hold {rows:,} labels from 0 to {schema.target.size - 1}.")
    return Split(grey[:, None], classes.astype(np.int64))


MNIST = idx_source(MNIST_SCHEMA, MNIST_FILES)
FASHION_MNIST = idx_source(FASHION_SCHEMA, FASHION_FILES)
