"""Stand-ins that the generator's tests share; fixtures of `conftest.py` hand them out."""
