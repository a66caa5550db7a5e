"""Each query reads only series that there are, by labels and values that they have."""

import re
from collections import Counter

import pytest
import yaml
from promql_parser import MatchOp

from deploy.monitoring.write import stale
from tests.monitoring.queries import DASHBOARDS, MONITORING, expressions, recorded, selectors
from tests.monitoring.registries import known

# Given by Prometheus, or by others' exporters; `test_exporters` asks those.
BY_PROMETHEUS = {"up", "ALERTS"}
TARGET_LABELS = {"job", "instance", "node", "slo", "service"}
# Whose values are made as they come.
OPEN = {"route", "rpc", "code"}

QUERIES = list(expressions())


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    return known(tmp_path_factory.mktemp("brain"))


@pytest.mark.parametrize(("where", "expression"), QUERIES, ids=[where for where, _ in QUERIES])
def test_a_query_reads_what_there_is(where, expression, series):
    ours = [each for each in selectors(expression) if is_ours(each.name)]
    assert [each.name for each in ours if each.name not in series] == []
    for selector in ours:
        labels = series[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels.keys() | TARGET_LABELS
            if matcher.name in labels.keys() - OPEN:
                assert unmatched(matcher, labels[matcher.name]) == []


def is_ours(name):
    return name not in recorded() | BY_PROMETHEUS and not name.startswith(("node_", "envoy_"))


def unmatched(matcher, values):
    """The wanted values that no series has."""
    wanted = [matcher.value] if matcher.op in (MatchOp.Equal, MatchOp.NotEqual) else matcher.value.split("|")
    return [each for each in wanted if not any(re.fullmatch(each, value) for value in values)]


def test_every_query_was_found():
    places = Counter(where.split(":")[0] for where, _ in QUERIES)
    assert [path.stem for path in DASHBOARDS if places[path.stem] < 6] == []
    assert len(DASHBOARDS) == 9


def test_what_is_written_is_what_the_sources_say():
    assert stale() == []


def test_panels_have_room_and_names_of_their_own():
    for path in DASHBOARDS:
        panels = yaml.safe_load(path.read_text())["panels"]
        assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
        assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_every_service_has_a_job_with_targets():
    configured = yaml.safe_load((MONITORING / "prometheus/prometheus.yml").read_text())
    files = {
        job["job_name"]: MONITORING / "prometheus" / job["file_sd_configs"][0]["files"][0]
        for job in configured["scrape_configs"]
    }
    assert set(files) == {"gateway", "generator", "brain", "audit", "node", "envoy"}
    assert all(target["labels"]["node"] for path in files.values() for target in yaml.safe_load(path.read_text()))
