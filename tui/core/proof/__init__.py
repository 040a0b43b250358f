"""Is the key nowhere: what was built is searched for it, and what was found is written down."""
