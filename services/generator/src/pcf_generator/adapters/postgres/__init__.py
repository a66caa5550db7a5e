"""Builds in PostgreSQL: the store that instances share, whole in itself."""
