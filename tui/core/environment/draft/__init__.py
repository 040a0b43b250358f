"""A first environment.yml: made from the files of the folder, or from a conda environment of this machine."""
