"""All images of a dataset as thumbnails: looking at them, finding some, and setting right what is said of them."""
