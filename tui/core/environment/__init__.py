"""The text of environment.yml: read, judged, fixed, edited, completed."""
