"""Lock files: read, judged and written."""
