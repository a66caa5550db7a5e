"""Attacks that take their time: `make test-attacks`."""
