"""Verifies what a log handed out, without the log: files of its entries, checkpoints and proofs, and the log's key."""
