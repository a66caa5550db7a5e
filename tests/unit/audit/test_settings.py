"""What can be set, and what cannot be right."""

import base64

import pytest
from pcf_audit.settings import AuditSettings
from pcf_runtime.signed_note import Signer
from pydantic import SecretStr

SIGNER = Signer("pcf-builder.audit", bytes(32))
DATABASE = SecretStr("postgresql://audit:secret@db/audit")
MASTER = base64.b64encode(bytes(32)).decode()


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


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_only_development_goes_without_keys(environment: str):
    settings = AuditSettings(environment=environment, reflection=False, database_url=DATABASE)

    assert [
        f"PCF_AUDIT_SIGNING_KEY is not set; {environment} needs one: `pcf-audit keys` prints it.",
        f"PCF_AUDIT_MASTER_KEY is not set; {environment} needs one: `pcf-audit keys` prints it.",
    ] == settings.problems()


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_only_development_goes_without_a_database_that_instances_share(environment: str):
    settings = AuditSettings(
        environment=environment,
        reflection=False,
        signing_key=SecretStr(SIGNER.text),
        master_key=SecretStr(MASTER),
    )

    [problem] = settings.problems()
    assert problem.startswith("PCF_AUDIT_DATABASE_URL is not set, and a SQLite file is for one instance alone")


def test_production_with_keys_and_a_database_is_fine():
    settings = AuditSettings(
        environment="production",
        reflection=False,
        database_url=DATABASE,
        signing_key=SecretStr(SIGNER.text),
        master_key=SecretStr(MASTER),
        master_key_old=SecretStr(f"{MASTER} {MASTER}"),
        public_keys_old=f"{SIGNER.verifier.text}  {SIGNER.verifier.text}",
    )

    assert settings.problems() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signing_key", "secret"),
        ("signing_key", SIGNER.verifier.text),
        ("signing_key", f"{SIGNER.text} {SIGNER.text}"),
        ("signing_key", Signer("another.log", bytes(32)).text),
        ("master_key", "secret"),
        ("master_key", f"{MASTER} {MASTER}"),
        ("master_key_old", f"{MASTER} secret"),
        ("public_keys_old", SIGNER.text),
    ],
)
def test_a_key_that_is_none_is_told_without_repeating_it(field: str, value: str):
    [problem] = AuditSettings(**{field: value}).problems()

    assert problem.startswith(f"PCF_AUDIT_{field.upper()} cannot be used: ")
    assert value not in problem


def test_keys_and_urls_are_never_shown():
    settings = AuditSettings(
        signing_key=SecretStr(SIGNER.text),
        master_key=SecretStr(MASTER),
        database_url=SecretStr("postgresql://u:hush@h/d"),
        owner_database_url=SecretStr("postgresql://u:hush@h/d"),
    )
    shown = f"{settings!r} {settings.describe()}"

    assert not any(secret in shown for secret in (SIGNER.text, MASTER, "hush"))


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\n"])
def test_an_origin_that_no_note_can_name_is_refused(origin: str):
    with pytest.raises(ValueError, match="origin"):
        AuditSettings(origin=origin)
