"""Reads the brain's files into domain values; a file that does not fit is a BrainFileFault naming it."""
