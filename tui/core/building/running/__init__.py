"""The process of a build: its start, its output, its end."""
