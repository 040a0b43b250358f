"""Everything condock knows and does, without any user interface."""
