"""One module per resource: its paths, what they take and give, and the service that answers."""
