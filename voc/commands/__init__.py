"""The commands of ``voc`` by what they are for; ``voc.cli`` puts them together."""
