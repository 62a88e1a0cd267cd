"""How large the parts of a project file may be. They are checked before anything is allocated."""

MOST_MEMBERS = 64
MOST_UNKNOWN = 32
"""Parts that no version known here writes: they are kept, and written back."""
LARGEST_FILE = 8 * 2**30
LARGEST_TENSORS = 4 * 2**30
"""Bytes of weights, and of training state."""
LARGEST_JSON = 64 * 2**20
"""Bytes of all JSON of a file together."""
LARGEST_PREVIEW = 16 * 2**20
LARGEST_RATIO = 200
"""How many times larger than its packed size a part may be. Real JSON stays below 40."""
MOST_TENSORS = 400_000
MOST_DRAWINGS = 1_000
MOST_POINTS = 200_000
LONGEST_NOTES = 1_000_000
LONGEST_TITLE = 200
FARTHEST_POINT = 1e9
"""No point of a drawing lies so far from its corner."""
PACKED = ".json"
"""How the names of parts end that are worth compressing, and may be compressed; reading the others stays fast."""
MOST_EPOCHS_SAVED = 100_000
"""Rows of a history that are saved; of a longer one, rows in even steps."""
