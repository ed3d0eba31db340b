"""The metrics voc comes with, a file for each thing they are counted from; every file here is read by the registry."""
