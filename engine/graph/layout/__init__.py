"""Where layers lie: places for new ones, and whole drawings laid out."""
