"""The lines that a build printed: kept, searched, coloured, saved."""
