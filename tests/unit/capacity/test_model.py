"""From builds a day to pods and stores: by hand for round costs, and what must hold for any."""

from dataclasses import replace
from pathlib import Path

import pytest
from capacity import costs as measured
from capacity.answers import USUAL as USUAL_BUILDS
from capacity.answers import Answer, answer
from capacity.assumptions import Assumptions, Pod
from capacity.costs import SERVICES, Costs, Cpu, Database
from capacity.page import PAGE, page
from capacity.stores import CACHES, DATABASES
from capacity.tables import markdown
from capacity.tables import text as table
from hypothesis import given
from hypothesis import strategies as st

NOTHING = Cpu(0.0, 0.0, 0.0)
COSTS = Costs(
    cpu={**dict.fromkeys((*SERVICES, "postgres", "redis"), NOTHING), "generator": Cpu(0.0, 0.2, 0.0)},
    memory_mb=dict.fromkeys(SERVICES, 100.0),
    database=Database(50_000, 30_000, 100_000, 100, 100),
    redis_bytes=50_000,
    artifact_bytes=100_000,
    audit_events=22,
    requests=4,
    off_by={},
    measured={},
)
USUAL = Assumptions(peak=5.0, looks=2.0, pods=dict.fromkeys(SERVICES, Pod(1.0, 500.0)))
MILLION = 1_000_000


def _answer(builds: float, *, costs: Costs = COSTS, assumed: Assumptions = USUAL, reads_per_s: float = 0.0) -> Answer:
    return answer(builds, costs, assumed, reads_per_s=reads_per_s)


def test_the_peak_is_the_mean_times_its_factor():
    asked = _answer(MILLION).demand

    assert MILLION / 86_400 * 5 == pytest.approx(asked.builds)
    assert asked.builds * 6 == pytest.approx(asked.requests)


def test_pods_by_cpu():
    # 57.87 builds a second, 0.2 s each, of 0.7 cores: 16.5.
    its = _answer(MILLION).of("generator")

    assert (17, "CPU") == (its.needed, its.decides)


def test_pods_by_requests():
    # 347.2 requests a second.
    its = _answer(MILLION).of("gateway")

    assert (4, "requests") == (its.needed, its.decides)


def test_a_hundred_requests_a_second_are_a_pod_more():
    pods = [_answer(0, reads_per_s=rate).of("gateway").needed for rate in (150, 250, 300, 301)]

    assert [2, 3, 3, 4] == pods


def test_few_builds_need_the_least():
    assert [2] * 5 == [each.needed for each in _answer(10).pods]
    assert {"the least"} == {each.decides for each in _answer(10).pods}


def test_what_a_pod_spends_on_being_there_is_no_room_for_work():
    costs = replace(COSTS, cpu={**COSTS.cpu, "generator": Cpu(0.2, 0.2, 0.0)})

    assert 24 == _answer(MILLION, costs=costs).of("generator").needed


@pytest.mark.parametrize(("off_by", "pods"), [(-0.5, 34), (-0.2, 21), (0.0, 17), (0.5, 17)])
def test_where_the_model_said_too_little_it_is_corrected(off_by: float, pods: int):
    costs = replace(COSTS, off_by={"generator": off_by})

    assert pods == _answer(MILLION, costs=costs).of("generator").needed


def test_a_pod_too_small_to_idle_in_is_an_error():
    costs = replace(COSTS, cpu={**COSTS.cpu, "brain": Cpu(0.7, 0.0, 0.0)})

    with pytest.raises(ValueError, match="a pod of brain idles away"):
        _answer(10, costs=costs)


def test_a_pod_that_is_full_when_idle_is_told():
    """The autoscaler would add pods up to the most, and none would help."""
    costs = replace(COSTS, memory_mb={**COSTS.memory_mb, "audit": 441.0})

    assert _answer(10, costs=costs).of("audit").too_full
    assert "TOO FULL" in table([_answer(10, costs=costs)])


def test_more_pods_than_are_allowed_are_told():
    assert "17 (CPU, over 10!)" in table([_answer(MILLION)])


def test_the_disk_holds_what_is_kept():
    # 50 kB for 90 days and 30 kB for 365.
    assert 1_000 * (50e3 * 90 + 30e3 * 365) / 1e9 == pytest.approx(_answer(1_000).stores.disk_gb)


def test_connections_are_those_of_all_instances_with_a_database():
    assert 6 * 11 == _answer(10).stores.connections


def test_the_smallest_class_that_holds_it():
    small, large = _answer(10).stores, _answer(MILLION).stores

    assert small.database is not None
    assert large.database is not None
    assert large.database.memory_gb >= large.database_memory_gb
    assert (DATABASES[0].name, CACHES[0].name) == (small.database.name, small.cache and small.cache.name)


def test_more_than_any_class_has_is_told():
    told = table([_answer(100 * MILLION)])

    assert "none is large enough" in told
    assert "a cluster" in told


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.floats(0, 1e4))
def test_more_builds_never_need_less(some: float, more: float, reads_per_s: float):
    less, larger = sorted((some, more))
    a, b = _answer(less, reads_per_s=reads_per_s), _answer(larger, reads_per_s=reads_per_s)

    assert all(x.needed <= y.needed for x, y in zip(a.pods, b.pods, strict=True))
    assert a.stores.disk_gb <= b.stores.disk_gb
    assert a.stores.database_memory_gb <= b.stores.database_memory_gb


@given(st.floats(0, 1e8))
def test_no_pod_is_asked_for_more_than_its_share(builds: float):
    found = _answer(builds)

    for each in found.pods:
        assert each.needed >= USUAL.least
        assert each.cores <= each.needed * USUAL.pods[each.service].cores * USUAL.cpu_share + 1e-6
    assert found.demand.requests <= found.of("gateway").needed * USUAL.requests_per_s + 1e-6


def test_nobody_asks_for_less_than_nothing():
    with pytest.raises(ValueError, match="less than nothing"):
        _answer(-1)


def test_costs_are_kept_and_read(tmp_path: Path):
    measured.save(COSTS, tmp_path / "costs.json")

    assert measured.load(tmp_path / "costs.json") == COSTS


def test_the_measured_costs_answer_for_ten_a_thousand_and_a_million():
    costs = measured.load()

    told = table([answer(builds, costs, Assumptions()) for builds in USUAL_BUILDS])

    assert "1,000,000" in told
    assert "TOO FULL" not in told


def test_the_page_says_what_was_measured():
    assert PAGE.read_text() == page(), "make bench-capacity measures and writes; python -m capacity.page only writes"


def test_a_page_has_a_column_for_each():
    told = markdown([_answer(builds) for builds in (1, 2, 3)]).splitlines()

    assert {5} == {line.count("|") for line in told}


@pytest.mark.parametrize(("builds", "told"), [(10, "MB"), (1_000, "GB"), (10 * MILLION, "TB")])
def test_sizes_have_the_unit_that_people_use(builds: float, told: str):
    (line,) = (line for line in table([_answer(builds)]).splitlines() if "disk" in line)

    assert line.endswith(told)
