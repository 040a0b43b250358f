"""Folders of strangers, a machine they are opened on, and whoever listens there for what gets out."""
