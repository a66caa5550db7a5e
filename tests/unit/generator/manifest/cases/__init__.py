"""Manifests to judge, altered and real; `load` reads them, for the tests here and those in tests/controls."""
