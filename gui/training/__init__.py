"""Training and predicting beside the window: worker threads and what polls them."""
