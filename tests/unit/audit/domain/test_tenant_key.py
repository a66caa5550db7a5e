"""What is personal, sealed: readable with the tenant's key, and bound to its place."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain.event import Event
from pcf_audit.domain.tenant_key import TenantKey, WrappedKey, key_id_of
from pcf_runtime.sealing import Sealer, UnsealableError

Maker = Callable[..., Event]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
KEY = TenantKey("contoso", "0011223344556677", bytes(64))
MASTER, OTHER = Sealer(bytes(32)), Sealer(bytes(range(32)))


@given(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=4))
def test_what_was_sealed_is_opened(make_event: Maker, actor: str, personal: dict[str, str]):
    event = make_event(0, tenant="contoso", actor=actor, personal=personal)

    assert event == KEY.open(KEY.seal(event).event)


def test_sealed_texts_show_nothing_of_the_plain_ones(make_event: Maker):
    sealed = KEY.seal(make_event(0, tenant="contoso", actor="anna", personal={"prompt": "a toggle"}))

    assert sealed.actor == "anna"
    assert sealed.event.actor.startswith("sealed:0011223344556677:")
    assert list(sealed.event.personal) == ["prompt"]
    assert "anna" not in str(sealed.event)
    assert "toggle" not in str(sealed.event)


def test_the_same_text_seals_to_the_same_within_a_tenant(make_event: Maker):
    again = TenantKey("contoso", "0011223344556677", bytes(64))
    event = make_event(0, tenant="contoso", personal={"prompt": "a toggle"})

    assert KEY.seal(event) == again.seal(event)
    assert KEY.seal(event).event.actor == KEY.seal_actor(event.actor)


def test_the_same_text_seals_otherwise_under_another_key():
    assert KEY.seal_actor("anna") != TenantKey("contoso", KEY.key_id, bytes(range(64))).seal_actor("anna")
    assert KEY.seal_actor("anna") != TenantKey("fabrikam", KEY.key_id, bytes(64)).seal_actor("anna")


def test_a_text_moved_to_another_place_does_not_open(make_event: Maker):
    sealed = KEY.seal(make_event(0, tenant="contoso", personal={"a": "one", "b": "two"})).event
    moved = [
        replace(sealed, actor=sealed.personal["a"]),
        replace(sealed, personal={"a": sealed.actor}),
        replace(sealed, personal={"b": sealed.personal["a"]}),
    ]
    for event in moved:
        with pytest.raises(UnsealableError):
            KEY.open(event)


@pytest.mark.parametrize("text", ["", "sealed", "sealed:0011223344556677:", "sealed:0011223344556677:!!", "anna"])
def test_a_text_that_was_not_sealed_does_not_open(make_event: Maker, text: str):
    with pytest.raises(UnsealableError):
        KEY.open(make_event(0, actor=text))


@pytest.mark.parametrize(
    ("text", "key_id"), [("sealed:11:AA==", "11"), ("anna", ""), ("", ""), ("sealed", ""), ("unsealed:11:AA", "")]
)
def test_a_sealed_text_names_its_key(text: str, key_id: str):
    assert key_id == key_id_of(text)


def test_actors_beyond_what_is_remembered_seal_the_same():
    key = TenantKey("contoso", "1", bytes(64))
    first = key.seal_actor("actor 0")
    for number in range(10_001):
        key.seal_actor(f"actor {number}")

    assert first == key.seal_actor("actor 0")


def test_a_wrapped_key_opens_with_its_master():
    wrapped = WrappedKey.make("contoso", MASTER)
    key = wrapped.open(OTHER, MASTER)

    assert (wrapped.tenant, wrapped.key_id) == (key.tenant, key.key_id)
    assert wrapped.open(MASTER).seal_actor("anna") == key.seal_actor("anna")


def test_two_keys_of_a_tenant_are_not_the_same():
    one, other = WrappedKey.make("contoso", MASTER), WrappedKey.make("contoso", MASTER)

    assert one.key_id != other.key_id
    assert one.open(MASTER).seal_actor("a") != other.open(MASTER).seal_actor("a")


@pytest.mark.parametrize("change", [{"tenant": "fabrikam"}, {"key_id": "1"}, {"wrapped": b"x" * 93}])
def test_a_changed_wrapped_key_does_not_open(change: dict[str, object]):
    with pytest.raises(UnsealableError, match="is sealed with another master key"):
        replace(WrappedKey.make("contoso", MASTER), **change).open(MASTER)  # type: ignore[arg-type]


def test_a_wrapped_key_does_not_open_with_another_master():
    with pytest.raises(UnsealableError):
        WrappedKey.make("contoso", MASTER).open(OTHER)
