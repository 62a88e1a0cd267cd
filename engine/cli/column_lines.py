"""What is said of single columns of a table on the command line: --column age:type=number,missing=mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.cli.failure import CommandError

if TYPE_CHECKING:
    from engine.training.recipe import Recipe


def chosen(recipe: Recipe, lines: Sequence[str]) -> Recipe:
    """The recipe with what the lines say of the columns of its table. Raises CommandError, DataError."""
    from engine.data.sources import own_table, own_table_settings

    if recipe.dataset != own_table.NAME:
        raise CommandError("--column is for the columns of a table.", 2)
    options = dict(recipe.dataset_options)
    names = own_table.look(options).table.names
    for line in lines:
        try:
            options = own_table_settings.with_line(options, names, line)
        except ValueError as error:
            raise CommandError(f"--column: {error}.", 2) from None
    return recipe.with_setting("dataset_options", options)
