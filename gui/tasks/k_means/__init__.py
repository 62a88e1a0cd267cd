"""What shows the groups that k-means finds."""
