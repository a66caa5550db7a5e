"""Keys: made once, remembered for a minute, gone for good when deleted."""

import asyncio
from collections.abc import Callable

import pytest
from pcf_audit.domain.event import Entry, Event
from pcf_audit.errors import KeysDiffer
from pcf_audit.opening import Store
from pcf_audit.vault import Revealed, Vault
from pcf_runtime.sealing import Sealer
from pcf_runtime.testing import FakeClock

from tests.unit.audit.memory_store import MemoryStore

Maker = Callable[..., Event]


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


def vault_on(store: Store, clock: FakeClock, *masters: Sealer) -> Vault:
    return Vault(store, masters or [Sealer(bytes(32))], elapsed_s=lambda: clock.now().timestamp())


async def stored(vault: Vault, event: Event) -> Entry:
    [sealed] = await vault.seal([event])
    return Entry(sealed.event, 0, 0)


async def test_a_tenants_key_is_made_once(vault: Vault, store: Store, make_event: Maker):
    await vault.seal([make_event(0, tenant="a"), make_event(1, tenant="b"), make_event(2, tenant="a")])
    await vault.seal([make_event(3, tenant="a")])

    assert ["a", "b"] == [key.tenant for key in await store.keys(after="", limit=9)]


async def test_instances_that_make_a_key_at_once_take_the_same(store: Store, clock: FakeClock, make_event: Maker):
    vaults = [vault_on(store, clock) for _ in range(5)]
    entries = await asyncio.gather(*(stored(vault, make_event(0)) for vault in vaults))

    assert {entries[0].event.actor} == {entry.event.actor for entry in entries}
    assert Revealed(make_event(0), is_erased=False) == await vaults[4].reveal(entries[0])


async def test_after_an_erasure_others_forget_within_a_minute(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    vault = vault_on(memory, clock)
    event = make_event(0, tenant="contoso", personal={"prompt": "a toggle"})
    entry = await stored(vault, event)
    await vault.reveal(entry)
    memory.all_keys.clear()
    clock.advance(59)
    before = await vault.reveal(entry)
    clock.advance(1)
    after = await vault.reveal(entry)

    assert Revealed(event, is_erased=False) == before
    assert (after.is_erased, after.event.actor, after.event.personal) == (True, "erased", {})
    assert after.event.build == event.build


async def test_after_an_erasure_new_events_get_a_new_key(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    vault = vault_on(memory, clock)
    old = await stored(vault, make_event(0))
    memory.all_keys.clear()
    clock.advance(60)
    new = await stored(vault, make_event(1))

    assert (await vault.reveal(old)).is_erased
    assert Revealed(make_event(1), is_erased=False) == await vault.reveal(new)


async def test_an_actor_is_named_as_it_is_sealed(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    vault = vault_on(memory, clock)
    entry = await stored(vault, make_event(0, tenant="contoso"))

    assert (entry.event.actor,) == await vault.names_of(make_event(0).actor, tenant="contoso")


async def test_an_actor_of_the_default_tenant_may_stand_in_plain_words_too(
    memory: MemoryStore, clock: FakeClock, make_event: Maker
):
    vault = vault_on(memory, clock)
    nobody = await vault.names_of("anna", tenant="default")
    entry = await stored(vault, make_event(0, actor="anna"))

    assert nobody == ("anna",)
    assert (entry.event.actor, "anna") == await vault.names_of("anna", tenant="default")


async def test_a_tenant_without_a_key_has_no_actors(memory: MemoryStore, clock: FakeClock):
    assert await vault_on(memory, clock).names_of("anna", tenant="contoso") == ()


async def test_a_replaced_master_key_still_opens(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    old, new = Sealer(bytes(32)), Sealer(bytes(range(32)))
    entry = await stored(vault_on(memory, clock, old), make_event(0))
    vault = vault_on(memory, clock, new, old)

    assert Revealed(make_event(0), is_erased=False) == await vault.reveal(entry)
    assert await vault.check(limit=9) == 1


async def test_another_master_key_is_told(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    entry = await stored(vault_on(memory, clock), make_event(0))
    vault = vault_on(memory, clock, Sealer(bytes(range(32))))

    for operation in (vault.reveal(entry), vault.seal([make_event(1)]), vault.check()):
        with pytest.raises(KeysDiffer, match="set PCF_AUDIT_MASTER_KEY to that one"):
            await operation


async def test_all_keys_are_checked_in_pages(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    vault = vault_on(memory, clock)
    await vault.seal([make_event(0, tenant=f"t{number:04d}") for number in range(1_203)])

    assert await vault.check(limit=10_000) == 1_203
    assert await vault.check() == 1


async def test_more_keys_than_are_remembered_do_no_harm(memory: MemoryStore, clock: FakeClock, make_event: Maker):
    vault = vault_on(memory, clock)
    entries = [await stored(vault, make_event(0, tenant=f"t{number}")) for number in range(10_002)]

    assert not (await vault.reveal(entries[0])).is_erased
