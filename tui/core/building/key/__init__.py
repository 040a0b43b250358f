"""Which key a build used, and whether a cached result still stands for it."""
