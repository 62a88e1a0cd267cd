"""The user's own examples in the window: drawings kept from the pad, collecting many, teaching a network with them."""
