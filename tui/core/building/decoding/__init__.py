"""BuildKit's output, turned into events."""
