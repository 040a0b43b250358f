"""Who you are: the API key, where it comes from and whether it can work."""
