"""Typed writers: the only way a value enters a file, one per file language."""
