"""Errors as the outside sees them: RFC 9457 problem details, made here and nowhere else."""
