"""Themes: clauses that no topic explains, clustered, named, matched to the themes known before. No store, no SQL."""
