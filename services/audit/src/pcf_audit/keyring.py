"""The keys in force: those that are set or, in development, those that were made and are kept beside the database."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer, Verifier
from pcf_runtime.starting import CannotStartError

from pcf_audit.notary import Notary
from pcf_audit.settings import AuditSettings

__all__ = ["Keyring", "new_master_key"]

_KEY_BYTES: Final = 32
_SIGNING: Final = "signing_key"
_MASTER: Final = "master_key"


@dataclass(frozen=True, slots=True)
class Keyring:
    """What signs, and what seals the tenants' keys: the first master seals, all of them open."""

    notary: Notary
    masters: tuple[Sealer, ...]

    @classmethod
    def of(cls, settings: AuditSettings) -> "Keyring":
        """Those of settings without problems; makes the missing ones of a development machine."""
        given = {_SIGNING: settings.signing_key.get_secret_value(), _MASTER: settings.master_key.get_secret_value()}
        if not all(given.values()):
            made = _kept(settings.database.with_suffix(".keys"), origin=settings.origin)
            given = {name: key or made[name] for name, key in given.items()}
        retired = [Verifier.parse(text) for text in settings.public_keys_old.split()]
        notary = Notary(Signer.parse(given[_SIGNING]), origin=settings.origin, retired=retired)
        old = settings.master_key_old.get_secret_value().split()
        return cls(notary, tuple(Sealer.parse(text) for text in (given[_MASTER], *old)))


def new_master_key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def _kept(file: Path, *, origin: str) -> Mapping[str, str]:
    """The keys in the file, which is made if it is not there: by one of those who try at the same time."""
    if not file.exists():
        keys = {_SIGNING: Signer.generate(origin).text, _MASTER: new_master_key()}
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(json.dumps(keys, indent=2), encoding="utf-8")
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _read(file, origin=origin)


def _read(file: Path, *, origin: str) -> Mapping[str, str]:
    try:
        keys = json.loads(file.read_text(encoding="utf-8"))
        signer, _ = Signer.parse(keys[_SIGNING]), Sealer.parse(keys[_MASTER])
    except (KeyError, TypeError, ValueError) as error:
        raise _unusable(file, str(error)) from error
    if signer.name != origin:
        raise _unusable(file, f"its signing key is one of {signer.name}, not of {origin}")
    return {_SIGNING: keys[_SIGNING], _MASTER: keys[_MASTER]}


def _unusable(file: Path, why: str) -> CannotStartError:
    return CannotStartError(
        f"{file} does not hold this log's keys ({why}): put it back, or remove it together with the database."
    )
