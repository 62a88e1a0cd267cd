"""What shows the samples that a generator makes."""
