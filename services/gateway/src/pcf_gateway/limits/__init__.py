"""How much a caller may ask: per second, minute and day, and at once."""
