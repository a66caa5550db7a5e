"""Turns checked source files into artifacts: the source ZIP and the report."""
