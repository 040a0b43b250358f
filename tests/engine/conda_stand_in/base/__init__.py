"""The part of conda in which its settings are."""
