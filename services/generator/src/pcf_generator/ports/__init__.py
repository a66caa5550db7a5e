"""What the pipeline needs from outside; `adapters/` and `models/` hold what stands behind it."""
