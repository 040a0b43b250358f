"""Screens that open over a step and close with an answer."""
