"""People decide what the evidence left open: confirm, reject, merge, split, and take any of it back."""
