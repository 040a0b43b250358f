"""The last build once more, started before Python has imported what takes its time."""
