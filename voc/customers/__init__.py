"""One customer whole: their contacts and events on one line of time, their contexts, and who is like them."""
