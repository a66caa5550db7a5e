"""Looks at generated files without running them: facts for the code rules, and the project's structure."""
