"""Run by test_determinism.py in processes of its own: builds a prompt and prints the hashes of what was made."""

import importlib.util
import sys
from pathlib import Path

spec = importlib.util.spec_from_file_location("conftest", Path(__file__).parents[2] / "conftest.py")
conftest = importlib.util.module_from_spec(spec)
sys.modules["conftest"] = conftest
spec.loader.exec_module(conftest)

folder, prompt = sys.argv[1:]
knowledge = conftest.read_release(Path(folder))
result = conftest.builder(knowledge)(prompt).result
print(*(artifact.sha256 for artifact in result.artifacts))  # noqa: T201
