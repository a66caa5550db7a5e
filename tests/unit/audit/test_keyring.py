"""The keys in force: as set, or made for a development machine and kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pcf_audit.keyring import Keyring, new_master_key
from pcf_audit.settings import AuditSettings
from pcf_runtime.signed_note import Signer
from pcf_runtime.starting import CannotStartError
from pydantic import SecretStr


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    return AuditSettings(database=tmp_path / "var" / "audit.db")


def opens(keys: Keyring, others: Keyring) -> bool:
    """Whether what these seal the others open."""
    return others.masters[0].open(keys.masters[0].seal(b"x", context=b""), context=b"") == b"x"


def test_keys_are_made_once_and_kept(settings: AuditSettings):
    first, again = Keyring.of(settings), Keyring.of(settings)

    assert first.notary.verifier == again.notary.verifier
    assert opens(first, again)


def test_keys_are_kept_for_the_owner_only_and_alone(settings: AuditSettings):
    Keyring.of(settings)
    [file] = settings.database.parent.iterdir()

    assert file.name == "audit.keys"
    assert file.stat().st_mode & 0o777 == 0o600


def test_those_who_start_at_once_take_the_same(settings: AuditSettings):
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: Keyring.of(settings), range(16)))

    assert {keys[0].notary.verifier} == {each.notary.verifier for each in keys}


def test_keys_that_are_set_are_taken(settings: AuditSettings):
    signer, master = Signer.generate(settings.origin), new_master_key()
    given = settings.model_copy(update={"signing_key": SecretStr(signer.text), "master_key": SecretStr(master)})
    keys = Keyring.of(given)

    assert signer.verifier == keys.notary.verifier
    assert not settings.database.parent.exists()


def test_one_key_that_is_set_leaves_the_other_to_the_file(settings: AuditSettings):
    made, signer = Keyring.of(settings), Signer.generate(settings.origin)
    keys = Keyring.of(settings.model_copy(update={"signing_key": SecretStr(signer.text)}))

    assert signer.verifier == keys.notary.verifier
    assert opens(made, keys)


def test_replaced_keys_still_open(settings: AuditSettings):
    old, new = new_master_key(), new_master_key()
    before = Keyring.of(settings.model_copy(update={"master_key": SecretStr(old)}))
    after = Keyring.of(
        settings.model_copy(update={"master_key": SecretStr(new), "master_key_old": SecretStr(f" {old} ")})
    )

    assert after.masters[1].open(before.masters[0].seal(b"x", context=b""), context=b"") == b"x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        json.dumps({"signing_key": "x", "master_key": "x"}),
        json.dumps({"signing_key": Signer("pcf-builder.audit", bytes(32)).text, "master_key": "x"}),
        json.dumps({"signing_key": Signer("other", bytes(32)).text, "master_key": "A" * 43 + "="}),
    ],
)
def test_a_file_that_does_not_hold_keys_is_named(settings: AuditSettings, text: str):
    settings.database.parent.mkdir()
    settings.database.with_suffix(".keys").write_text(text)

    with pytest.raises(CannotStartError, match=r"audit\.keys does not hold this log's keys .*: put it back"):
        Keyring.of(settings)
