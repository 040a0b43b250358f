"""Pieces of a step's screen that more than one uses, or that are large enough to stand alone."""
