"""Where scripts run, and the programs around them."""

from pathlib import Path

import pytest

from tests.pipeline.programs import Programs


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path / "programs")
