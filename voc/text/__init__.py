"""Everything read in the words: language, sentences, sentiment, identifiers, personal data."""
