"""What a source of data offers to the catalogue: its schema, its settings, and its rows on request."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.dataset import Array, Dataset, Schema, Split
from engine.data.fingerprint import Fingerprint
from engine.data.remote import RemoteSet
from engine.graph.parameters import Integer, Parameter, Params, Real

Count = Callable[[Params], int]

VALIDATION, TEST = 0.1, 0.15
"""The usual shares of the rows to choose by and to judge by."""


@dataclass(frozen=True)
class Pool:
    """All rows of a source; ``test`` and ``validation`` hold the rows that came for these, None when there are none.

    ``groups`` (N of ``rows``) are the same for rows that belong together in one part, ``times`` are when each was,
    ``parts`` (of ``GivenPart``) in which part each is said to be; None where nothing says so. ``is_own``: rows of the
    user's, of which more may come.
    """

    rows: Split
    test: Split | None = None
    validation: Split | None = None
    groups: Array | None = None
    times: Array | None = None
    parts: Array | None = None
    is_own: bool = False

    @property
    def nbytes(self) -> int:
        """The memory the rows take, in bytes."""
        return sum(part.nbytes for part in (self.rows, self.test, self.validation) if part is not None)


@dataclass(frozen=True)
class InOrder:
    """What a source offers whose rows follow one another, as those of a text: it divides them itself.

    Both get every declared option, checked, and the shares of validation and test, on which its schema may depend.
    Raise DataError.
    """

    schema: Callable[[Params, float, float], Schema]
    load: Callable[[Params, float, float], Dataset]


@dataclass(frozen=True)
class BaseData:
    """Another dataset of the catalogue, by its name and options, to which a source adds rows."""

    name: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One dataset of the catalogue.

    ``schema(options)`` describes it and ``make(options)`` gives its rows; both get every declared option,
    checked. ``rows(options)`` is the number of rows without those of a given test split, ``test_rows`` the
    number of those. ``make`` raises DataError when the rows cannot be had. With ``in_order`` the source divides its
    rows itself. ``asks_for`` names the option without which there is no data, as the path of a file of the user's: then
    ``schema`` and ``rows`` may raise DataError as well, ``version(options)`` is another when the data has changed.
    ``file`` names the option with the file that it is made of: then ``fingerprint(options)`` is that of the file as it
    is now (raises DataError, StillReading), and ``remembered(options)`` what the data was like when it was last learned
    from, as far as that is known.
    """

    schema: Callable[[Params], Schema]
    make: Callable[[Params], Pool]
    rows: Count
    test_rows: int = 0
    options: tuple[Parameter, ...] = ()
    remote: RemoteSet | None = None
    in_order: InOrder | None = None
    asks_for: str = ""
    version: Callable[[Params], Hashable] = lambda _options: None
    file: str = ""
    fingerprint: Callable[[Params], Fingerprint | None] = lambda _options: None
    remembered: Callable[[Params], Schema | None] = lambda _options: None
    offered: Callable[[Params], tuple[Parameter, ...]] | None = None
    """The options as a form offers them where that depends on their values; None: as they are declared."""
    path: Callable[[Params], Path] | None = None
    """Where the file is that ``file`` names, where that is not simply its path."""
    base: Callable[[Params], BaseData | None] = lambda _options: None
    """The dataset that it adds rows to under these options. Then ``together`` makes its schema of the other's, and
    ``mixed`` its rows of the other's, which are divided already, and of the seed. All raise DataError."""
    together: Callable[[Schema, Params], Schema] = lambda schema, _options: schema
    mixed: Callable[[Dataset, Params, int], Dataset] = lambda dataset, _options, _seed: dataset
    held_out: Count = lambda _options: 0
    """The number of test rows that ``make`` gives under these options, where ``test_rows`` does not say it."""
    given: Callable[[Params], tuple[str, ...]] = lambda _options: ()
    """The parts, "validation" and "test", whose rows ``make`` gives under these options: no share applies to them."""
    learned_from: Callable[[Params], None] = lambda _options: None
    """Told when a network begins to learn from it. Never raises."""

    @classmethod
    def of_order(cls, in_order: InOrder, options: tuple[Parameter, ...] = ()) -> Source:
        """A source that divides its rows itself."""

        def pool(checked: Params) -> Pool:
            return Pool(in_order.load(checked, 0.0, 0.0).train)

        def schema(checked: Params) -> Schema:
            return in_order.schema(checked, VALIDATION, TEST)

        return cls(schema, pool, lambda checked: len(pool(checked).rows), options=options, in_order=in_order)


def samples(
    default: int,
    *,
    low: int = 10,
    high: int = 100_000,
    help: str = "How many samples to make. More samples make the rule easier to find and each epoch slower.",
) -> Integer:
    """The setting for how many rows to make."""
    return Integer(
        name="samples",
        title="Samples",
        default=default,
        low=low,
        high=high,
        help=help,
    )


def noise(default: float, help: str, *, high: float = 1.0, unit: str = "") -> Real:
    """The setting for how far chance moves the rows away from the rule."""
    return Real(name="noise", title="Noise", default=default, low=0.0, high=high, unit=unit, help=help)


def drawn() -> Integer:
    """The setting that draws other rows from the same rule."""
    return Integer(
        name="drawn",
        title="Seed",
        default=0,
        low=0,
        high=9999,
        advanced=True,
        help="The seed of the random numbers: another one gives other samples by the same rule, the same one always "
        "the same samples.",
    )
