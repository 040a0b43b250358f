"""The files that are sent to the builder: which they are, and whether the key is in one of them."""
