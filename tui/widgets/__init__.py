"""Pieces of screen that know nothing of steps or flow."""
