"""Builds in SQLite: the store of development, whole in itself."""
