"""Text to data, strictly: what two readers could read differently is refused."""
