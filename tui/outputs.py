"""The plain outputs that a build can be asked for, by their flags."""

OUTPUTS = {
    "plain": "print lines as in a pipe, also on a terminal",
    "json": "print the build's events as JSON lines",
    "quiet": "print the image's id, and else only what went wrong",
}
"""They change nothing about the build itself. Imported before anything else: nothing else belongs here."""
