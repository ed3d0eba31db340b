"""voc: the voice of the customer, from the recording or export to the figure and back to the words."""

__version__ = "0.1.0"
