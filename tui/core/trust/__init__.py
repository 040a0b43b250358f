"""Trust: what a folder says that decides who sees the key, and what this machine's user agreed to of it."""
