"""Channels: their addresses, which hosts may see the key, what they answer."""
