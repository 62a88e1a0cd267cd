"""How rows are divided, as a bar of parts with boundaries to move: for the data block's page and the data window."""
