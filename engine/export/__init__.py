"""Taking the model away: as a Python file with its weights."""
