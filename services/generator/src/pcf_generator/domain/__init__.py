"""What the pipeline is about: frozen values and pure functions; imports nothing of this service but itself."""
