"""How long builds take: remembered, estimated, drawn."""
