"""The generator's version: part of what makes the same specification give the same bytes."""

VERSION = "0.2.0"
