"""What a build looks like without the wizard: lines that are drawn anew, plain ones, groups of a CI."""
