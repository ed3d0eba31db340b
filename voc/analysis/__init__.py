"""From an interaction to its analysis: words heard, prepared, read by every analyser, and put together."""
