"""The model that needs none: reads a prompt by the brain's word lists and rules, the same way every time."""
