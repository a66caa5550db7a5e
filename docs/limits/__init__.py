"""What is refused for being too much, read from the code and written into docs/operations.md."""
