"""What all tests may use: the real servers."""

pytest_plugins = ["tests.servers.fixtures"]
