"""Grouping samples by k-means: the declaration, the learner, and what is said of the groups found."""
