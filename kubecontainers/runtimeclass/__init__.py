"""Runtime classes: the handlers that nodes offer, and what of a pod depends on them."""
