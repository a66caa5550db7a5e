"""The seven-stage pipeline: a prompt becomes a PCF project."""
