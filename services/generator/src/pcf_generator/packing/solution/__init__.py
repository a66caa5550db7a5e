"""Writes the Dataverse solution a control is imported with, verifies it before it leaves, and its source form."""
