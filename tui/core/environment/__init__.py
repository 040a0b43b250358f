"""The text of environment.yml: read, judged, repaired, edited, completed."""
