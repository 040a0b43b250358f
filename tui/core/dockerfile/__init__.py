"""The Dockerfile of a plan, its ignore file, and the command that builds it."""
