"""New identifiers."""

from datetime import UTC, datetime, timedelta

from pcf_runtime.ids import new_ulid, new_uuid
from ulid import ULID


def test_ulids_are_unique_and_26_characters():
    ids = {new_ulid() for _ in range(100)}
    assert len(ids) == 100
    assert {len(each) for each in ids} == {26}


def test_a_ulid_sorts_by_the_time_given():
    then = datetime(2026, 1, 1, tzinfo=UTC)
    assert new_ulid(then) < new_ulid(then + timedelta(seconds=1))
    assert ULID.from_str(new_ulid(then)).datetime == then


def test_uuids_are_unique():
    assert new_uuid() != new_uuid()
