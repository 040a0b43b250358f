"""What you need: environment.yml and lock files."""
