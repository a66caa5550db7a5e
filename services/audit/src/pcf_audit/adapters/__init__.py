"""The outside world behind the ports: stores and the clock."""
