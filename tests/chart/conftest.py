"""Every way in which the chart is installed."""

import pytest

from tests.chart import charts
from tests.chart.charts import Manifest

SERVICES = ("gateway", "generator", "brain", "audit", "edge")
_ALONE = {f"{one} alone": {other: {"enabled": other == one} for other in SERVICES} for one in SERVICES}
_ALL = {**charts.ENVIRONMENTS, **_ALONE, **charts.OPTIONS}


@pytest.fixture(params=_ALL, scope="session")
def way(request: pytest.FixtureRequest) -> str:
    """An environment, a service alone, or an option turned."""
    return str(request.param)


@pytest.fixture(scope="session")
def installed(way: str) -> list[Manifest]:
    """What is installed that way."""
    if way in charts.ENVIRONMENTS:
        return charts.render(*charts.ENVIRONMENTS[way])
    return charts.render("values-production.yaml", values={**_ALONE, **charts.OPTIONS}[way])
