"""The Docker engine: where it is, what it can do, and what stands in its way."""
