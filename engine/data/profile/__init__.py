"""What each column of a table of the user's is like, and what to beware of before it is learned from."""

from engine.data.profile.column_profile import ColumnProfile, ColumnType
from engine.data.profile.relation import Relation
from engine.data.profile.table_profile import TableProfile, profile_of
from engine.data.profile.warnings import DataRepair, DataWarning, WarningKind

__all__ = [
    "ColumnProfile",
    "ColumnType",
    "DataRepair",
    "DataWarning",
    "Relation",
    "TableProfile",
    "WarningKind",
    "profile_of",
]
