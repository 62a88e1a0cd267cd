"""How a table is written, as far as somebody has said so: what is not said is judged from the file itself.

The values here are options of a table of the user's, and go with a network that was trained on one, so that new rows
are read as the old ones were.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from engine.graph.parameters import Choice, Integer, Parameter, TextLine

AUTO, NONE = "auto", "none"
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252, Western",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "latin-9": "Latin-9 (ISO 8859-15)",
    "cp1250": "Windows-1250, Central Europe",
    "cp1251": "Windows-1251, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp437": "DOS 437",
    "cp850": "DOS 850",
    "mac-roman": "Mac Roman",
    "shift_jis": "Shift-JIS, Japanese",
    "gb18030": "GB 18030, Chinese",
    "euc_kr": "EUC-KR, Korean",
}
"""Python's names of the encodings that can be chosen, and what they are called on screen."""
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "blank": " "}
"""What may part the cells, by its name as an option."""
DELIMITER_WORDS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a |", " ": "blanks"}
DECIMALS = {"point": ".", "comma": ","}
COMMENTS = ("#", "%", "//")
"""How lines begin that are meant for people, where nobody says otherwise."""
DAY_FIRST, MONTH_FIRST = "day", "month"
MOST_SKIPPED = 1_000


@dataclass(frozen=True)
class TableReading:
    """What is said of a table, each of it an option of the same name; AUTO, "" or no word where nothing is said.

    ``skip``: lines passed over at the top. ``comment``: how lines begin that are passed over, NONE for none of them.
    ``quotes``: NONE where quotation marks mean nothing. ``missing``: further words, separated by commas, for values
    that are not known. ``dates``: DAY_FIRST or MONTH_FIRST.
    """

    header: str = AUTO
    sheet: str = ""
    encoding: str = AUTO
    delimiter: str = AUTO
    quotes: str = AUTO
    decimal: str = AUTO
    skip: int | str = AUTO
    comment: str = AUTO
    missing: str = ""
    dates: str = AUTO

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """That of the options of a table; what is no option of reading is passed over."""
        return cls(**{one.name: options.get(one.name, one.default) for one in fields(cls)})

    @property
    def parted_by(self) -> str | None:
        """The character that is said to part the cells."""
        return DELIMITERS.get(self.delimiter)

    @property
    def decimal_mark(self) -> str | None:
        """The character that is said to be the decimal mark."""
        return DECIMALS.get(self.decimal)

    @property
    def skipped(self) -> int | None:
        """The lines that are said to be passed over at the top."""
        return self.skip if isinstance(self.skip, int) else None

    @property
    def missing_words(self) -> frozenset[str]:
        """The further words for a missing value, without regard to case."""
        listed = next(csv.reader([self.missing], skipinitialspace=True), []) if self.missing else []
        return frozenset(word.strip().casefold() for word in listed if word.strip())

    def to_json(self) -> dict[str, Any]:
        """What is said, by the name of its option; nothing for what is judged from the file."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in said.items() if value != getattr(TableReading, name)}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, Mapping):
            raise ValueError("how the table is read must be an object")
        known = {option.name: option for option in OPTIONS}
        if unknown := set(data) - set(known):
            raise ValueError(f"the table is read by {', '.join(sorted(map(str, unknown)))}, which is not known")
        return cls(**{name: known[name].check(value) for name, value in data.items()})


AS_IT_IS = TableReading()
"""Nothing is said of a table: it is judged from the file alone."""
OPTIONS: tuple[Parameter, ...] = (
    Choice(
        name="header",
        title="First line",
        default=AUTO,
        options=(AUTO, "yes", "no"),
        labels=("automatic", "names of the columns", "a row"),
        help="Whether the first line of the file holds the names of the columns.",
        advanced=True,
    ),
    TextLine(
        name="sheet",
        title="Sheet",
        default="",
        help="Which sheet of a spreadsheet is read. Left empty, the first that has rows.",
        advanced=True,
    ),
    Choice(
        name="encoding",
        title="Encoding",
        default=AUTO,
        options=(AUTO, *ENCODINGS),
        labels=("automatic", *ENCODINGS.values()),
        help="How the letters of a text file are stored. Another one is needed where letters such as é look wrong.",
        advanced=True,
    ),
    Choice(
        name="delimiter",
        title="Cells end with",
        default=AUTO,
        options=(AUTO, *DELIMITERS),
        labels=("automatic", "comma", "semicolon", "tab", "|", "blanks"),
        help="What stands between two cells of a row.",
        advanced=True,
    ),
    Choice(
        name="quotes",
        title="Quotation marks",
        default=AUTO,
        options=(AUTO, NONE),
        labels=("around cells", "letters as others"),
        help='Whether " stands around cells in which commas or ends of lines mean nothing.',
        advanced=True,
    ),
    Choice(
        name="decimal",
        title="Decimal mark",
        default=AUTO,
        options=(AUTO, *DECIMALS),
        labels=("automatic", "point", "comma"),
        help="Whether 1.234 or 1,234 is a number between 1 and 2. The other mark parts thousands.",
        advanced=True,
    ),
    Integer(
        name="skip",
        title="Lines passed over",
        default=AUTO,
        low=0,
        high=MOST_SKIPPED,
        words=(AUTO,),
        help="How many lines at the top are not of the table, such as a title.",
        advanced=True,
    ),
    Choice(
        name="comment",
        title="Comments begin with",
        default=AUTO,
        options=(AUTO, NONE, "#", "%", "//", ";", "!"),
        labels=("automatic", "no comments", "#", "%", "//", ";", "!"),
        help="Lines that begin so are passed over. Automatic: those with #, % or // that are no rows of the table.",
        advanced=True,
    ),
    TextLine(
        name="missing",
        title="Missing values",
        default="",
        help="Further words for a value that is not known, separated by commas, such as -999 or unknown. An empty "
        "cell, NA, n/a, nan, null, none, ? and - always are.",
        advanced=True,
    ),
    Choice(
        name="dates",
        title="Dates",
        default=AUTO,
        options=(AUTO, DAY_FIRST, MONTH_FIRST),
        labels=("automatic", "day first", "month first"),
        help="Whether 3/4/2024 is the third of April or the fourth of March.",
        advanced=True,
    ),
)
"""What can be said of a table, as options."""
