"""condock: from a conda environment with authenticated channels to a Docker image."""
