"""The same examples in every run."""

from hypothesis import settings

settings.register_profile("manifests", deadline=None, derandomize=True)
settings.load_profile("manifests")
