"""What you get: base images, the Dockerfile and its build."""
