"""The file: write, read, migrate, recover. Data only: nothing in a file is ever run. Imports no torch."""
