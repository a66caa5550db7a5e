"""Checks the types of generated code and bundles it, by native programs that need no Node: docs/design/compiler.md."""
