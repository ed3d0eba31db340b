"""Whose record a contact belongs to: candidates, comparisons, weights of evidence, and the decision."""
