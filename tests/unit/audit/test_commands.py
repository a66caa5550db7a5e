"""`pcf-audit keys`, `migrate` and `erase-tenant` on a development machine."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pcf_audit.__main__ import COMMANDS
from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain.event import Event
from pcf_audit.domain.selection import LAST, Filter
from pcf_audit.ledger import Recorded
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.settings import AuditSettings
from pcf_runtime import lifecycle
from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer, Verifier
from prometheus_client import CollectorRegistry

Maker = Callable[..., Event]
EVENT = {"tenant": "contoso", "personal": {"prompt": "a toggle"}}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuditSettings:
    monkeypatch.setenv("PCF_AUDIT_DATABASE", str(tmp_path / "audit.db"))
    return AuditSettings()


def run(*arguments: str) -> int:
    """The exit code of `pcf-audit`."""
    with pytest.raises(SystemExit) as ended:
        lifecycle.main(
            service="audit", settings=AuditSettings, app=NotImplemented, arguments=arguments, commands=COMMANDS
        )
    return int(ended.value.code or 0)


async def append(settings: AuditSettings, *events: Event) -> list[Recorded]:
    """Appends, and gives all that the log holds, the oldest first; and that it holds."""
    clock = SystemClock()
    async with open_log(settings, clock=clock) as log:
        ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(CollectorRegistry()))
        if events:
            await ledger.append(events)
        assert (await ledger.verify()).broken is None
        page = await ledger.page(Filter(), end=LAST, limit=100)
        await ledger.close()
    return [*page.entries][::-1]


def test_keys_prints_what_can_be_set(settings: AuditSettings, capsys: pytest.CaptureFixture[str]):
    assert run("keys") == 0
    signing, master, _, public = capsys.readouterr().out.splitlines()
    signer = Signer.parse(signing.removeprefix("PCF_AUDIT_SIGNING_KEY="))

    assert signer.name == settings.origin
    assert signer.verifier == Verifier.parse(public)
    Sealer.parse(master.removeprefix("PCF_AUDIT_MASTER_KEY="))


def test_keys_are_new_each_time(settings: AuditSettings, capsys: pytest.CaptureFixture[str]):
    run("keys")
    first = capsys.readouterr().out
    run("keys")

    assert first != capsys.readouterr().out


def test_migrate_has_nothing_to_do_without_a_database_url(settings: AuditSettings, capsys: pytest.CaptureFixture[str]):
    assert run("migrate") == 0
    assert "an SQLite file is migrated when the service opens it" in capsys.readouterr().out


def test_erasing_asks_first(settings: AuditSettings, capsys: pytest.CaptureFixture[str]):
    assert run("erase-tenant", "contoso") == 1
    assert "nothing can undo it. Repeat with --yes." in capsys.readouterr().err
    assert not settings.database.exists()


@pytest.mark.parametrize("tenant", ["", "Contoso", "a b", "a" * 64, "-a"])
def test_a_name_that_is_no_tenants_is_refused(settings: AuditSettings, capsys: pytest.CaptureFixture[str], tenant: str):
    assert run("erase-tenant", "--yes", "--", tenant) == 1
    assert "is no tenant" in capsys.readouterr().err


@pytest.mark.usefixtures("capsys")
def test_an_erased_tenant_cannot_be_read_and_the_log_holds(settings: AuditSettings, make_event: Maker):
    asyncio.run(append(settings, make_event(0, **EVENT), make_event(1)))
    assert run("erase-tenant", "contoso", "--yes", "--actor", "dpo@example.com") == 0
    erased, other, record = asyncio.run(append(settings))

    assert (erased.is_erased, erased.event.actor, erased.event.personal) == (True, "erased", {})
    assert other.event == make_event(1)
    assert ("tenant.erased", "dpo@example.com", {"tenant": "contoso", "keys": "1"}) == (
        record.event.type,
        record.event.actor,
        record.event.details,
    )


@pytest.mark.usefixtures("capsys")
def test_erasing_the_default_tenant_records_it_under_a_new_key(settings: AuditSettings, make_event: Maker):
    asyncio.run(append(settings, make_event(0)))
    assert run("erase-tenant", "default", "--yes", "--actor", "dpo@example.com") == 0
    erased, record = asyncio.run(append(settings))

    assert (erased.is_erased, record.is_erased, record.event.actor) == (True, False, "dpo@example.com")


def test_erasing_is_safe_to_repeat(settings: AuditSettings, capsys: pytest.CaptureFixture[str], make_event: Maker):
    asyncio.run(append(settings, make_event(0, **EVENT)))
    run("erase-tenant", "contoso", "--yes")
    capsys.readouterr()

    assert run("erase-tenant", "contoso", "--yes") == 0
    assert "tenant contoso had no key" in capsys.readouterr().out


@pytest.mark.usefixtures("capsys")
def test_an_erased_event_appended_again_is_known(settings: AuditSettings, make_event: Maker):
    asyncio.run(append(settings, make_event(0, **EVENT)))
    run("erase-tenant", "contoso", "--yes")
    recorded = asyncio.run(append(settings, make_event(0, **EVENT), make_event(1, **EVENT)))

    assert [entry.is_erased for entry in recorded] == [True, False, False]
    assert recorded[2].event == make_event(1, **EVENT)


def test_keys_that_cannot_be_used_erase_nothing(
    settings: AuditSettings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PCF_AUDIT_MASTER_KEY", "x")

    assert run("erase-tenant", "contoso", "--yes") == 1
    assert "PCF_AUDIT_MASTER_KEY cannot be used" in capsys.readouterr().err
