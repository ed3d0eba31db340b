"""What is known of language itself, below every analyser: folding of spellings first."""
