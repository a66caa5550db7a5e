"""What operators see: everything from the start, at zero."""

import pytest
from pcf_generator.domain.build import BuildState
from pcf_generator.domain.stage import Stage
from pcf_generator.metrics import OUTCOMES, SETTLED, ModelMetrics, PipelineMetrics
from pcf_generator.models.breakers import BreakerState
from pcf_generator.models.calls import Usage
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import Spent
from prometheus_client import CollectorRegistry


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
    assert 0 == registry.get_sample_value("pcf_queue_depth")
    assert 0 == registry.get_sample_value("pcf_audit_outbox_depth")


def test_stages_are_counted_and_timed(registry, metrics):
    metrics.stage_ended(Stage.MATCH, "succeeded", 0.25)
    labels = {"stage": "capability-matching"}
    assert 1 == registry.get_sample_value("pcf_stages_total", {**labels, "outcome": "succeeded"})
    assert 0.25 == registry.get_sample_value("pcf_stage_duration_seconds_sum", labels)


def test_builds_are_counted_by_how_they_settled(registry, metrics):
    metrics.build_settled(BuildState.NEEDS_INPUT)
    assert 1 == registry.get_sample_value("pcf_builds_settled_total", {"state": "needs_input"})


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
