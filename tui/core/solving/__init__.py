"""Solving an environment against its channels, in a process of its own."""
