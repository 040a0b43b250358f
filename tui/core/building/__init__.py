"""Building: the process and its events, what they add up to, and what is remembered of it."""
