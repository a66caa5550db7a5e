"""The versioned, read-only knowledge."""
