"""From a key to a request id."""

from uuid import UUID

from pcf_gateway.idempotency import request_id
from pcf_runtime.request_context import RequestContext, bind


def test_the_same_key_for_the_same_operation_is_the_same_id():
    assert request_id("k", operation="create") == request_id("k", operation="create")


def test_another_key_operation_actor_or_tenant_is_another_id():
    with bind(RequestContext("r", actor="ada")):
        other_actor = request_id("k", operation="create")
    with bind(RequestContext("r", tenant="contoso")):
        other_tenant = request_id("k", operation="create")

    ids = {
        request_id("k", operation="create"),
        request_id("k2", operation="create"),
        request_id("k", operation="cancel 1"),
        other_actor,
        other_tenant,
    }
    assert len(ids) == 5


def test_without_a_key_every_id_is_new():
    assert request_id(None, operation="create") != request_id(None, operation="create")


def test_an_id_is_a_uuid_whatever_the_key():
    assert UUID(request_id("~ any\u00e9", operation="create")).version == 5
