"""What customers talk about: the taxonomy and how its topics are found in a text."""
