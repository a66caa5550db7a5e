"""Copies the log to where nobody can change it: whole segments, each verifiable without us, locked against deletion."""
