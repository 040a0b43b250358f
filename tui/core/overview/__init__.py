"""The project at a glance: what would be built, what changed since the last image, what is due."""
