"""The Helm chart: what it renders is valid, safe, and what the services take."""
