"""Lists of bad input that nobody here wrote, against the whole product on loopback."""
