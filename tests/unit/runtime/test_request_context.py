"""The request context, and how it travels."""

import pytest
from pcf_runtime.request_context import RequestContext, bind, current, from_metadata, to_metadata


def test_outside_of_a_request_there_is_no_id():
    assert current() == RequestContext(request_id="", actor="anonymous", build="")


def test_a_bound_context_holds_until_the_block_ends():
    outer, inner = RequestContext("1"), RequestContext("2", "ann", "builds/1")
    with bind(outer):
        with bind(inner):
            assert current() == inner
        assert current() == outer
    assert current().request_id == ""


def test_nothing_is_sent_outside_of_a_request():
    assert to_metadata(current()) == {}


@pytest.mark.parametrize("actor", ["ann", "Zoë", "a%20b", "名前", "x\ny"])
def test_who_asks_is_sent_as_ascii_and_read_back(actor: str):
    sent = to_metadata(RequestContext("r1", actor))
    assert all(value.isascii() and value.isprintable() for value in sent.values())
    assert from_metadata(sent, new_id="new") == RequestContext("r1", actor)


@pytest.mark.parametrize("bad", ["", "a b", "a\nb", "x" * 101, "<script>"])
def test_an_unfit_request_id_is_replaced(bad: str):
    assert from_metadata({"x-pcf-request-id": bad}, new_id="new").request_id == "new"


def test_a_caller_who_does_not_say_who_it_is_is_anonymous():
    assert from_metadata({}, new_id="new") == RequestContext("new", "anonymous")


def test_an_endless_name_is_cut():
    assert len(from_metadata({"x-pcf-actor": "a" * 10_000}, new_id="new").actor) == 200


def test_the_tenant_travels():
    sent = to_metadata(RequestContext("r1", "ann", tenant="contoso"))
    assert from_metadata(sent, new_id="new").tenant == "contoso"


@pytest.mark.parametrize("bad", ["", "Contoso", "a b", "-a", "x" * 64, "a/b"])
def test_an_unfit_tenant_is_the_default_one(bad: str):
    assert from_metadata({"x-pcf-tenant": bad}, new_id="new").tenant == "default"


def test_that_everybody_s_is_asked_for_travels_and_only_if_it_is():
    sent = to_metadata(RequestContext("r1", "ann", all_tenants=True))
    assert from_metadata(sent, new_id="new") == RequestContext("r1", "ann", all_tenants=True)
    assert "x-pcf-all-tenants" not in to_metadata(RequestContext("r1", "ann"))


@pytest.mark.parametrize("other", ["", "0", "true", "11", "1 "])
def test_anything_but_a_clear_word_is_no(other: str):
    assert not from_metadata({"x-pcf-all-tenants": other}, new_id="new").all_tenants
