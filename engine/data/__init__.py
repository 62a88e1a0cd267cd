"""Where data comes from: sources, preparation, and what a dataset says of itself."""
