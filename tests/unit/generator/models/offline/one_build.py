"""Run by test_determinism.py in processes of its own: builds a prompt and prints the hashes of what was made."""

import sys
from pathlib import Path

from tests.unit.generator.doubles.knowledge import read_release
from tests.unit.generator.doubles.whole_builds import builder

folder, prompt = sys.argv[1:]
result = builder(read_release(Path(folder)))(prompt).result
print(*(artifact.sha256 for artifact in result.artifacts))  # noqa: T201
