"""Whether two requests are the same."""

from typing import Any

from pcf.audit.v1 import audit_pb2
from pcf_runtime.idempotency import fingerprint


def request(**fields: Any):
    return audit_pb2.AppendEventsRequest(**fields)


def test_the_request_id_does_not_count():
    assert fingerprint(request(request_id="1")) == fingerprint(request(request_id="2"))


def test_everything_else_counts():
    other = request(events=[audit_pb2.Event(event_id="x")])
    assert fingerprint(request()) != fingerprint(other)


def test_the_order_of_a_map_does_not_count():
    one = audit_pb2.Event(details={"a": "1", "b": "2"})
    other = audit_pb2.Event(details={"b": "2", "a": "1"})
    assert fingerprint(one) == fingerprint(other)


def test_ignored_fields_can_be_chosen():
    one, other = request(request_id="1"), request(request_id="2")
    assert fingerprint(one, ignore=()) != fingerprint(other, ignore=())


def test_equal_content_of_another_type_is_another_request():
    assert fingerprint(audit_pb2.GetEventRequest()) != fingerprint(audit_pb2.ListEventsRequest())


def test_the_message_stays_as_it_was():
    message = request(request_id="1")
    fingerprint(message)
    assert message.request_id == "1"
