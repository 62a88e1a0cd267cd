"""Looking at the rows and columns of a table of the user's, and choosing what of it is learned."""
