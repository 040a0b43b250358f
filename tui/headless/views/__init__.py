"""Views of a build without the wizard: lines that are drawn anew, plain ones, groups of a CI."""
