"""Your own code: what the folder holds, and how it starts."""
