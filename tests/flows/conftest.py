"""The fixtures of the wizard."""

from tests.stages.wizard import docker, engine, folder, key

__all__ = ["docker", "engine", "folder", "key"]
