"""The product behind a real Envoy, with the configurations as they are shipped, only their addresses changed."""
