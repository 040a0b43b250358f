"""Why a build, or the start of its image, failed."""
