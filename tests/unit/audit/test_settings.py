"""What can be set, and what cannot be right."""

import pytest
from pcf_audit.settings import AuditSettings


def test_defaults_are_safe():
    assert AuditSettings().problems() == []


def test_a_queue_smaller_than_a_batch_is_told():
    [problem] = AuditSettings(max_batch_events=10, max_waiting_events=9).problems()

    assert problem.startswith("PCF_AUDIT_MAX_WAITING_EVENTS is less than PCF_AUDIT_MAX_BATCH_EVENTS")


@pytest.mark.parametrize("field", ["max_batch_events", "max_waiting_events"])
def test_room_for_no_event_is_refused(field: str):
    with pytest.raises(ValueError, match=field):
        AuditSettings(**{field: 0})


def test_the_environment_sets_the_database(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PCF_AUDIT_DATABASE", "/data/log.db")

    assert AuditSettings().describe()["database"] == "/data/log.db"
