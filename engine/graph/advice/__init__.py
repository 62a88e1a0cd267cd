"""What is said of a drawing: what is wrong with it, what would mend it, what may come next."""
