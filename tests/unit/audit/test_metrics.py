"""What is counted while the ledger works."""

from collections.abc import Callable

import pytest
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.errors import EventIdReused
from pcf_audit.ledger import Ledger
from prometheus_client import CollectorRegistry

Maker = Callable[..., Event]


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


async def test_metrics_are_zero_at_first(ledger: Ledger, registry: CollectorRegistry):
    assert [
        *(value(registry, "pcf_audit_events_appended_total", outcome=outcome) for outcome in Outcome),
        value(registry, "pcf_audit_events_duplicate_total"),
        value(registry, "pcf_audit_append_duration_seconds_count"),
        value(registry, "pcf_audit_log_events"),
        *(value(registry, "pcf_audit_verifications_total", result=result) for result in ("valid", "broken")),
    ] == [0.0] * 8


async def test_metrics_count_what_was_stored(ledger: Ledger, registry: CollectorRegistry, make_event: Maker):
    await ledger.append([make_event(0), make_event(1, outcome=Outcome.FAILED), make_event(2)])
    await ledger.append([make_event(0), make_event(3)])
    with pytest.raises(EventIdReused):
        await ledger.append([make_event(4), make_event(0, actor="other")])
    await ledger.verify()

    assert [value(registry, "pcf_audit_events_appended_total", outcome=outcome) for outcome in Outcome] == [
        3.0,
        0.0,
        1.0,
    ]
    assert value(registry, "pcf_audit_events_duplicate_total") == 1.0
    assert value(registry, "pcf_audit_append_duration_seconds_count") == 2.0
    assert value(registry, "pcf_audit_log_events") == 4.0
    assert value(registry, "pcf_audit_verifications_total", result="valid") == 1.0


async def test_a_check_tells_the_size_of_the_log(ledger: Ledger, registry: CollectorRegistry, make_event: Maker):
    await ledger.append([make_event(number) for number in range(7)])
    ledger._metrics.log_size(0)
    await ledger.check()

    assert value(registry, "pcf_audit_log_events") == 7.0
