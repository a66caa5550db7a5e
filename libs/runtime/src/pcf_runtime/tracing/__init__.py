"""Which requests are recorded as traces, and how the spans get to a collector."""
