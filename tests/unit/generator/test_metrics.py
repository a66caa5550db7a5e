"""What operators see: everything from the start, at zero."""

from dataclasses import replace

import pytest
from pcf_generator.domain.build import Answer, BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.metrics import OUTCOMES, SETTLED, ModelMetrics, PipelineMetrics
from pcf_generator.models.breakers import BreakerState
from pcf_generator.models.calls import Usage
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import Spent
from prometheus_client import CollectorRegistry

from tests.unit.generator.doubles.scenes import PROBLEM


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def metrics(registry):
    return PipelineMetrics(registry)


def test_every_series_is_there_from_the_start(registry, metrics):
    for stage in Stage:
        assert 0 == registry.get_sample_value("pcf_stage_duration_seconds_count", {"stage": stage.value})
        for outcome in OUTCOMES:
            assert 0 == registry.get_sample_value("pcf_stages_total", {"stage": stage.value, "outcome": outcome})
    for state in SETTLED:
        assert 0 == registry.get_sample_value("pcf_builds_settled_total", {"state": state.value})
    for outcome in ("delivered", "set_aside"):
        assert 0 == registry.get_sample_value("pcf_audit_entries_total", {"outcome": outcome})
    for reason in ("QUEUE_FULL", "TENANT_QUEUE_FULL"):
        assert 0 == registry.get_sample_value("pcf_builds_refused_total", {"reason": reason})
    assert 0 == registry.get_sample_value("pcf_queue_depth")
    assert 0 == registry.get_sample_value("pcf_queue_tenants")
    assert 0 == registry.get_sample_value("pcf_queue_oldest_seconds")
    assert 0 == registry.get_sample_value("pcf_leases_lost_total")
    assert 0 == registry.get_sample_value("pcf_build_duration_seconds_count")
    assert 0 == registry.get_sample_value("pcf_audit_outbox_depth")
    assert 0 == registry.get_sample_value("pcf_audit_outbox_oldest_seconds")


def test_stages_are_counted_and_timed(registry, metrics):
    metrics.stage_ended(Stage.MATCH, "succeeded", 0.25)
    labels = {"stage": "capability-matching"}
    assert 1 == registry.get_sample_value("pcf_stages_total", {**labels, "outcome": "succeeded"})
    assert 0.25 == registry.get_sample_value("pcf_stage_duration_seconds_sum", labels)


async def test_builds_are_counted_by_how_they_settled(registry, metrics, scene):
    metrics.build_settled(await scene.asking())
    assert 1 == registry.get_sample_value("pcf_builds_settled_total", {"state": "needs_input"})


async def test_a_build_that_ended_is_timed_from_its_acceptance_on(registry, metrics, scene):
    lease = await scene.running()
    scene.clock.advance(7.5)
    ended = {"problem": PROBLEM, "stage": PROBLEM.stage, "end_time": scene.clock.now()}
    metrics.build_settled(await scene.settle(lease, BuildState.FAILED, EventType.FAILED, **ended))
    assert 7.5 == registry.get_sample_value("pcf_build_duration_seconds_sum")


async def test_a_build_that_asked_is_not_timed_for_its_maker_s_time_is_in_it(registry, metrics, scene):
    asked = await scene.asking()
    answered = replace(asked, state=BuildState.SUCCEEDED, end_time=scene.clock.now(), answers=(Answer("kind", "a"),))
    for build in (asked, answered):
        metrics.build_settled(build)
    assert 0 == registry.get_sample_value("pcf_build_duration_seconds_count")


@pytest.mark.parametrize(("of_tenant", "reason"), [(True, "TENANT_QUEUE_FULL"), (False, "QUEUE_FULL")])
def test_refused_builds_are_counted_by_which_queue_was_full(registry, metrics, of_tenant, reason):
    metrics.build_refused(of_tenant=of_tenant)
    assert 1 == registry.get_sample_value("pcf_builds_refused_total", {"reason": reason})


def test_audit_entries_are_counted_by_what_became_of_them(registry, metrics):
    metrics.entries_delivered(7)
    metrics.entry_set_aside()
    assert 7 == registry.get_sample_value("pcf_audit_entries_total", {"outcome": "delivered"})
    assert 1 == registry.get_sample_value("pcf_audit_entries_total", {"outcome": "set_aside"})


async def test_a_run_makes_no_series_that_was_not_there(registry, metrics, workshop):
    """Whatever stages end as is one of the outcomes."""
    before = len(list(series(registry)))
    workshop.observed = metrics
    for fault in (None, ValueError("fault")):
        workshop.model.faults["interpret"] = [fault] if fault else []
        await workshop.scene.queued()
        await workshop.run()
    await workshop.scene.queued("a teapot that brews coffee")
    await workshop.run()
    workshop.model.holds = {"interpret"}
    await workshop.scene.queued()
    await workshop.run(stage_s=0.001)
    assert before == len(list(series(registry)))


def test_what_language_models_do_makes_no_series_that_was_not_there(registry):
    models = ModelMetrics(registry, [("openai", "gpt-5")])
    before = len(list(series(registry)))
    for outcome in ("answered", "cancelled", "unsent", *FailureKind):
        models.called("openai", "gpt-5", str(outcome), 2.0)
    models.spent(Spent("openai", "gpt-5", "INTERPRET_INTENT", Usage(1_000, 200), 2_500, "answered"))
    models.breaker("openai", "gpt-5", BreakerState.OPEN)
    models.retry_denied()
    models.hedged(won=True)
    names = {"provider": "openai", "model": "gpt-5"}
    assert before == len(list(series(registry)))
    assert 1 == registry.get_sample_value("pcf_model_calls_total", {**names, "outcome": "rate_limited"})
    assert 1_000 == registry.get_sample_value("pcf_model_tokens_total", {**names, "direction": "input"})
    assert 0.0025 == registry.get_sample_value("pcf_model_cost_dollars_total", names)
    assert 2 == registry.get_sample_value("pcf_model_breaker", names)
    assert 1 == registry.get_sample_value("pcf_model_retries_denied_total")
    assert 1 == registry.get_sample_value("pcf_model_hedges_total", {"outcome": "won"})


def series(registry):
    return [sample for metric in registry.collect() for sample in metric.samples]
