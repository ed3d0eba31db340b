"""Accuracy on data by others: what `voc eval` prints and the README states."""
